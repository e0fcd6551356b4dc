// Many drivers at real nodes, on one timer.

import type { Clock } from '@tripcast/client';
import { PROMPT } from './faults/index.ts';
import { LiveDriver } from './live-driver.ts';
import { platformAcross } from './nodes.ts';
import { randomFrom } from './random.ts';
import { type Snapshot, Statistics } from './statistics.ts';
import type { Tokens } from './tokens.ts';
import { createTripApi } from './trip-api.ts';
import { describeVehicle } from './vehicle-descriptions.ts';
import type { World } from './world.ts';

export interface FleetOptions {
  world: World;
  /** Origins of the nodes; drivers are spread over them. */
  urls: readonly string[];
  drivers: number;
  speedup: number;
  ridesLimit: number;
  tokens: Tokens;
  clock: Clock;
  onProblem: (text: string) => void;
}

/** The world moves on at this interval, ms. */
const TICK_MS = 100;
/** Drivers come online this long apart, ms, and all of them within the limit. */
const ARRIVAL = { apartMs: 60, limitMs: 15_000 };
/** After a longer standstill of this process the world has stood still too: nobody drove, nothing was measured. */
const STANDSTILL_MS = 5_000;

export class Fleet {
  readonly statistics = new Statistics();
  readonly #options: FleetOptions;
  readonly #runId: string;
  readonly #drivers: LiveDriver[] = [];
  #timer: unknown;
  #lastTickMs: number;
  #closing: Promise<void> | undefined;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#lastTickMs = options.clock.now();
    this.#runId = `sim-${this.#lastTickMs.toString(36)}`;
    const apartMs = Math.min(ARRIVAL.apartMs, ARRIVAL.limitMs / options.drivers);
    for (let index = 0; index < options.drivers; index++) {
      options.clock.setTimeout(() => this.#begin(index), index * apartMs);
    }
    this.#timer = options.clock.setTimeout(() => this.#tick(), TICK_MS);
  }

  get snapshot(): Snapshot {
    const count = (wanted: (driver: LiveDriver) => boolean) => this.#drivers.filter(wanted).length;
    return {
      drivers: this.#drivers.length,
      connected: count((driver) => driver.connection === 'live'),
      onTrips: count((driver) => driver.isOnTrip),
      outbox: this.#drivers.reduce((sum, { outbox }) => sum + outbox.size, 0),
      dropped: this.#drivers.reduce((sum, { outbox }) => sum + outbox.dropped, 0),
    };
  }

  /** Every driver has driven all the trips it was to drive, or was sent away. */
  get isOver(): boolean {
    return (
      this.#drivers.length === this.#options.drivers &&
      this.#drivers.every((driver) => driver.isDone || driver.isRefused)
    );
  }

  /** How many drivers the nodes sent away for good. */
  get refusedDrivers(): number {
    return this.#drivers.filter((driver) => driver.isRefused).length;
  }

  /** Cancels the trips under way and leaves; resolves within `limitMs`. May be called twice. */
  close(limitMs: number): Promise<void> {
    this.#closing ??= Promise.all(this.#drivers.map((driver) => driver.close(limitMs))).then(() => {});
    this.#options.clock.clearTimeout(this.#timer);
    return this.#closing;
  }

  #begin(index: number): void {
    if (this.#closing) return;
    const { world, urls, clock, onProblem } = this.#options;
    const random = randomFrom(world.seed, 'network', index);
    const url = urls[0]!; // the platform puts the node in its place that is this driver's now
    const platform = { ...platformAcross(urls, index), clock, random, onWake: () => () => {} };
    this.#drivers.push(
      new LiveDriver({
        ...this.#options,
        url,
        platform,
        index,
        startMs: clock.now(),
        vehicleId: `sim-${world.seed}-${index + 1}`,
        vehicle: describeVehicle(randomFrom(world.seed, 'vehicle', index)),
        runId: this.#runId,
        statistics: this.statistics,
        api: createTripApi({ url, fetch: platform.fetch, clock, random }),
        onProblem,
        faults: [PROMPT],
      }),
    );
  }

  #tick(): void {
    const { clock } = this.#options;
    const nowMs = clock.now();
    const standstillMs = nowMs - this.#lastTickMs - TICK_MS;
    for (const driver of this.#drivers) {
      if (standstillMs > STANDSTILL_MS) driver.pause(standstillMs);
      driver.advanceTo(nowMs);
    }
    this.#lastTickMs = nowMs;
    if (!this.#closing) this.#timer = clock.setTimeout(() => this.#tick(), TICK_MS);
  }
}
