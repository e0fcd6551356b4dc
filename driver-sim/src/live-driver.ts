// A simulated vehicle at a real node: its fixes go out as a driver's app sends them, its news becomes trips.

import {
  type ConnectionState,
  type DriveEvent,
  driveVehicle,
  type Platform,
  type VehicleDrive,
} from '@tripcast/client';
import { hasEnded, type Trip } from '@tripcast/protocol';
import { Dispatch, type DispatchOptions } from './dispatch.ts';
import { currentRide } from './driver.ts';
import {
  clockSkewMs,
  type DeviceStep,
  deviceFaults,
  skewedClock,
  type VehicleFaults,
} from './faults/index.ts';
import { randomFrom } from './random.ts';
import { MEASURE_MS, SimulatedVehicle, type VehicleOptions } from './simulated-vehicle.ts';
import type { Statistics } from './statistics.ts';

export interface LiveDriverOptions extends VehicleOptions, Omit<DispatchOptions, 'etaIn' | 'clock'> {
  /** Any node's origin. */
  url: string;
  platform: Platform;
  statistics: Statistics;
  /** What its phone suffers; the radio's faults are those of the link that `url` and `platform` lead over. */
  faults: VehicleFaults['device'];
}

export class LiveDriver {
  readonly #options: LiveDriverOptions;
  readonly #vehicle: SimulatedVehicle;
  readonly #dispatch: Dispatch;
  readonly #drive: VehicleDrive;
  readonly #deliveriesOf: DeviceStep;
  /** Times of fixes that are sent and not acknowledged, oldest first. */
  #unacknowledged: number[] = [];
  #lastSentMs = 0;
  #wasLive = false;
  #closed = false;

  constructor(options: LiveDriverOptions) {
    const { url, vehicleId, tokens, platform, speedup, faults, startMs } = options;
    this.#options = options;
    this.#vehicle = new SimulatedVehicle(options);
    this.#deliveriesOf = deviceFaults(
      faults,
      randomFrom(options.world.seed, 'device', options.index),
      startMs,
    );
    this.#dispatch = new Dispatch({
      ...options,
      clock: platform.clock,
      etaIn: (seconds) => Math.round(platform.clock.now() + (seconds * 1_000) / speedup),
    });
    this.#drive = driveVehicle({
      url,
      vehicleId,
      token: () => tokens.driver(vehicleId),
      ...(!faults.some(({ kind }) => kind === 'reordered') && { sortWindowMs: 0 }), // this phone keeps the order
      platform: {
        ...platform,
        clock: skewedClock(platform.clock, (ms) => clockSkewMs(faults, ms - startMs)),
      },
    });
    this.#drive.subscribe((event) => this.#onEvent(event));
  }

  get connection(): ConnectionState {
    return this.#drive.connection;
  }

  get outbox(): { readonly size: number; readonly dropped: number } {
    return this.#drive.outbox;
  }

  get isOnTrip(): boolean {
    return !this.isRefused && currentRide(this.#vehicle.driver) !== undefined;
  }

  /** The last trip is driven, and all of it has arrived. */
  get isDone(): boolean {
    return this.#vehicle.driver.activity.kind === 'home' && this.#drive.outbox.size === 0;
  }

  /** The node wants this driver no more. */
  get isRefused(): boolean {
    return this.connection === 'refused' || this.connection === 'ended';
  }

  /** Drives on to `nowMs`, and sends and reports what happened on the way. */
  advanceTo(nowMs: number): void {
    if (this.isRefused) return;
    const { platform } = this.#options;
    const { fixes, news } = this.#vehicle.advanceTo(nowMs);
    for (const item of news) this.#dispatch.report(item);
    for (const fix of fixes) {
      // Half a measurement's slack: fixes come every second, and a pace of 1,000 ms means each of them.
      if (fix.time - this.#lastSentMs < this.#drive.paceMs - MEASURE_MS / 2) continue;
      this.#lastSentMs = fix.time;
      for (const delivery of this.#deliveriesOf(fix)) {
        platform.clock.setTimeout(() => this.#send(delivery.fix), Math.max(0, delivery.atMs - nowMs));
      }
    }
  }

  pause(forMs: number): void {
    this.#vehicle.pause(forMs);
  }

  /** Cancels the trip under way and leaves; resolves within `limitMs`. */
  async close(limitMs: number): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#dispatch.close(limitMs);
    this.#drive.close();
  }

  #send(fix: Parameters<VehicleDrive['send']>[0]): void {
    if (this.#closed) return;
    this.#options.statistics.sent++;
    this.#unacknowledged.push(fix.time);
    this.#drive.send(fix);
  }

  #onEvent(event: DriveEvent): void {
    const { statistics, onProblem, vehicleId } = this.#options;
    switch (event.type) {
      case 'acknowledged': {
        const left = this.#unacknowledged.filter((time) => time > event.time);
        statistics.acknowledged += this.#unacknowledged.length - left.length;
        statistics.addRoundTrip(event.roundTripMs);
        this.#unacknowledged = left;
        return;
      }
      case 'refused':
        statistics.refused++;
        this.#unacknowledged = this.#unacknowledged.filter((time) => time !== event.time);
        onProblem(`${vehicleId}: a fix was refused: ${event.code}: ${event.message}`);
        return;
      case 'dropped':
        this.#unacknowledged.splice(0, event.count); // the oldest go first
        return;
      case 'connection':
        if (event.connection === 'live' && this.#wasLive) statistics.reconnects++;
        if (event.connection === 'live') this.#wasLive = true;
        if (this.isRefused) {
          onProblem(`A driver was sent away: ${event.problem?.detail ?? event.connection}`);
          this.#dispatch.abandon();
        }
        return;
      case 'trips':
        this.#dispatch.compare(event.trips);
        return;
      case 'trip':
        this.#onTrip(event.trip);
        return;
      case 'pace':
      case 'clock':
      case 'service':
        return; // the pace is read where fixes are sent; the SDK corrects for the clock and keeps what isn't acknowledged
      default:
        event satisfies never;
    }
  }

  /** The rider, or the operator, may call a ride off. */
  #onTrip(trip: Trip): void {
    const ride = currentRide(this.#vehicle.driver);
    if (!hasEnded(trip.status) || trip.id !== this.#dispatch.tripId || !ride) return;
    this.#dispatch.abandon();
    this.#vehicle.abandonRide(ride.number);
  }
}
