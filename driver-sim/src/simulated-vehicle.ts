// One driver with a phone, in wall-clock time: the day is driven, and measured once a second.
//
// Fix times are those of the wall clock, since a server refuses fixes from the future: with a speed-up of 4 the day goes
// by four times as fast, and cars cover four times the ground between two fixes.

import type { Fix } from '@tripcast/protocol';
import {
  abandonRide,
  currentRide,
  type Driver,
  type News,
  startOfDay,
  stepDriver,
  truthOf,
} from './driver.ts';
import { firstError, type GpsError, nextError, observe, PHONE_GPS } from './gps-error.ts';
import { type Pose, STEP_MS } from './motion.ts';
import { type Random, randomFrom } from './random.ts';
import type { OrderedRide, Ride } from './ride.ts';
import type { Happenings, Vehicle } from './vehicle.ts';
import type { World } from './world.ts';

/** A phone's GPS measures at this interval, ms. */
export const MEASURE_MS = 1_000;

export interface VehicleOptions {
  world: World;
  /** Names the driver among those of the same seed: its streams of chance are its own. */
  index: number;
  /** When the day begins, ms since the Unix epoch. */
  startMs: number;
  speedup: number;
  ridesLimit: number;
}

export class SimulatedVehicle implements Vehicle {
  readonly #options: VehicleOptions;
  readonly #dayRandom: Random;
  readonly #gpsRandom: Random;
  #driver: Driver;
  #error: GpsError;
  /** The simulated day's time of the driver's last step, and of now, ms. */
  #dayMs = 0;
  #untilMs = 0;
  #nextMeasureMs: number;
  #news: News[];

  constructor(options: VehicleOptions) {
    const { world, index, startMs } = options;
    this.#options = { ...options };
    this.#dayRandom = randomFrom(world.seed, 'day', index);
    this.#gpsRandom = randomFrom(world.seed, 'gps', index);
    this.#error = firstError(PHONE_GPS, this.#gpsRandom);
    this.#nextMeasureMs = startMs + Math.floor(this.#gpsRandom() * MEASURE_MS); // phones don't tick together
    const { driver, news } = startOfDay(world, this.#dayRandom);
    this.#driver = driver;
    this.#news = news ? [news] : [];
  }

  get driver(): Driver {
    return this.#driver;
  }

  /** Where the car is, which no phone knows. The speed is that over ground, per second of the wall clock. */
  get truth(): Pose {
    const pose = truthOf(this.#driver, this.#untilMs - this.#dayMs);
    pose.speedMps *= this.#options.speedup;
    return pose;
  }

  /** When its phone measures next, ms since the Unix epoch. */
  get nextMeasureMs(): number {
    return this.#nextMeasureMs;
  }

  get ride(): Ride | undefined {
    return currentRide(this.#driver);
  }

  get isHome(): boolean {
    return this.#driver.activity.kind === 'home';
  }

  advanceTo(nowMs: number): Happenings {
    const fixes: Fix[] = [];
    const truths: Pose[] = [];
    for (; this.#nextMeasureMs <= nowMs; this.#nextMeasureMs += MEASURE_MS) {
      this.#driveTo(this.#nextMeasureMs);
      fixes.push(this.#measure(this.#nextMeasureMs));
      truths.push(this.truth);
    }
    this.#driveTo(nowMs);
    const news = this.#news;
    this.#news = [];
    return { fixes, truths, news };
  }

  pause(forMs: number): void {
    this.#options.startMs += forMs;
    this.#nextMeasureMs += forMs;
  }

  abandonRide(number: number): void {
    if (currentRide(this.#driver)?.number !== number) return;
    this.#driver = abandonRide({ ...this.#driver, rides: number }, this.#dayMs);
  }

  order(rides: readonly OrderedRide[]): void {
    this.#driver = { ...this.#driver, ordered: rides };
  }

  #driveTo(wallMs: number): void {
    const { world, startMs, speedup, ridesLimit } = this.#options;
    this.#untilMs = (wallMs - startMs) * speedup;
    for (; this.#dayMs + STEP_MS <= this.#untilMs; this.#dayMs += STEP_MS) {
      const step = stepDriver(this.#driver, world, this.#dayMs, this.#dayRandom, ridesLimit);
      this.#driver = step.driver;
      if (step.news) this.#news.push(step.news);
    }
  }

  #measure(time: number): Fix {
    this.#error = nextError(this.#error, PHONE_GPS, MEASURE_MS / 1000, this.#gpsRandom);
    return observe(this.truth, this.#error, PHONE_GPS, time, this.#gpsRandom);
  }
}
