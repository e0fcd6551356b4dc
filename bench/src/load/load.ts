// One load process: drivers and riders of its share of the trips, on raw sockets.

import { Driving } from './driving.ts';
import type { LoadOrder, WindowReport } from './load-message.ts';
import { Driver, type PartyKeeper, Rider } from './party.ts';
import { SentTimes } from './sent-times.ts';
import { Window } from './window.ts';
import { type Wire, wireOf } from './wires/index.ts';

/** Positions and acknowledgements that are still on their way when a window ends are waited for, ms. */
const SETTLE_WITHIN_MS = 3_000;
const LOOK_MS = 20;
/** Whoever is not let in tries again, as clients do, after half to all of this, ms; so often, and no more. */
const TRY_AGAIN_MS = 1_000;
const MOST_TRIES_AGAIN = 20_000;

export class Load implements PartyKeeper {
  readonly #order: LoadOrder;
  readonly #wire: Wire;
  readonly #sent: SentTimes;
  readonly #random: () => number;
  readonly #drivers: Driver[] = [];
  readonly #riders: Rider[] = [];
  readonly #ridersOf: Uint32Array;
  #prepared = 0;
  #triesAgain = 0;
  #driving: Driving | undefined;
  #window: Window | undefined;
  #bytesBefore = 0;
  /** Those who connect now, and what is to be done when they are in. */
  #connecting: { waiting: number; next: () => void; done: () => void } | undefined;
  #fail: (why: string) => void;

  /** @param fail something is wrong that spoils the measurement */
  constructor(order: LoadOrder, random: () => number, fail: (why: string) => void) {
    this.#order = order;
    this.#random = random;
    this.#fail = fail;
    this.#wire = wireOf(order.wire, order.drivers, order.secret, order.isUnderWay);
    this.#sent = new SentTimes(order.mostTrips);
    this.#ridersOf = new Uint32Array(order.mostTrips);
  }

  async prepare(trips: number): Promise<void> {
    if (trips > this.#prepared)
      await this.#wire.prepare?.(this.#order.first + this.#prepared, trips - this.#prepared);
    this.#prepared = Math.max(this.#prepared, trips);
  }

  /** Resolves when all are in. */
  async connect(drivers: number, trips: number, ridersPerTrip: number, atOnce: number): Promise<void> {
    const { first, drivers: driversOrigin, riders: ridersOrigin } = this.#order;
    const newDrivers: Driver[] = [];
    while (this.#drivers.length < drivers) {
      const driver = new Driver(first + this.#drivers.length, this.#wire, this);
      this.#drivers.push(driver);
      newDrivers.push(driver);
    }
    await this.#connectAll(newDrivers, (driver) => driver.connect(driversOrigin), atOnce);
    const newRiders: Rider[] = [];
    for (let trip = 0; trip < trips; trip++) {
      for (; this.#ridersOf[trip]! < ridersPerTrip; this.#ridersOf[trip]!++) {
        newRiders.push(new Rider(first + trip, this.#wire, this));
      }
    }
    this.#riders.push(...newRiders);
    await this.#connectAll(newRiders, (rider) => rider.connect(ridersOrigin), atOnce);
  }

  drive(perSecond: number): void {
    this.#driving?.close();
    this.#driving = undefined;
    if (perSecond === 0) return;
    this.#driving = new Driving(this.#drivers.length, perSecond, this.#random, (nth) => {
      const writtenAt = performance.now();
      const time = this.#drivers[nth]!.sendPosition(Date.now());
      this.#sent.add(nth, time, writtenAt);
      this.#window?.written(this.#ridersOf[nth]!);
    });
  }

  openWindow(): void {
    this.#bytesBefore = this.#bytesHeard();
    this.#window = new Window(performance.now());
  }

  /** Resolves to what was counted, once it has settled. */
  async closeWindow(): Promise<WindowReport> {
    const window = this.#window!;
    window.end(performance.now());
    const bytes = this.#bytesHeard() - this.#bytesBefore;
    const lastTimes = this.#drivers.map((driver) => driver.sentTime);
    // Systems that acknowledge nothing never begin to.
    const unacknowledged = () =>
      this.#drivers.filter(
        ({ acknowledgedTime }, nth) => acknowledgedTime > 0 && acknowledgedTime < lastTimes[nth]!,
      ).length;
    const isSettled = () => window.delivered >= window.expected && unacknowledged() === 0;
    for (let waitedMs = 0; waitedMs < SETTLE_WITHIN_MS && !isSettled(); waitedMs += LOOK_MS)
      await pause(LOOK_MS);
    this.#window = undefined;
    const { expected, delivered, arrived, latency } = window;
    return { expected, delivered, arrived, bytes, unacknowledged: unacknowledged(), latency };
  }

  /** Resolves when all is acknowledged. */
  async upload(positions: number): Promise<void> {
    const lastTime = Date.now() + positions - 1;
    for (const driver of this.#drivers) {
      for (const frame of this.#wire.history?.(driver.trip, positions) ?? []) driver.send(frame);
    }
    await this.#until(() => this.#drivers.every(({ acknowledgedTime }) => acknowledgedTime >= lastTime));
  }

  async awaitPositions(positions: number): Promise<void> {
    await this.#until(() => this.#riders.every((rider) => rider.positions >= positions));
  }

  /** Resolves when all riders are back. */
  async storm(atOnce: number): Promise<void> {
    for (const rider of this.#riders) rider.reset();
    await this.#connectAll(this.#riders, (rider) => rider.connect(this.#order.riders), atOnce);
  }

  ready(): void {
    const connecting = this.#connecting;
    if (!connecting) return;
    connecting.waiting--;
    connecting.next();
    if (connecting.waiting === 0) connecting.done();
  }

  arrived(rider: Rider, time: number): void {
    const trip = rider.trip - this.#order.first;
    const nth = this.#sent.find(trip, time, rider.next);
    if (nth < 0) return;
    rider.next = nth + 1;
    this.#window?.came(trip, nth, this.#sent, performance.now());
  }

  lost(party: Driver | Rider, why: string): void {
    if (!party.isIn && this.#triesAgain++ < MOST_TRIES_AGAIN) {
      const origin = party.isDriver ? this.#order.drivers : this.#order.riders;
      setTimeout(() => party.connect(origin), TRY_AGAIN_MS * (0.5 + this.#random() / 2));
      return;
    }
    this.#fail(`a ${party.isDriver ? 'driver' : 'rider'} of trip ${party.trip} lost its connection: ${why}`);
  }

  #connectAll<P>(parties: readonly P[], connect: (party: P) => void, atOnce: number): Promise<void> {
    if (parties.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      let begun = 0;
      const next = () => {
        const party = parties[begun++];
        if (party) connect(party);
      };
      this.#connecting = { waiting: parties.length, next, done: resolve };
      for (let nth = 0; nth < atOnce; nth++) next();
    });
  }

  #bytesHeard(): number {
    return this.#riders.reduce((sum, rider) => sum + rider.bytesHeard, 0);
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause(LOOK_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
