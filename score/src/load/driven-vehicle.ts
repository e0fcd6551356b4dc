// A simulated vehicle with its phone: drives, keeps the truth, and sends what its phone measures through the real SDK.

import { type DriveEvent, driveVehicle, type VehicleDrive } from '@tripcast/client';
import {
  clockSkewMs,
  type DeviceFault,
  type DeviceStep,
  Dispatch,
  deviceFaults,
  isAlwaysOn,
  isDead,
  type RadioLink,
  randomFrom,
  SimulatedVehicle,
  skewedClock,
  type Tokens,
  type TripApi,
  type World,
} from '@tripcast/driver-sim';
import { type Fix, hasEnded, TIMING, type Trip } from '@tripcast/protocol';
import type { DrivenFixes } from '../grade/delivery.ts';
import { TRUTH_STEP_MS, TruthTrack } from '../truth/truth-track.ts';
import type { DueList } from './due-list.ts';
import type { Phone } from './phone.ts';

export interface DrivenVehicleOptions {
  world: World;
  /** Names the vehicle among all of the run. */
  index: number;
  runId: string;
  url: string;
  phone: Phone;
  /** The radio that the phone is behind, where it is a simulated one. */
  link?: RadioLink;
  tokens: Tokens;
  api: TripApi;
  faults: readonly DeviceFault[];
  startMs: number;
  /** How long one can look back into its truth, ms; 0: nobody looks. */
  truthKeptMs: number;
  due: DueList;
  clock: {
    now(): number;
    setTimeout(fn: () => void, ms: number): unknown;
    clearTimeout(timer: unknown): void;
  };
  onProblem: (text: string) => void;
}

/** Half a measurement's slack: a pace of 1,000 ms means each of the fixes that come every second. */
const SLACK_MS = 500;
/** A fix of a phone whose clock is off is stored under a time that the SDK puts right to this, where links are slow. */
const CLOCK_SLACK_MS = TIMING.clockToleranceMs;

/** What may become of a fix, several of them too; bits. */
const FATE = { acknowledged: 1, outOfOrder: 2, refused: 4, /** With an app that ended. */ lost: 8 } as const;
type Fate = number;

export class DrivenVehicle {
  readonly vehicleId: string;
  readonly truth: TruthTrack;
  /** Its trips, as the server told of them, oldest first. */
  readonly trips = new Map<string, Trip>();
  readonly phone: Phone;
  readonly #options: DrivenVehicleOptions;
  #trip: Trip | undefined;
  readonly #vehicle: SimulatedVehicle;
  /** Of the phone's app, which is started anew when the phone was dead. */
  #drive: VehicleDrive;
  readonly #dispatch: Dispatch;
  readonly #device: DeviceStep;
  /**
   * What became of each fix that was given to the SDK, by when it was measured: ms since the start, which are small numbers
   * to V8, where those of the epoch are objects.
   */
  readonly #fates = new Map<number, Fate>();
  readonly #isClockOff: boolean;
  readonly #mayDie: boolean;
  /** When a fix was measured, by the time that a clock which is off gave it. */
  readonly #trueTimes = new Map<number, number>();
  #isDead = false;
  #droppedBefore = 0;
  /** Given to the SDK, not settled: when they were measured. */
  #open: number[] = [];
  #nextStepMs: number;
  #lastMeasuredMs = 0;
  /** Deliveries that the phone still holds. */
  #held = 0;
  #isParked = false;
  #lastAcknowledgedMs = 0;

