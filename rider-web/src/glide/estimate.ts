// From fixes to where the car is: each fix corrects what was expected of it. A phone's speed is good to a few cm/s
// while its place wanders by metres, so the speed carries the car on and the place only draws it along, gently. Where
// the route is known only the way along it has to be found.

import type { Coordinates, Fix } from '@tripcast/protocol';
import { bearingBetween, metresBetween, placeAhead, placeBetween } from './geodesy.ts';
import { turnBetween } from './heading.ts';
import { type Bias, NO_OFFSET, nextBias, withoutBias } from './receiver-bias.ts';
import { placeOnRoute, type RouteArc } from './route-arc.ts';
import { enterRoute, followRoute } from './route-match.ts';

/** What is believed of the car at the time of a fix. */
export interface Estimate extends Coordinates {
  /** ms, the fix's. */
  readonly time: number;
  /** Degrees. While the car stands, the one it had. */
  readonly heading: number;
  /** m/s; 0 while it is parked. */
  readonly speed: number;
  /** m/s². */
  readonly acceleration: number;
  /** The highest of its speeds, the older ones counting less, m/s: what it drives at where nothing is in its way. */
  readonly cruise: number;
  /** Of the place along the way, m². */
  readonly variance: number;
  /** Set while the car is on its route. */
  readonly onRoute?: { readonly route: RouteArc; readonly metres: number };
  /** How many fixes in a row lay too far from the route. */
  readonly strayed: number;
  /** Where a car without a speedometer was first seen standing. */
  readonly anchor?: Coordinates;
  /** The fix itself. */
  readonly fix: Fix;
  /** What its receiver is off by. */
  readonly bias: Bias;
}

/** A car drives no faster: 250 km/h. What is measured above it is an error of measurement. */
export const SPEED_LIMIT = 70;
/** Below this a car is parked, and what moves is the GPS: 2 km/h. */
const PARKED_SPEED = 0.6;
export const UNKNOWN_ACCURACY_METRES = 10;

/** The error of a phone's place changes slowly: successive ones are not independent, and each counts for less, by this. */
const CORRELATED = 8;
/** How much less is known of the place after a second of driving by a measured, and by an unmeasured speed, m²/s. */
const DRIFT = { measured: 1.5, unmeasured: 60 };
/** How a car may have sped up and slowed down between two fixes, m/s². */
const UNSEEN_ACCELERATION = 0.5;
/** However sure we are, this much of the difference is believed. */
const LEAST_GAIN = 0.04;
/** Of a velocity that is only known from places, this much is new with each fix. */
const VELOCITY_GAIN = 0.5;
/** A speed's change is believed up to hard braking and brisk starts, m/s². */
const ACCELERATION = { least: -3.5, most: 2 };
/** So many fixes in a row must lie off the route before the car has left it. */
const STRAYED_LIMIT = 3;
/** A speed counts as what a car drives at for about so long, s; before any is known this does, m/s. */
const CRUISE_SECONDS = 60;
const USUAL_CRUISE = 9;
const NO_BIAS: Bias = { offset: NO_OFFSET, residual: NO_OFFSET };

/** The estimate from a first fix, or from one after which nothing before counts. */
export function firstEstimate(fix: Fix, route: RouteArc | undefined): Estimate {
  const known = {
    time: fix.time,
    speed: parkedToZero(Math.min(fix.speed ?? 0, SPEED_LIMIT)),
    acceleration: 0,
    cruise: USUAL_CRUISE,
    variance: accuracyOf(fix) ** 2 / 2,
    strayed: 0,
    fix,
    bias: NO_BIAS,
    ...(fix.speed === undefined && { anchor: placeOf(fix) }),
  };
  const onRoute = route && enterRoute(route, fix);
  return onRoute
    ? { ...known, ...placeOnRoute(route, onRoute.metres), heading: onRoute.heading, onRoute }
    : { ...known, ...placeOf(fix), heading: fix.heading ?? 0 };
}

