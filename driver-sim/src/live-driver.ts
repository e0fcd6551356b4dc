// A vehicle at a real node: its fixes go out as a driver's app sends them, its news becomes trips.

import {
  type ConnectionState,
  type DriveEvent,
  driveVehicle,
  type Platform,
  type VehicleDrive,
} from '@tripcast/client';
import { type Fix, hasEnded, type Trip } from '@tripcast/protocol';
import { Dispatch, type DispatchOptions, isOrder } from './dispatch.ts';
import {
  clockSkewMs,
  type Delivery,
  type DeviceFault,
  type DeviceStep,
  deviceFaults,
  INJECTED_MS,
  type InjectedFault,
  injectedDeviceFaults,
  injectedRadioFaults,
  isDead,
  playRadioFaults,
  type RadioLink,
  skewedClock,
  type VehicleFaults,
} from './faults/index.ts';
import type { Random } from './random.ts';
import type { OrderedRide } from './ride.ts';
import { MEASURE_MS } from './simulated-vehicle.ts';
import type { Statistics } from './statistics.ts';
import type { Recorder } from './traces/index.ts';
import type { Vehicle } from './vehicle.ts';

export interface LiveDriverOptions extends Omit<DispatchOptions, 'etaIn' | 'clock'> {
  car: Vehicle;
  /** How many simulated seconds go by in one. */
  speedup: number;
  /** What the faults' times count from, ms since the Unix epoch. */
  startMs: number;
  /** Any node's origin. */
  url: string;
  platform: Platform;
  statistics: Statistics;
  /** What its phone suffers. */
  faults: VehicleFaults['device'];
  /** The chance in these faults. */
  random: Random;
  /** The radio that `platform` leads over, where it is a simulated one. */
  link?: RadioLink;
  /** Is told what the phone measures, before any fault. */
  recorder?: Recorder;
}

export class LiveDriver {
  readonly #options: LiveDriverOptions;
  readonly #dispatch: Dispatch;
  /** Of the phone's app, which is started anew when the phone was dead. */
  #drive: VehicleDrive;
  readonly #deliveriesOf: DeviceStep;
  /** Times of fixes that are sent and not acknowledged, oldest first. */
  #unacknowledged: number[] = [];
  #lastSentMs = 0;
  #wasLive = false;
  /** Fixes that the phone has measured and the app not got. */
  #held = 0;
  /** Fixes that went with an app that ended. */
  #lost = 0;
  #isDead = false;
  #closed = false;
  /** What operators have injected, and what it does to a fix. */
  #injected: { faults: readonly DeviceFault[]; step: DeviceStep }[] = [];
  /** The car stands until then, ms since the Unix epoch. */
  #standsUntilMs = Number.NEGATIVE_INFINITY;
  #advancedToMs: number | undefined;
  readonly #stopInjected: (() => void)[] = [];
  /** Trips that operators have made for this vehicle, and that it has not taken up, oldest first. */
  #orders: readonly Trip[] = [];

