// A driver's day, as a state machine in simulated time:
//
//   idle → accepting → toPickup → atPickup → toDropoff → idle → …       home, after the last trip
//
// Pure but for the stream of chance, which is an argument: the same stream, the same day.

import type { TripStatus } from '@tripcast/protocol';
import {
  advance,
  type Car,
  type Drive,
  driveOver,
  hasArrived,
  type Pose,
  poseOf,
  STEP_MS,
} from './motion.ts';
import { pick, type Random, uniform } from './random.ts';
import { type OrderedRide, type PlannedRide, planOrder, planRide, type Ride } from './ride.ts';
import { secondsLeft } from './speed-profile.ts';
import { spotAt } from './spots.ts';
import type { World } from './world.ts';

/** Times are of the simulated day, ms. */
export type Activity =
  /** Without a ride: parked, or moving to a better corner. */
  | { kind: 'idle'; untilMs: number }
  /** A ride was assigned; the driver reads it and pulls out. */
  | { kind: 'accepting'; ride: Ride; untilMs: number }
  | { kind: 'toPickup'; ride: Ride; toldArrivalMs: number }
  | { kind: 'atPickup'; ride: Ride; untilMs: number }
  | { kind: 'toDropoff'; ride: Ride; toldArrivalMs: number }
  /** The day is over. */
  | { kind: 'home' };

export interface Driver {
  car: Car;
  /** What the car is on; at its end the car stands. */
  drive: Drive;
  activity: Activity;
  rides: number;
  /** Rides that operators have given it, which come before any other, oldest first. */
  ordered: readonly OrderedRide[];
}

/** What others must be told. `secondsLeft`, of the simulated day, to the next stop. */
export type News<R extends PlannedRide = Ride> =
  | { type: 'assigned'; ride: R }
  | { type: 'status'; ride: R; status: TripStatus; secondsLeft?: number }
  | { type: 'eta'; ride: R; secondsLeft: number };

export interface Step {
  driver: Driver;
  news?: News;
}

/** How long and how far things are. */
const IDLE_SECONDS = { least: 5, most: 30 };
const ACCEPT_SECONDS = { least: 1, most: 3 };
/** At the kerb, until the rider is in. */
const BOARDING_SECONDS = { least: 5, most: 20 };
const CRAWL_METRES = { least: 100, most: 500 };
/** An arrival time that moved by less than this is not worth telling, ms. */
const ETA_CHANGE_MS = 20_000;

/**
 * A driver as the simulation finds it: most are part-way to a rider already, so that there is something to see at once;
 * some stand idle.
 */
export function startOfDay(world: World, random: Random): Step {
  const home = world.pickSpot(random, world.centre, { least: 0, most: 4_000 });
  const standing = driveOver(world.route(home.place, home.place));
  const idle: Driver = {
    car: { alongMetres: 0, speedMps: 0 },
    drive: standing,
    activity: { kind: 'idle', untilMs: uniform(random, 0, 40_000) },
    rides: 0,
    ordered: [],
  };
  if (random() < 0.25) return { driver: idle };
  const assigned = assign(idle, world, 0, random);
  const { toPickup } = assigned.ride;
  const alongMetres = toPickup.route.lengthMetres * uniform(random, 0, 0.95);
  const driver = { ...assigned.driver, drive: toPickup, car: { alongMetres, speedMps: 0 } };
  return { driver, news: { type: 'assigned', ride: assigned.ride } };
}

/**
 * The driver `STEP_MS` later.
 * @param timeMs the simulated day's time at the start of the step
 * @param ridesLimit after so many the day is over
 */
export function stepDriver(
  driver: Driver,
  world: World,
  timeMs: number,
  random: Random,
  ridesLimit: number,
): Step {
  const { activity } = driver;
  switch (activity.kind) {
    case 'home':
      return { driver };
    case 'idle': {
      const moved = move(driver, world, timeMs);
      const isWaiting = timeMs < activity.untilMs && moved.ordered.length === 0;
      if (isWaiting || !hasArrived(moved.car, moved.drive)) return { driver: moved };
      const assigned = assign(moved, world, timeMs, random);
      return { driver: assigned.driver, news: { type: 'assigned', ride: assigned.ride } };
    }
    case 'accepting': {
      if (timeMs < activity.untilMs) return { driver };
      const { ride } = activity;
      const car = driver.drive === ride.toPickup ? driver.car : atStart();
      return setOff({ ...driver, car, drive: ride.toPickup }, ride, 'toPickup', timeMs);
    }
    case 'atPickup':
      if (timeMs < activity.untilMs) return { driver };
      return setOff(
        { ...driver, car: atStart(), drive: activity.ride.toDropoff },
        activity.ride,
        'toDropoff',
        timeMs,
      );
    case 'toPickup':
    case 'toDropoff': {
      const moved = move(driver, world, timeMs);
      if (!hasArrived(moved.car, moved.drive)) return tellLater(moved, activity, timeMs);
      return activity.kind === 'toPickup'
        ? arriveAtPickup(moved, activity.ride, timeMs, random)
        : complete(moved, activity.ride, world, timeMs, random, ridesLimit);
    }
    default:
      return activity satisfies never;
  }
}

