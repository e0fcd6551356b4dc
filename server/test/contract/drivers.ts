import { setTimeout as pause } from 'node:timers/promises';
import type { DriverEvent, TripId } from '@tripcast/protocol';
import { LIMITS } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { systemClock } from '../../src/clock.ts';
import { DrivenVehicle } from '../../src/live/driven-vehicle.ts';
import { Farewells } from '../../src/live/farewells.ts';
import { fixesAt, timesOf, tripUnderWay } from './samples.ts';

const EVERY_MS = 10;
const TICK_MS = 50;
const DEADLINE_MS = 60_000;
const figures = { fixesStored() {}, fixRefused() {}, acknowledged() {}, takenOver() {}, publishing() {} };

/** A driver on its trip, and what its node has said to it. */
interface Driver {
  readonly trip: TripId;
  readonly vehicle: DrivenVehicle;
  readonly sent: number[];
  readonly heard: DriverEvent[];
  readonly closedWith: number[];
}

/** Drivers whose fixes a node writes as it does in earnest: each waits for nobody, and for its own order. */
export class Drivers {
  readonly #backend: Backend;
  readonly #drivers: Driver[] = [];
  readonly #timer: NodeJS.Timeout;
  #sending: Promise<void>[] = [];
  #stopped = false;

  private constructor(backend: Backend) {
    this.#backend = backend;
    this.#timer = setInterval(() => {
      for (const { vehicle } of this.#drivers) {
        vehicle.tick();
        vehicle.acknowledge();
      }
    }, TICK_MS);
  }

  static async on(backend: Backend, count: number): Promise<Drivers> {
    const drivers = new Drivers(backend);
    for (let index = 0; index < count; index++) await drivers.#connect();
    return drivers;
  }

  get trips(): TripId[] {
    return this.#drivers.map(({ trip }) => trip);
  }

  /** Stops sending. Resolves to what came of each driver's fixes once all are acknowledged. */
  async outcomes(): Promise<
    { sent: number[]; stored: number[]; refused: DriverEvent[]; closedWith: number[] }[]
  > {
    this.#stopped = true;
    await Promise.all(this.#sending);
    const deadline = performance.now() + DEADLINE_MS;
    const isOwed = ({ sent, heard }: Driver) =>
      !heard.some((event) => event.type === 'ack' && event.time >= sent.at(-1)!);
    while (this.#drivers.some(isOwed)) {
      if (performance.now() > deadline) throw new Error('not everything is acknowledged');
      await pause(TICK_MS); // until the next acknowledgement is due
    }
    return Promise.all(
      this.#drivers.map(async ({ trip, sent, heard, closedWith }) => ({
        sent,
        stored: timesOf(await this.#backend.tracks.read(trip, 0, 1_000_000)),
        refused: heard.filter(({ type }) => type === 'refused'),
        closedWith,
      })),
    );
  }

  async close(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await Promise.all(this.#sending);
    await Promise.all(this.#drivers.map(({ vehicle }) => vehicle.leave()));
  }

  async #connect(): Promise<void> {
    const trip = tripUnderWay(Date.now() - 1_000);
    await this.#backend.trips.create(trip, '');
    const vehicle = new DrivenVehicle({
      limits: LIMITS,
      ...{ id: trip.vehicleId, tokenIssuedAtMs: Date.now(), backend: this.#backend, clock: systemClock },
      ...{ figures, phase: 0, farewells: new Farewells(this.#backend, systemClock), reminders: { add() {} } },
    });
    await vehicle.takeOver('n');
    const driver: Driver = { trip: trip.id, vehicle, sent: [], heard: [], closedWith: [] };
    vehicle.greet({
      send: (event) => driver.heard.push(event),
      close: ({ code }) => driver.closedWith.push(code),
    });
    this.#drivers.push(driver);
    this.#sending.push(this.#send(driver, trip.startedAt!));
  }

  async #send({ vehicle, sent }: Driver, startedAt: number): Promise<void> {
    for (let time = startedAt + 1; !this.#stopped; time++) {
      sent.push(time);
      vehicle.accept(fixesAt(time));
      await pause(EVERY_MS); // the driver's rhythm
    }
  }
}
