// One load process: a share of the vehicles, and all riders who follow them, on one timer.

import { getHeapSpaceStatistics } from 'node:v8';
import type { Clock } from '@tripcast/client';
import {
  composedProfile,
  createRadioProxy,
  createTripApi,
  createWorld,
  type FaultProfile,
  faultsOf,
  isAlwaysOn,
  playRadioFaults,
  type RadioFault,
  type RadioLink,
  type RadioProxy,
  randomFrom,
  type Tokens,
  tokensFrom,
  type World,
} from '@tripcast/driver-sim';
import { Tally } from '../grade/tally.ts';
import { SCENARIOS, type Scenario, scaled } from '../scenarios/index.ts';
import { StreetIndex } from '../truth/street-index.ts';
import { auditTrips } from './audit.ts';
import { DrivenVehicle } from './driven-vehicle.ts';
import { DueList } from './due-list.ts';
import type { LoadMemory, LoadOrder, LoadReport } from './load-message.ts';
import { Phone } from './phone.ts';
import { Rider } from './rider.ts';
import { WorstKeeper, WorstWindow } from './worst-window.ts';

/** The world moves on at this interval, ms. */
const TICK_MS = 50;
/** Each rider looks every so many ticks, and not all in the same one. */
const LOOK_EVERY_TICKS = 4;
/** So often it asks for the next trip. */
const FOLLOW_ON_EVERY_TICKS = 20;
/** Pictures are kept of so many riders a process. */
const PICTURED_RIDERS = 500;
/** Of the moves that no car makes, so many are told of; all are counted. */
const ODDITIES_TOLD = 8;
/** Who comes keeps those who are there from what they do for so long at the most. */
const WITHOUT_PAUSE_MS = 20;
/** Fixes that are still on their way in a phone when it stops measuring. */
const SETTLE_LOOK_MS = 200;

/** A phone's radio, and what happens to it. */
interface RadioOf {
  link: RadioLink;
  faults: readonly RadioFault[];
  who: 'drivers' | 'riders';
  index: number;
}

export interface LoadSurroundings {
  clock: Clock;
  onProblem: (text: string) => void;
}

export class Load {
  readonly #order: LoadOrder;
  readonly #scenario: Scenario;
  readonly #moreFaults: FaultProfile;
  readonly #surroundings: LoadSurroundings;
  readonly #world: World;
  readonly #tokens: Tokens;
  readonly #streets: StreetIndex;
  readonly #proxy: RadioProxy;
  readonly #due: DueList;
  readonly #tally = new Tally();
  readonly #worst = new WorstKeeper();
  readonly #vehicles: DrivenVehicle[] = [];
  readonly #riders: Rider[] = [];
  /** Those of them who look, and the vehicles that they look at. */
  readonly #looking: Rider[] = [];
  readonly #watched: DrivenVehicle[] = [];
  readonly #links: RadioOf[] = [];
  readonly #stopRadio: (() => void)[] = [];
  readonly #timers = new Set<unknown>();
  readonly #memory: LoadMemory = { world: 0, drivers: 0, riders: 0 };
  #measureStartMs: number | undefined;
  #bytesAtStart = 0;
  #ticks = 0;
  #oddities = 0;