  constructor(options: LiveDriverOptions) {
    const { platform, speedup, faults, random, startMs } = options;
    this.#options = options;
    this.#deliveriesOf = deviceFaults(faults, random, startMs);
    this.#dispatch = new Dispatch({
      ...options,
      clock: platform.clock,
      etaIn: (seconds) => Math.round(platform.clock.now() + (seconds * 1_000) / speedup),
    });
    this.#drive = this.#startApp();
  }

  get vehicleId(): string {
    return this.#options.vehicleId;
  }

  /** From now on, for a minute. */
  inject(fault: InjectedFault): void {
    const { platform, random, startMs, link } = this.#options;
    const nowMs = platform.clock.now();
    if (fault === 'stop') this.#standsUntilMs = nowMs + INJECTED_MS;
    const faults = injectedDeviceFaults(fault, nowMs - startMs);
    this.#injected = this.#injected.filter(({ faults: [one] }) => !one || !isOver(one, nowMs - startMs));
    if (faults.length > 0) this.#injected.push({ faults, step: deviceFaults(faults, random, startMs) });
    const radio = injectedRadioFaults(fault);
    if (!link || radio.length === 0) return;
    const playing = { link, faults: radio, clock: platform.clock, random, startMs: nowMs };
    this.#stopInjected.push(playRadioFaults(playing));
  }

  get connection(): ConnectionState {
    return this.#drive.connection;
  }

  get outbox(): { readonly size: number; readonly dropped: number } {
    const { size, dropped } = this.#drive.outbox;
    return this.#isDead ? { size: 0, dropped: this.#lost } : { size, dropped: this.#lost + dropped };
  }

  get isOnTrip(): boolean {
    return !this.isRefused && this.#options.car.ride !== undefined;
  }

  /** The last trip is driven, and all of it has arrived. */
  get isDone(): boolean {
    return this.#options.car.isHome && this.#held === 0 && this.outbox.size === 0;
  }

  /** The node wants this driver no more. */
  get isRefused(): boolean {
    return !this.#isDead && (this.connection === 'refused' || this.connection === 'ended');
  }

  /** Drives on to `nowMs`, and sends and reports what happened on the way. */
  advanceTo(nowMs: number): void {
    if (this.isRefused) return;
    const { car, platform, recorder, faults, startMs } = this.#options;
    const all = [...faults, ...this.#injected.flatMap((injected) => injected.faults)];
    if (isDead(all, nowMs - startMs) !== this.#isDead) this.#switchPhone();
    if (nowMs < this.#standsUntilMs) car.pause(nowMs - (this.#advancedToMs ?? nowMs));
    this.#advancedToMs = nowMs;
    const { fixes, truths, news } = car.advanceTo(nowMs);
    recorder?.add(fixes, truths);
    for (const item of news) this.#dispatch.report(item);
    for (const fix of fixes) {
      // Half a measurement's slack: fixes come every second, and a pace of 1,000 ms means each of them.
      if (fix.time - this.#lastSentMs < this.#drive.paceMs - MEASURE_MS / 2) continue;
      this.#lastSentMs = fix.time;
      for (const delivery of this.#deliveries(fix)) {
        this.#held++;
        platform.clock.setTimeout(() => this.#send(delivery.fix), Math.max(0, delivery.atMs - nowMs));
      }
    }
  }

  #deliveries(fix: Fix): Delivery[] {
    return this.#injected.reduce(
      (deliveries, { step }) =>
        deliveries.flatMap((delivery) =>
          step(delivery.fix).map(({ fix: faulty, atMs }) => ({
            fix: faulty,
            atMs: Math.max(atMs, delivery.atMs),
          })),
        ),
      this.#deliveriesOf(fix),
    );
  }

  pause(forMs: number): void {
    this.#options.car.pause(forMs);
  }

  /** Cancels the trip under way and leaves; resolves within `limitMs`. */
  async close(limitMs: number): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const stop of this.#stopInjected) stop();
    await this.#dispatch.close(limitMs);
    this.#drive.close();
  }

  #startApp(): VehicleDrive {
    const { url, vehicleId, tokens, platform, faults, startMs } = this.#options;
    const drive = driveVehicle({
      url,
      vehicleId,
      token: () => tokens.driver(vehicleId),
      ...(!faults.some(({ kind }) => kind === 'reordered') && { sortWindowMs: 0 }), // this phone keeps the order
      platform: {
        ...platform,
        clock: skewedClock(platform.clock, (ms) => clockSkewMs(faults, ms - startMs)),
      },
    });
    drive.subscribe((event) => this.#onEvent(event));
    return drive;
  }

  /** The battery is empty, without a farewell; or charged, and the app knows nothing of before. */
  #switchPhone(): void {
    this.#isDead = !this.#isDead;
    if (!this.#isDead) {
      this.#drive = this.#startApp();
      return;
    }
    const { size, dropped } = this.#drive.outbox;
    this.#lost += size + dropped;
    this.#unacknowledged = [];
    this.#options.link?.forget();
    this.#drive.close();
  }

  #send(fix: Parameters<VehicleDrive['send']>[0]): void {
    this.#held--;
    if (this.#closed || this.#isDead) return;
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
        this.#takeOrders(event.trips.filter(isOrder));
        return;
      case 'trip':
        this.#onTrip(event.trip);
        return;
      case 'pace':
      case 'clock':
      case 'service':
      case 'restored': // there is no store here
        return; // the pace is read where fixes are sent; the SDK corrects for the clock and keeps what isn't acknowledged
      default:
        event satisfies never;
    }
  }

  #takeOrders(trips: readonly Trip[]): void {
    this.#orders = trips;
    const takenUp = this.#dispatch.tripId; // nobody knows yet
    this.#options.car.order(trips.filter(({ id }) => id !== takenUp).map(orderOf));
  }

  /** Operators give the vehicle rides; they, or the rider, may call one off. */
  #onTrip(trip: Trip): void {
    const { car } = this.#options;
    const { ride } = car;
    const others = this.#orders.filter(({ id }) => id !== trip.id);
    if (isOrder(trip)) this.#takeOrders([...others, trip]);
    else if (others.length < this.#orders.length) this.#takeOrders(others);
    if (!hasEnded(trip.status) || trip.id !== this.#dispatch.tripId || !ride) return;
    this.#dispatch.abandon();
    car.abandonRide(ride.number);
  }
}

function orderOf({ id, pickup, dropoff }: Trip): OrderedRide {
  return { tripId: id, pickup, dropoff };
}

function isOver({ when }: DeviceFault, ms: number): boolean {
  return (when?.untilMs ?? Number.POSITIVE_INFINITY) <= ms;
}
