// What a fleet has done so far, and the line that says so.

/** Round trips of this many newest acknowledgements make the percentiles. */
const ROUND_TRIPS_KEPT = 5_000;

export interface Snapshot {
  drivers: number;
  connected: number;
  onTrips: number;
  outbox: number;
  dropped: number;
}

export class Statistics {
  sent = 0;
  acknowledged = 0;
  refused = 0;
  reconnects = 0;
  readonly #roundTripsMs: number[] = [];
  #oldest = 0;

  addRoundTrip(ms: number): void {
    this.#roundTripsMs[this.#oldest] = ms;
    this.#oldest = (this.#oldest + 1) % ROUND_TRIPS_KEPT;
  }

  /** The round trip that so many of the newest did not exceed, ms; `share` from 0 to 1 (nearest rank). */
  roundTripMs(share: number): number | undefined {
    const sorted = this.#roundTripsMs.toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }

  line({ drivers, connected, onTrips, outbox, dropped }: Snapshot): string {
    const [median, slowest] = [0.5, 0.99].map((share) => Math.round(this.roundTripMs(share) ?? Number.NaN));
    return [
      `${drivers} drivers${connected < drivers ? ` (${connected} connected)` : ''}, ${onTrips} on trips`,
      `sent ${this.sent}`,
      `acknowledged ${this.acknowledged}`,
      ...(this.refused > 0 ? [`refused ${this.refused}`] : []),
      Number.isNaN(median) ? 'no round trip yet' : `round trip p50 ${median} p99 ${slowest} ms`,
      `reconnects ${this.reconnects}`,
      `outbox ${outbox}`,
      `dropped ${dropped}`,
    ].join(' · ');
  }
}