  constructor(order: LoadOrder, surroundings: LoadSurroundings) {
    this.#order = order;
    this.#scenario = scaled(SCENARIOS.get(order.scenario)!, order.scale);
    this.#surroundings = surroundings;
    this.#moreFaults = composedProfile(order.faults);
    this.#world = createWorld('montevideo', order.seed);
    this.#tokens = tokensFrom(order.secret);
    this.#streets = new StreetIndex(this.#world.network);
    this.#due = new DueList(surroundings.clock);
    this.#proxy = createRadioProxy({
      clock: surroundings.clock,
      random: randomFrom(order.seed, 'proxy', order.first),
    });
  }

  /** Resolves when everybody has come: vehicles first, then their riders. */
  async begin(): Promise<void> {
    const { first, count, arrivalMs } = this.#order;
    this.#memory.world = heldBytes();
    this.#tick();
    const riders = Array.from({ length: this.#scenario.riders }, (_, index) => index).filter((index) => {
      const vehicle = index % this.#scenario.drivers;
      return vehicle >= first && vehicle < first + count;
    });
    await this.#oneByOne(count, arrivalMs / 2, async (nth) => {
      const vehicle = await this.#vehicle(first + nth);
      this.#vehicles.push(vehicle);
      if (vehicle.isWatched) this.#watched.push(vehicle);
    });
    this.#memory.drivers = heldBytes();
    await this.#oneByOne(riders.length, arrivalMs / 2, async (nth) => {
      const index = riders[nth]!;
      const rider = await this.#rider(index);
      this.#riders.push(rider);
      if (this.#isLooking(index)) this.#looking.push(rider);
    });
  }

  /** So many within so long, evenly; where that is too much, as fast as it goes beside what those do who are there. */
  async #oneByOne(count: number, withinMs: number, come: (nth: number) => Promise<void>): Promise<void> {
    const { clock } = this.#surroundings;
    const startMs = clock.now();
    let pausedMs = startMs;
    for (let nth = 0; nth < count; nth++) {
      const dueInMs = startMs + (withinMs * nth) / count - clock.now();
      if (dueInMs > 0 || clock.now() - pausedMs > WITHOUT_PAUSE_MS) {
        await this.#pause(Math.max(0, dueInMs));
        pausedMs = clock.now();
      }
      await come(nth);
    }
  }

  /** From now on it counts, and the radio's faults have their times. */
  measure(startMs: number): void {
    this.#measureStartMs = startMs;
    this.#memory.riders = heldBytes(); // all are connected
    this.#bytesAtStart = this.#riderBytes();
    for (const rider of this.#riders) rider.measureFrom(startMs);
    const { seed } = this.#order;
    this.#links.forEach((radio, nth) => {
      const { link, faults } = radio;
      this.#expectAfterTunnels(radio, startMs);
      const random = randomFrom(seed, 'radio', this.#order.first, nth);
      this.#stopRadio.push(
        playRadioFaults({ link, faults, clock: this.#surroundings.clock, random, startMs }),
      );
    });
  }

  expectRecovery(sinceMs: number): void {
    for (const rider of this.#riders) rider.expectRecovery(sinceMs);
  }

  get pending(): number {
    return this.#riders.filter((rider) => rider.isPending).length;
  }

  /** Resets every connection. */
  storm(): void {
    for (const { phone } of [...this.#vehicles, ...this.#riders]) phone.reset();
  }

  /** Phones measure no more; resolves when all that they have is settled and followers have it, or at `untilMs`. */
  async settle(untilMs: number): Promise<void> {
    const { clock } = this.#surroundings;
    const endMs = clock.now();
    for (const vehicle of this.#vehicles) vehicle.park();
    const measuredFrom = this.#measureStartMs ?? endMs;
    this.#tally.count('riderBytes', this.#riderBytes() - this.#bytesAtStart);
    this.#tally.count('riderMs', this.#riders.length * (endMs - measuredFrom));
    for (const rider of this.#riders) rider.lookAway(endMs);
    this.#measureStartMs = undefined; // nobody looks any more
    while (clock.now() < untilMs && !this.#isSettled()) await this.#pause(SETTLE_LOOK_MS);
  }

  /** Reads back what is stored, and counts. */
  async report(): Promise<LoadReport> {
    const { urls } = this.#order;
    for (const rider of this.#riders) {
      this.#tally.count('neverLiveAgain', rider.pending);
      if (rider.hasFollowed) this.#tally.count('riders');
      if (rider.wasGraded) this.#tally.count('ridersGraded');
    }
    for (const vehicle of this.#vehicles) this.#tally.count('dropped', vehicle.dropped);
    await auditTrips({
      vehicles: this.#vehicles,
      rides: this.#riders.flatMap((rider) => rider.rides),
      url: urls[0]!,
      tokens: this.#tokens,
      tally: this.#tally,
      onProblem: this.#surroundings.onProblem,
    });
    return {
      tally: this.#tally.toText(),
      worst: this.#worst.worst,
      riders: this.#riders.length,
      memory: this.#memory,
    };
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) this.#surroundings.clock.clearTimeout(timer);
    for (const stop of this.#stopRadio) stop();
    for (const { close } of [...this.#riders, ...this.#vehicles].map((one) => ({ close: () => one.close() })))
      close();
    await this.#proxy.close();
  }

  #tick(): void {
    const { clock } = this.#surroundings;
    const nowMs = clock.now();
    this.#ticks++;
    for (const vehicle of this.#watched) vehicle.advanceTo(nowMs);
    if (this.#measureStartMs !== undefined) {
      everyNth(this.#looking, this.#ticks, LOOK_EVERY_TICKS, (rider) => rider.look(nowMs));
    }
    everyNth(this.#riders, this.#ticks, FOLLOW_ON_EVERY_TICKS, (rider) => rider.followOn());
    const timer = clock.setTimeout(() => {
      this.#timers.delete(timer);
      this.#tick();
    }, TICK_MS);
    this.#timers.add(timer);
  }

  async #vehicle(index: number): Promise<DrivenVehicle> {
    const { clock, onProblem } = this.#surroundings;
    const { seed, truthKeptMs } = this.#order;
    const more = faultsOf(this.#moreFaults, randomFrom(seed, 'faults', index));
    const faults = [...this.#scenario.device, ...more.device];
    const { phone, link } = await this.#phone('drivers', index, index, more.radio, !isAlwaysOn(faults));
    return new DrivenVehicle({
      world: this.#world,
      index,
      runId: `score-${seed}`,
      url: this.#order.urls[0]!, // the phone puts its own node in this place
      phone,
      tokens: this.#tokens,
      api: createTripApi({
        url: this.#order.urls[0]!,
        fetch: phone.platform.fetch!,
        clock,
        random: randomFrom(seed, 'api', index),
      }),
      faults,
      ...(link && { link }),
      startMs: Math.ceil(clock.now()),
      truthKeptMs: this.#ridersOf(index).some((rider) => this.#isLooking(rider)) ? truthKeptMs : 0,
      due: this.#due,
      clock,
      onProblem,
    });
  }

  async #rider(index: number): Promise<Rider> {
    const { first } = this.#order;
    const isLooking = this.#isLooking(index);
    const vehicle = this.#vehicles[(index % this.#scenario.drivers) - first]!;
    const isPictured = isLooking && this.#looking.length < PICTURED_RIDERS;
    return new Rider({
      index,
      vehicle,
      url: this.#order.urls[0]!,
      // Riders of one vehicle are on different nodes, and not all on the driver's.
      phone: (await this.#phone('riders', index, index + Math.floor(index / this.#scenario.drivers))).phone,
      tokens: this.#tokens,
      tally: this.#tally,
      streets: this.#streets,
      isLooking,
      onProblem: this.#surroundings.onProblem,
      onOddity: (text) => {
        this.#oddities++;
        if (this.#oddities <= ODDITIES_TOLD) this.#surroundings.onProblem(text);
      },
      ...(isPictured && { window: new WorstWindow(this.#worst, index, vehicle.vehicleId, vehicle.truth) }),
    });
  }

  /** The riders, by their indices, who follow a vehicle. */
  #ridersOf(vehicle: number): number[] {
    const { riders, drivers } = this.#scenario;
    const count = Math.max(0, Math.ceil((riders - vehicle) / drivers));
    return Array.from({ length: count }, (_, nth) => vehicle + nth * drivers);
  }

  /** Whether a rider looks at its page. */
  #isLooking(rider: number): boolean {
    const { seed, lookingShare } = this.#order;
    return randomFrom(seed, 'looking', rider)() < lookingShare;
  }

  /** A phone at a node; behind a radio of its own where the scenario has faults for it. */
  async #phone(
    who: 'drivers' | 'riders',
    index: number,
    first: number,
    more: readonly RadioFault[] = [],
    needsLink = false,
  ): Promise<{ phone: Phone; link?: RadioLink }> {
    const { seed, urls } = this.#order;
    const random = randomFrom(seed, 'network', who, index);
    const faults = this.#scenario.radio
      .filter((part) => part.who === who && random() < part.share)
      .flatMap((part) => part.faults);
    faults.push(...more);
    const link = faults.length > 0 || needsLink ? await this.#proxy.open(urls) : undefined;
    if (link) this.#links.push({ link, faults, who, index });
    const origins = link?.origins ?? urls;
    const phone = new Phone({ origins, first, clock: this.#surroundings.clock, random });
    return link ? { phone, link } : { phone };
  }

  /** Who comes out of a tunnel, or whose driver does, should be live again soon after. */
  #expectAfterTunnels({ faults, who, index }: RadioOf, startMs: number): void {
    const { clock } = this.#surroundings;
    for (const { kind, when } of faults) {
      if (kind !== 'tunnel' || !when?.untilMs || 'everyMs' in when) continue;
      const sinceMs = startMs + when.untilMs;
      const timer = clock.setTimeout(() => {
        this.#timers.delete(timer);
        for (const rider of this.#riders) {
          const met = who === 'riders' ? rider.index : rider.index % this.#scenario.drivers;
          if (met === index) rider.expectRecovery(sinceMs);
        }
      }, sinceMs - clock.now());
      this.#timers.add(timer);
    }
  }

  #riderBytes(): number {
    return this.#riders.reduce((sum, { phone }) => sum + phone.bytes, 0);
  }

  #isSettled(): boolean {
    if (!this.#vehicles.every((vehicle) => vehicle.isSettled)) return false;
    return this.#riders.every((rider) => rider.isUpToDate);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#surroundings.clock.setTimeout(resolve, ms);
    });
  }
}

/** Each of them in one of `turns` ticks. */
function everyNth<T>(all: readonly T[], tick: number, turns: number, act: (one: T) => void): void {
  for (let index = tick % turns; index < all.length; index += turns) act(all[index]!);
}

/** Resident, without V8's room for what is thrown away soon, which grows by itself and belongs to nobody. */
function heldBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return process.memoryUsage.rss() - (young?.physical_space_size ?? 0);
}
