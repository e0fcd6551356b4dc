import type { TripId } from '@tripcast/protocol';

/** More trips than a node has drivers at a time; those that nobody on this node follows are never taken out. */
const MOST_TRIPS = 10_000;

/**
 * When this node gave a trip's fixes to the store, until it delivers them itself: what lies between is the way through
 * Redis and the fan-out, by one clock. Of trips that are driven and followed on the same node only.
 */
export class PublishTimes {
  readonly #begun = new Map<TripId, { time: number; atMs: number }>();

  /** Fixes up to `time` are given to the store at `atMs`. */
  began(trip: TripId, time: number, atMs: number): void {
    this.#begun.delete(trip);
    if (this.#begun.size >= MOST_TRIPS) {
      for (const [oldest] of this.#begun) {
        this.#begun.delete(oldest);
        break;
      }
    }
    this.#begun.set(trip, { time, atMs });
  }

  /** How long ago the trip's fix of `time` was given to the store, ms; `undefined` when that was not here. */
  sinceBegan(trip: TripId, time: number, nowMs: number): number | undefined {
    const begun = this.#begun.get(trip);
    if (begun?.time !== time) return undefined;
    this.#begun.delete(trip);
    return nowMs - begun.atMs;
  }
}