  constructor(options: DrivenVehicleOptions) {
    const { world, index, phone, tokens, api, faults, startMs, truthKeptMs, clock } = options;
    this.#options = options;
    this.phone = phone;
    this.vehicleId = `score-${world.seed}-${index + 1}`;
    this.truth = new TruthTrack(startMs, truthKeptMs);
    this.#nextStepMs = startMs;
    this.#vehicle = new SimulatedVehicle({
      world,
      index,
      startMs,
      speedup: 1,
      ridesLimit: Number.POSITIVE_INFINITY,
    });
    this.#device = deviceFaults(faults, randomFrom(world.seed, 'device', index), startMs);
    this.#dispatch = new Dispatch({
      api,
      tokens,
      clock,
      vehicleId: this.vehicleId,
      vehicle: {},
      runId: options.runId,
      etaIn: (seconds) => Math.round(clock.now() + seconds * 1_000),
      onProblem: options.onProblem,
    });
    this.#isClockOff = faults.some(({ kind }) => kind === 'skewed');
    this.#mayDie = !isAlwaysOn(faults);
    this.#drive = this.#startApp();
    if (!this.isWatched) this.#driveUnseen();
  }

  /** Its trip that can be followed now. */
  get trip(): Trip | undefined {
    return this.#trip;
  }

  get fixes(): DrivenFixes {
    const timesOf = (wanted: Fate): Set<number> =>
      new Set([...this.#fates].flatMap(([ms, fate]) => (fate & wanted ? [this.#options.startMs + ms] : [])));
    return {
      produced: new Set([...this.#fates.keys()].map((ms) => this.#options.startMs + ms)),
      acknowledged: timesOf(FATE.acknowledged),
      outOfOrder: timesOf(FATE.outOfOrder),
      refused: timesOf(FATE.refused),
      lost: timesOf(FATE.lost),
      clockSlackMs: this.clockSlackMs,
    };
  }

  /** The time of the newest fix that is settled, ms since the Unix epoch. */
  get lastAcknowledgedMs(): number {
    return this.#lastAcknowledgedMs;
  }

  /** Times of its fixes differ from those under which they are stored by at most this, ms. */
  get clockSlackMs(): number {
    return this.#isClockOff ? CLOCK_SLACK_MS : 0;
  }

  get dropped(): number {
    return this.#droppedBefore + (this.#isDead ? 0 : this.#drive.outbox.dropped);
  }

  /** Everything that its phone measured is settled. */
  get isSettled(): boolean {
    return this.#held === 0 && (this.#isDead || this.#drive.outbox.size === 0);
  }

  /** Somebody looks: it has to be told of time, and keeps its truth. Without, it drives by itself. */
  get isWatched(): boolean {
    return this.#options.truthKeptMs > 0;
  }

  /**
   * Drives on to `nowMs` and one step further, so that the truth of this moment lies between two steps. The truth is
   * kept, what is measured goes its way at its time, news are reported.
   */
  advanceTo(nowMs: number): void {
    if (this.#isParked) return;
    this.#liveOrDie(nowMs);
    for (; this.#nextStepMs < nowMs + TRUTH_STEP_MS; this.#nextStepMs += TRUTH_STEP_MS) {
      this.#driveTo(this.#nextStepMs);
      const { latitude, longitude, headingDegrees, speedMps } = this.#vehicle.truth;
      this.truth.add({ latitude, longitude, heading: headingDegrees, speed: speedMps });
    }
  }

  /** Measures no more; what is on its way goes on. */
  park(): void {
    this.#isParked = true;
  }

  close(): void {
    this.#isParked = true;
    this.#drive.close();
  }

  /** From one measurement to the next at once: the same way, for a third of the work. */
  #driveUnseen(): void {
    if (this.#isParked) return;
    const nowMs = this.#options.clock.now();
    this.#liveOrDie(nowMs);
    while (this.#vehicle.nextMeasureMs <= nowMs) this.#driveTo(this.#vehicle.nextMeasureMs);
    this.#options.due.at(this.#vehicle.nextMeasureMs, () => this.#driveUnseen());
  }

  #liveOrDie(nowMs: number): void {
    const { faults, startMs } = this.#options;
    if (this.#mayDie && isDead(faults, nowMs - startMs) !== this.#isDead) this.#switchPhone();
  }

  #driveTo(timeMs: number): void {
    const { fixes, news } = this.#vehicle.advanceTo(timeMs);
    for (const item of news) this.#dispatch.report(item);
    for (const fix of fixes) this.#measured(fix);
  }

  #measured(fix: Fix): void {
    if (fix.time - this.#lastMeasuredMs < this.#drive.paceMs - SLACK_MS) return;
    this.#lastMeasuredMs = fix.time;
    for (const delivery of this.#device(fix)) {
      this.#held++;
      this.#options.due.at(delivery.atMs, () => this.#send(delivery.fix, fix.time));
    }
  }

  #send(fix: Fix, trueTime: number): void {
    this.#held--;
    if (this.#isDead) return;
    if (this.#isClockOff) this.#trueTimes.set(fix.time, trueTime);
    const ms = trueTime - this.#options.startMs;
    if (!this.#fates.has(ms)) {
      this.#fates.set(ms, 0);
      this.#open.push(trueTime);
    }
    this.#drive.send(fix);
  }

  #startApp(): VehicleDrive {
    const { url, phone, tokens, faults, startMs, clock } = this.#options;
    const skewMs = (nowMs: number): number => clockSkewMs(faults, nowMs - startMs);
    const drive = driveVehicle({
      url,
      vehicleId: this.vehicleId,
      token: () => tokens.driver(this.vehicleId),
      platform: this.#isClockOff ? { ...phone.platform, clock: skewedClock(clock, skewMs) } : phone.platform,
    });
    drive.subscribe((event) => this.#hear(event));
    return drive;
  }

  /** The battery is empty, without a farewell; or charged, and the app knows nothing of before. */
  #switchPhone(): void {
    this.#isDead = !this.#isDead;
    if (!this.#isDead) {
      this.#drive = this.#startApp();
      return;
    }
    this.#droppedBefore += this.#drive.outbox.dropped;
    for (const time of this.#open) this.#meets(time, FATE.lost);
    this.#open = [];
    this.#options.link?.forget();
    this.#drive.close();
  }

  #know(trips: readonly Trip[]): void {
    for (const trip of trips) this.trips.set(trip.id, trip);
    this.#trip = [...this.trips.values()].findLast(
      ({ status, startedAt }) => startedAt !== undefined && !hasEnded(status),
    );
  }

  #settleUpTo(untilTime: number): void {
    for (const time of this.#open) if (time <= untilTime) this.#settled(time);
    this.#open = this.#open.filter((time) => time > untilTime);
  }

  #settled(time: number): void {
    this.#meets(time, FATE.acknowledged);
    this.#lastAcknowledgedMs = Math.max(this.#lastAcknowledgedMs, time);
  }

  #meets(time: number, fate: Fate): void {
    const ms = time - this.#options.startMs;
    const before = this.#fates.get(ms);
    if (before !== undefined) this.#fates.set(ms, before | fate);
  }

  #hear(event: DriveEvent): void {
    switch (event.type) {
      case 'acknowledged':
        this.#settleUpTo(this.#trueTimes.get(event.time) ?? event.time);
        return;
      case 'refused':
        if (event.time === undefined) return;
        this.#meets(
          this.#trueTimes.get(event.time) ?? event.time,
          event.code === 'fix_out_of_order' ? FATE.outOfOrder : FATE.refused,
        );
        return;
      case 'connection':
        if (event.connection === 'refused' || event.connection === 'ended') {
          this.#options.onProblem(`a driver was sent away: ${event.problem?.detail ?? event.connection}`);
        }
        return;
      case 'trips':
        this.#know(event.trips);
        this.#dispatch.compare(event.trips);
        return;
      case 'trip':
        this.#know([event.trip]);
        return;
      case 'dropped':
      case 'pace':
      case 'clock':
      case 'service':
      case 'restored': // there is no store here
        return; // counted at the end, or the SDK's own affair
      default:
        event satisfies never;
    }
  }
}
