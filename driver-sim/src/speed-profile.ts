// How fast a route may be driven at each point: limits, bends, and braking in time for both.

import { headingBetween, turnBetween } from './ground.ts';
import { placeAlong, type Route, segmentAt } from './route.ts';

/** What passengers find comfortable, m/s²: an everyday car in a city. */
export const COMFORT = { acceleration: 1.8, braking: 2, sideways: 2.2 } as const;

/** Direction is compared over this distance before and after a point: corners are rounded, and maps have kinks. */
const BEND_WINDOW_METRES = 8;
/** No bend is taken slower than this, m/s. */
const WALKING_MPS = 1.5;

/** The highest speed at each of a route's points, m/s, such that comfortable braking keeps every later one; 0 at its end. */
export type SpeedProfile = readonly number[];

export function speedProfile(route: Route): SpeedProfile {
  const profile = route.points.map((_, index) => cornerMps(route, index));
  profile[profile.length - 1] = 0;
  for (let index = profile.length - 2; index >= 0; index--) {
    const metres = route.alongMetres[index + 1]! - route.alongMetres[index]!;
    profile[index] = Math.min(profile[index]!, brakingFrom(profile[index + 1]!, metres));
  }
  return profile;
}

/** The highest speed from which comfortable braking reaches `mps` within so many metres. */
export function brakingFrom(mps: number, metres: number): number {
  return Math.sqrt(mps ** 2 + 2 * COMFORT.braking * Math.max(0, metres));
}

/** How long the rest of a route takes, s: the profile's speeds, the time to pull away, and the usual wait at lights. */
export function secondsLeft(route: Route, profile: SpeedProfile, alongMetres: number): number {
  let seconds = 0;
  for (let index = segmentAt(route, alongMetres); index < route.limitsMps.length; index++) {
    const from = Math.max(alongMetres, route.alongMetres[index]!);
    const metres = route.alongMetres[index + 1]! - from;
    const limit = route.limitsMps[index]!;
    const mean = (Math.min(limit, brakingFrom(profile[index + 1]!, metres)) + profile[index + 1]!) / 2;
    seconds += metres / Math.max(WALKING_MPS, Math.min(limit, mean + COMFORT.acceleration));
  }
  const lights = route.signals.filter((signal) => signal.alongMetres > alongMetres).length;
  return seconds + lights * MEAN_SIGNAL_SECONDS;
}

const MEAN_SIGNAL_SECONDS = 10;

/** By v² = a·r, the radius being that of an arc which turns as the route does over the window. */
function cornerMps(route: Route, index: number): number {
  const limit = Math.min(
    route.limitsMps[index - 1] ?? Number.POSITIVE_INFINITY,
    route.limitsMps[index] ?? Number.POSITIVE_INFINITY,
  );
  const along = route.alongMetres[index]!;
  const before = placeAlong(route, along - BEND_WINDOW_METRES);
  const after = placeAlong(route, along + BEND_WINDOW_METRES);
  const here = route.points[index]!;
  if (index === 0 || index === route.points.length - 1) return limit;
  const turn = turnBetween(headingBetween(before, here), headingBetween(here, after));
  const radius = BEND_WINDOW_METRES / Math.tan((Math.min(turn, 170) * Math.PI) / 360);
  return Math.min(limit, Math.max(WALKING_MPS, Math.sqrt(COMFORT.sideways * radius)));
}