/** The estimate at the fix that follows. */
export function nextEstimate(previous: Estimate, fix: Fix, route: RouteArc | undefined): Estimate {
  const seconds = Math.max(0.05, (fix.time - previous.time) / 1000);
  const motion = motionOf(previous, fix, seconds);
  if (motion.speed === 0) return standing(previous, fix, motion.anchor);
  const acceleration = Math.max(
    ACCELERATION.least,
    Math.min(ACCELERATION.most, (motion.speed - previous.speed) / seconds),
  );
  const drivenMetres = ((previous.speed + motion.speed) / 2) * seconds;
  const drift = fix.speed === undefined ? DRIFT.unmeasured : DRIFT.measured;
  const unseen = (UNSEEN_ACCELERATION * Math.max(0, seconds - 1) ** 2) / 2;
  const grown = previous.variance + drift * seconds + unseen ** 2;
  const turn = turnBetween(previous.heading, motion.heading);
  const { onRoute: was } = previous;
  const isOnRoute = route !== undefined && was?.route === route;
  const expectedMetres = isOnRoute ? Math.min(route.lengthMetres, was.metres + drivenMetres) : 0;
  const expected = isOnRoute
    ? placeOnRoute(route, expectedMetres)
    : placeAhead(previous, previous.heading + turn / 2, drivenMetres);
  const bias =
    fix.speed === undefined
      ? previous.bias
      : nextBias(previous.bias, fix, expected, seconds, accuracyOf(fix));
  const found = withoutBias(fix, bias.offset);
  const cruise = Math.max(motion.speed, previous.cruise * Math.exp(-seconds / CRUISE_SECONDS));
  const known = {
    time: fix.time,
    speed: motion.speed,
    acceleration,
    cruise,
    heading: motion.heading,
    fix,
    bias,
  };

  if (isOnRoute) {
    const place = followRoute(route, found, expectedMetres, seconds, motion.speed);
    const strayed = place.isNear ? 0 : previous.strayed + 1;
    if (strayed < STRAYED_LIMIT) {
      const { gain, variance } = correction(grown, fix, place.isNear ? place.besideMetres : undefined);
      const metres = Math.min(route.lengthMetres, expectedMetres + gain * (place.metres - expectedMetres));
      return { ...known, ...placeOnRoute(route, metres), variance, strayed, onRoute: { route, metres } };
    }
    return { ...firstEstimate(fix, undefined), ...known, bias: NO_BIAS };
  }

  const onRoute = route && enterRoute(route, found);
  if (onRoute) {
    const place = placeOnRoute(route, onRoute.metres);
    return { ...known, ...place, variance: grown, strayed: 0, onRoute };
  }
  const { gain, variance } = correction(grown, fix, 0);
  return { ...known, ...placeBetween(expected, found, gain), variance, strayed: 0 };
}

export function accuracyOf(fix: Fix): number {
  return Math.max(1, fix.accuracy ?? UNKNOWN_ACCURACY_METRES);
}

function standing(previous: Estimate, fix: Fix, anchor: Coordinates | undefined): Estimate {
  const { anchor: _before, ...known } = previous;
  return {
    ...known,
    time: fix.time,
    speed: 0,
    acceleration: 0,
    variance: Math.min(previous.variance + 0.5, accuracyOf(fix) ** 2),
    fix,
    ...(anchor && { anchor }),
  };
}

/** How much of the difference to the expected place is believed; `undefined` beside: nothing of it. */
function correction(
  variance: number,
  fix: Fix,
  besideMetres: number | undefined,
): { gain: number; variance: number } {
  if (besideMetres === undefined) return { gain: 0, variance };
  const sigma = accuracyOf(fix) / 1.5; // one axis of a 68 % radius
  const doubt = 1 + (besideMetres / (2 * sigma)) ** 2; // what is wrong across is wrong along
  const noise = CORRELATED * sigma ** 2 * doubt;
  const gain = Math.max(LEAST_GAIN / doubt, variance / (variance + noise));
  return { gain, variance: (1 - gain) * variance };
}

/** The car's velocity as measured, or as its places tell. */
function motionOf(
  previous: Estimate,
  fix: Fix,
  seconds: number,
): { speed: number; heading: number; anchor?: Coordinates } {
  if (fix.speed !== undefined) {
    const speed = parkedToZero(Math.min(fix.speed, SPEED_LIMIT));
    if (fix.heading !== undefined) return { speed, heading: speed > 0 ? fix.heading : previous.heading };
    const moved = metresBetween(previous.fix, fix);
    const isClear = speed > 2 && moved > accuracyOf(fix) / 2;
    return { speed, heading: isClear ? bearingBetween(previous.fix, fix) : previous.heading };
  }
  const radius = accuracyOf(fix) * (fix.accuracy === undefined ? 0.6 : 1.2);
  if (previous.anchor && metresBetween(previous.anchor, fix) < radius) {
    return { speed: 0, heading: previous.heading, anchor: previous.anchor };
  }
  const moved = metresBetween(previous.fix, fix);
  const measured = Math.min(SPEED_LIMIT, moved / seconds);
  if (previous.speed > 0 && previous.speed + measured < 2 && moved < radius) {
    return { speed: 0, heading: previous.heading, anchor: placeOf(fix) };
  }
  const bearing = moved > 0.5 ? bearingBetween(previous.fix, fix) : previous.heading;
  const gain = previous.speed > 0 ? VELOCITY_GAIN : 1;
  const heading =
    measured > 2 ? previous.heading + turnBetween(previous.heading, bearing) * gain : previous.heading;
  return { speed: Math.max(0.1, previous.speed + gain * (measured - previous.speed)), heading };
}

function parkedToZero(speed: number): number {
  return speed < PARKED_SPEED ? 0 : speed;
}

function placeOf({ latitude, longitude }: Coordinates): Coordinates {
  return { latitude, longitude };
}
