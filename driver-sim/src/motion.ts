// Where the car is: the truth, before any phone measures it. Pure: the same car, route and time give the same next car.

import type { Coordinates } from '@tripcast/protocol';
import { headingBetween } from './ground.ts';
import { placeAlong, type Route, segmentAt } from './route.ts';
import { COMFORT, type SpeedProfile, speedProfile } from './speed-profile.ts';
import type { TrafficLights } from './traffic-lights.ts';
import { turnedRound } from './turn-round.ts';

/** A route with what driving it needs, worked out once. */
export interface Drive {
  route: Route;
  profile: SpeedProfile;
}

/** A car on its route. */
export interface Car {
  alongMetres: number;
  speedMps: number;
}

/** A car as seen from above. */
export interface Pose extends Coordinates {
  headingDegrees: number;
  speedMps: number;
}

/** Motion is worked out in steps of this length, ms; `advance` takes any multiple of it. */
export const STEP_MS = 100;

/** The hardest that a car brakes, m/s²: for a light that turns red just before it. */
const HARD_BRAKING = 3;
/** Cars stop this far before the node of a traffic light, which is mapped inside the crossing. */
const STOP_LINE_METRES = 6;
/** A car this close to where it must stop, m, and this slow, m/s, stands. */
const STANDING = { metres: 0.3, mps: 0.7 };

export function driveOver(planned: Route): Drive {
  const route = planned.turnsRound ? turnedRound(planned) : planned;
  return { route, profile: speedProfile(route) };
}

/**
 * The car after `stepMs`.
 * @param timeMs the simulated day's time at the start of the step, for the lights
 */
export function advance(car: Car, drive: Drive, isRed: TrafficLights, timeMs: number, stepMs: number): Car {
  let next = car;
  for (let passed = 0; passed < stepMs; passed += STEP_MS) {
    next = step(next, drive, stopAhead(next, drive.route, isRed, timeMs + passed), STEP_MS / 1000);
  }
  return next;
}

export function hasArrived(car: Car, { route }: Drive): boolean {
  return car.alongMetres >= route.lengthMetres;
}

export function poseOf(car: Car, { route }: Drive): Pose {
  // The chord from rear to front axle turns as a car does, where the line itself has corners.
  const rear = placeAlong(route, Math.max(0, Math.min(car.alongMetres, route.lengthMetres) - 2.5));
  const front = placeAlong(route, Math.min(route.lengthMetres, car.alongMetres + 1.5));
  const { latitude, longitude } = placeAlong(route, car.alongMetres);
  return { latitude, longitude, headingDegrees: headingBetween(rear, front), speedMps: car.speedMps };
}

/** Where the car must stand: a red light that it can still stop at, or the end. */
function stopAhead(car: Car, route: Route, isRed: TrafficLights, timeMs: number): number {
  for (const signal of route.signals) {
    const stopMetres = signal.alongMetres - STOP_LINE_METRES;
    if (stopMetres < car.alongMetres) continue; // over the line already, or the route begins in the crossing
    const room = stopMetres - car.alongMetres;
    if (room > SIGHT_METRES) break;
    const needed = car.speedMps ** 2 / (2 * Math.max(room, 0.01));
    if (needed < HARD_BRAKING && isRed(signal.node, signal.headingDegrees, timeMs)) return stopMetres;
  }
  return route.lengthMetres;
}

/** A driver looks at lights this far ahead: enough to stop from 100 km/h. */
const SIGHT_METRES = 200;

function step(car: Car, { route, profile }: Drive, stopMetres: number, seconds: number): Car {
  const { alongMetres, speedMps } = car;
  const stopsIn = stopMetres - alongMetres;
  if (stopsIn <= STANDING.metres && speedMps <= STANDING.mps) {
    return { alongMetres: stopMetres, speedMps: 0 };
  }
  const fastest = speedMps + COMFORT.acceleration * seconds;
  const reach = alongMetres + fastest * seconds;
  let allowed = Math.min(fastest, reaching(0, stopsIn, speedMps, seconds));
  for (let index = segmentAt(route, alongMetres); index < route.limitsMps.length; index++) {
    const endMetres = route.alongMetres[index + 1]!;
    allowed = Math.min(
      allowed,
      route.limitsMps[index]!,
      reaching(profile[index + 1]!, endMetres - alongMetres, speedMps, seconds),
    );
    if (endMetres > reach) break;
  }
  const nextMps = Math.max(0, allowed, speedMps - HARD_BRAKING * seconds);
  const moved = ((speedMps + nextMps) / 2) * seconds;
  return { alongMetres: Math.min(alongMetres + moved, route.lengthMetres), speedMps: nextMps };
}

/**
 * The speed at the end of a step from which comfortable braking reaches `targetMps` at `metres` from the step's start:
 * v'² = target² + 2b(metres − (v + v')/2 · t), solved for v'.
 */
function reaching(targetMps: number, metres: number, speedMps: number, seconds: number): number {
  const half = (COMFORT.braking * seconds) / 2;
  const square = half ** 2 + targetMps ** 2 + 2 * COMFORT.braking * metres - 2 * half * speedMps;
  return square <= half ** 2 ? 0 : Math.sqrt(square) - half;
}