/** The driver whose ride was called off: it ends the way it is on, and waits for the next. */
export function abandonRide(driver: Driver, timeMs: number): Driver {
  return { ...driver, activity: { kind: 'idle', untilMs: timeMs } };
}

/** The ride that the driver is on, from its assignment to its end. */
export function currentRide({ activity }: Driver): Ride | undefined {
  return 'ride' in activity ? activity.ride : undefined;
}

/** Where the driver's car is. @param aheadMs since the driver's last step, and less than one: the car has gone on meanwhile */
export function truthOf({ car, drive }: Driver, aheadMs = 0): Pose {
  const alongMetres = car.alongMetres + (car.speedMps * aheadMs) / 1_000;
  const { speedMps } = car;
  return poseOf({ alongMetres: Math.min(alongMetres, drive.route.lengthMetres), speedMps }, drive);
}

/** Simulated seconds to the next stop. */
export function secondsToStop(driver: Driver): number {
  return secondsLeft(driver.drive.route, driver.drive.profile, driver.car.alongMetres);
}

function assign(
  driver: Driver,
  world: World,
  timeMs: number,
  random: Random,
): { driver: Driver; ride: Ride } {
  const [order, ...ordered] = driver.ordered;
  const here = driver.drive.route.end;
  const number = driver.rides + 1;
  const ride = order ? planOrder(world, here, number, order) : planRide(world, here, number, random);
  const untilMs = timeMs + between(ACCEPT_SECONDS, random);
  return { driver: { ...driver, ordered, activity: { kind: 'accepting', ride, untilMs } }, ride };
}

function setOff(driver: Driver, ride: Ride, kind: 'toPickup' | 'toDropoff', timeMs: number): Step {
  const seconds = secondsToStop(driver);
  return {
    driver: { ...driver, activity: { kind, ride, toldArrivalMs: timeMs + seconds * 1_000 } },
    news: {
      type: 'status',
      ride,
      status: kind === 'toPickup' ? 'ENROUTE_TO_PICKUP' : 'ENROUTE_TO_DROPOFF',
      secondsLeft: seconds,
    },
  };
}

function arriveAtPickup(driver: Driver, ride: Ride, timeMs: number, random: Random): Step {
  return {
    driver: {
      ...driver,
      activity: { kind: 'atPickup', ride, untilMs: timeMs + between(BOARDING_SECONDS, random) },
    },
    news: { type: 'status', ride, status: 'ARRIVED_AT_PICKUP' },
  };
}

function complete(
  driver: Driver,
  ride: Ride,
  world: World,
  timeMs: number,
  random: Random,
  ridesLimit: number,
): Step {
  const news: News = { type: 'status', ride, status: 'COMPLETE' };
  if (ride.number >= ridesLimit) {
    return { driver: { ...driver, rides: ride.number, activity: { kind: 'home' } }, news };
  }
  const idle: Driver = {
    ...driver,
    rides: ride.number,
    activity: { kind: 'idle', untilMs: timeMs + between(IDLE_SECONDS, random) },
  };
  return { driver: pick(random, [true, false]) ? crawl(idle, world, random) : idle, news };
}

/** Moves to a corner nearby, where the next rider may be. */
function crawl(driver: Driver, world: World, random: Random): Driver {
  const here = driver.drive.route.end;
  const there = world.pickSpot(random, spotAt(world.network, here).coordinates, CRAWL_METRES);
  return { ...driver, car: atStart(), drive: driveOver(world.route(here, there.place)) };
}

/** Tells a new arrival time when the one told last has become wrong. */
function tellLater(
  driver: Driver,
  activity: Extract<Activity, { toldArrivalMs: number }>,
  timeMs: number,
): Step {
  if (timeMs % 5_000 !== 0) return { driver }; // looked at every five seconds, not every step
  const seconds = secondsToStop(driver);
  const arrivalMs = timeMs + seconds * 1_000;
  if (Math.abs(arrivalMs - activity.toldArrivalMs) < ETA_CHANGE_MS) return { driver };
  return {
    driver: { ...driver, activity: { ...activity, toldArrivalMs: arrivalMs } },
    news: { type: 'eta', ride: activity.ride, secondsLeft: seconds },
  };
}

function move(driver: Driver, world: World, timeMs: number): Driver {
  const { car, drive } = driver;
  if (hasArrived(car, drive)) return driver;
  const { activity, rides, ordered } = driver; // ten times a second: a spread costs ten times as much
  return { car: advance(car, drive, world.isRed, timeMs, STEP_MS), drive, activity, rides, ordered };
}

function atStart(): Car {
  return { alongMetres: 0, speedMps: 0 };
}

function between({ least, most }: { least: number; most: number }, random: Random): number {
  return Math.round(uniform(random, least, most) * 10) * 100; // whole steps, ms
}
