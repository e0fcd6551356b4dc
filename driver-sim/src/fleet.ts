// Many drivers at real nodes, on one timer.

import type { Clock } from '@tripcast/client';
import {
  createRadioProxy,
  type FaultProfile,
  faultsOf,
  isAlwaysOn,
  playRadioFaults,
  type RadioLink,
  type RadioProxy,
  type VehicleFaults,
} from './faults/index.ts';
import { LiveDriver } from './live-driver.ts';
import { platformAcross } from './nodes.ts';
import { takeOperatorFaults } from './operator-faults.ts';
import { randomFrom } from './random.ts';
import { SimulatedVehicle } from './simulated-vehicle.ts';
import { type Snapshot, Statistics } from './statistics.ts';
import type { Tokens } from './tokens.ts';
import { type Recorder, ReplayedVehicle, type Trace } from './traces/index.ts';
import { createTripApi } from './trip-api.ts';
import type { Vehicle } from './vehicle.ts';
import { describeVehicle } from './vehicle-descriptions.ts';
import type { World } from './world.ts';

export interface FleetOptions {
  world: World;
  /** Origins of the nodes; drivers are spread over them. */
  urls: readonly string[];
  drivers: number;
  speedup: number;
  ridesLimit: number;
  faults: FaultProfile;
  /** Recorded drives that the vehicles replay in turn; none: all are simulated. */
  traces: readonly Trace[];
  /** Writes down what the first vehicle measures. */
  recorder?: Recorder;
  tokens: Tokens;
  clock: Clock;
  onProblem: (text: string) => void;
  /** Takes up the faults that operators inject. */
  liveFaults?: boolean;
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
  readonly #radio: RadioProxy;
  readonly #stopRadioFaults: (() => void)[] = [];
  #stopTakingFaults = () => {};
  #timer: unknown;
  #lastTickMs: number;
  #closing: Promise<void> | undefined;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#lastTickMs = options.clock.now();
    this.#runId = `sim-${this.#lastTickMs.toString(36)}`;
    this.#radio = createRadioProxy({
      clock: options.clock,
      random: randomFrom(options.world.seed, 'radio pieces'),
    });
    const apartMs = Math.min(ARRIVAL.apartMs, ARRIVAL.limitMs / options.drivers);
    for (let index = 0; index < options.drivers; index++) {
      options.clock.setTimeout(
        () => this.#begin(index).catch((error: Error) => this.#onNoPort(error)),
        index * apartMs,
      );
    }
    this.#timer = options.clock.setTimeout(() => this.#tick(), TICK_MS);
    if (options.liveFaults) this.#takeOperatorFaults();
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
    this.#closing ??= Promise.all(this.#drivers.map((driver) => driver.close(limitMs))).then(() => {
      for (const stop of this.#stopRadioFaults) stop();
      return this.#radio.close();
    });
    this.#options.clock.clearTimeout(this.#timer);
    this.#stopTakingFaults();
    return this.#closing;
  }

  #takeOperatorFaults(): void {
    const { urls, clock, tokens } = this.#options;
    this.#stopTakingFaults = takeOperatorFaults({
      url: urls[0]!,
      fetch: platformAcross(urls, 0).fetch,
      clock,
      tokens,
      onFault: (vehicleId, fault) => {
        this.#drivers.find((driver) => driver.vehicleId === vehicleId)?.inject(fault);
      },
    });
  }

  async #begin(index: number): Promise<void> {
    const { recorder, ...options } = this.#options;
    const { world, urls, clock } = options;
    const faults = faultsOf(this.#options.faults, randomFrom(world.seed, 'faults', index));
    const link = this.#options.liveFaults || needsRadio(faults) ? await this.#radio.open(urls) : undefined;
    if (this.#closing) {
      await link?.close();
      return;
    }
    const startMs = clock.now();
    if (link) this.#disturb(link, faults, index, startMs);
    const random = randomFrom(world.seed, 'network', index);
    const url = urls[0]!; // the platforms put the node in its place that is this driver's now
    const phone = platformAcross(link?.origins ?? urls, index);
    // Trips are the operator's: their calls don't go through the phone's radio.
    const { fetch } = platformAcross(urls, index);
    this.#drivers.push(
      new LiveDriver({
        ...options,
        url,
        car: this.#carOf(index, startMs),
        platform: { ...phone, clock, random, onWake: () => () => {}, onNetwork: () => () => {} },
        startMs,
        vehicleId: `sim-${world.seed}-${index + 1}`,
        vehicle: describeVehicle(randomFrom(world.seed, 'vehicle', index)),
        runId: this.#runId,
        statistics: this.statistics,
        api: createTripApi({ url, fetch, clock, random }),
        faults: faults.device,
        random: randomFrom(world.seed, 'device', index),
        ...(link && { link }),
        ...(index === 0 && recorder && { recorder }),
      }),
    );
  }

  #onNoPort(error: Error): void {
    this.#options.onProblem(`A driver has no radio, and stays at home: ${error.message}`);
  }

  #carOf(index: number, startMs: number): Vehicle {
    const { world, speedup, ridesLimit, traces } = this.#options;
    const trace = traces[index % traces.length];
    return trace
      ? new ReplayedVehicle({ trace, startMs, ridesLimit })
      : new SimulatedVehicle({ world, index, startMs, speedup, ridesLimit });
  }

  #disturb(link: RadioLink, { radio }: VehicleFaults, index: number, startMs: number): void {
    const { world, clock } = this.#options;
    const random = randomFrom(world.seed, 'radio', index);
    this.#stopRadioFaults.push(playRadioFaults({ link, faults: radio, clock, random, startMs }));
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

function needsRadio({ device, radio }: VehicleFaults): boolean {
  return radio.length > 0 || !isAlwaysOn(device);
}
