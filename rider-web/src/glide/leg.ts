// The way from one spot to the next, with the moments (server's clock, ms) at which the car is shown at its ends.

import { metresBetween, placeBetween } from './geodesy.ts';
import { headingBetween, turnBetween } from './heading.ts';
import { headingOnRoute, placeOnRoute } from './route-arc.ts';
import { isBehind, SPEED_LIMIT, type Spot } from './spot.ts';

export interface Leg {
  readonly from: Spot;
  readonly to: Spot;
  readonly startMs: number;
  readonly endMs: number;
  /** Along the route, straight, standing, or fading out here and in there: what can't have been driven isn't drawn. */
  readonly way: 'route' | 'straight' | 'stand' | 'fade';
}

/** A car that is late catches up at this much more than its own speed: quicker would be rushing. */
const CATCH_UP = { factor: 1.5, metresPerSecond: 3 };
/** Catching up may take this much longer than planned; a car that is further behind fades. */
const LATE_LIMIT_MS = 3_000;
/** Off the route nothing is known of the way: a longer gap is not bridged by a line through houses. */
const STRAIGHT_LIMIT = { ms: 10_000, metres: 80 };
const LEG_LIMIT_METRES = 500;
const STAND_METRES = 0.05;
const FADE_MS = 700;
/** The time in which a heading that differs from the road's joins it. */
const JOIN_MS = 400;

/**
 * The leg that starts at `startMs` and should end at `dueMs`.
 * @param gapMs between the two fixes, by their own times
 */
export function legBetween(from: Spot, to: Spot, startMs: number, dueMs: number, gapMs: number): Leg {
  const way = wayBetween(from, to);
  if (way === 'stand') {
    const standing = { ...from, time: to.time, speed: to.speed };
    return { from, to: standing, startMs, endMs: Math.max(startMs, dueMs), way };
  }

  const metres = wayMetres(from, to);
  const measuredSpeed = gapMs > 0 ? metres / (gapMs / 1000) : 0;
  const cruise = Math.min(SPEED_LIMIT, Math.max(from.speed, to.speed, measuredSpeed));
  const fastest = CATCH_UP.factor * cruise + CATCH_UP.metresPerSecond;
  const wantedMs = Math.max(0, dueMs - startMs);
  const durationMs = Math.max(wantedMs, (metres / fastest) * 1000);

  const tooLate = startMs + durationMs > dueMs + LATE_LIMIT_MS;
  const unknownWay = way === 'straight' && gapMs > STRAIGHT_LIMIT.ms && metres > STRAIGHT_LIMIT.metres;
  if (way === 'fade' || tooLate || unknownWay || metres > LEG_LIMIT_METRES) {
    return { from, to, startMs, endMs: startMs + FADE_MS, way: 'fade' };
  }
  return { from, to, startMs, endMs: startMs + durationMs, way };
}

/** Where the car is on the leg at `nowMs`; its ends before and after. */
export function spotOnLeg(leg: Leg, nowMs: number): Spot {
  const { from, to, startMs, endMs } = leg;
  if (nowMs >= endMs) return to;
  if (nowMs <= startMs) return from;
  const fraction = (nowMs - startMs) / (endMs - startMs);
  const time = from.time + (to.time - from.time) * fraction;
  const speed = from.speed + (to.speed - from.speed) * fraction;
  switch (leg.way) {
    case 'stand':
      return { ...from, time, speed };
    case 'fade':
      return fraction < 0.5 ? { ...from, time: from.time } : to;
    case 'straight':
      return {
        ...placeBetween(from, to, fraction),
        heading: headingBetween(from.heading, to.heading, fraction),
        time,
        speed,
      };
    case 'route': {
      const route = to.onRoute!.route;
      const fromMetres = from.onRoute!.metres;
      const metres = fromMetres + (to.onRoute!.metres - fromMetres) * fraction;
      const difference = turnBetween(headingOnRoute(route, fromMetres), from.heading);
      const joining = Math.max(0, 1 - (nowMs - startMs) / Math.min(JOIN_MS, endMs - startMs));
      const road = headingOnRoute(route, metres);
      return {
        ...placeOnRoute(route, metres),
        heading: headingBetween(road, road + difference, joining),
        time,
        speed,
        onRoute: { route, metres },
      };
    }
    default:
      return leg.way satisfies never;
  }
}

/** How visible the car is at `nowMs`, 0 to 1. */
export function opacityOnLeg(leg: Leg, nowMs: number): number {
  if (leg.way !== 'fade' || nowMs <= leg.startMs || nowMs >= leg.endMs) return 1;
  const fraction = (nowMs - leg.startMs) / (leg.endMs - leg.startMs);
  return Math.abs(1 - 2 * fraction);
}

function wayBetween(from: Spot, to: Spot): Leg['way'] {
  if (from.onRoute && from.onRoute.route === to.onRoute?.route) {
    const progress = to.onRoute.metres - from.onRoute.metres;
    if (Math.abs(progress) < STAND_METRES) return 'stand';
    return progress > 0 ? 'route' : 'fade';
  }
  if (metresBetween(from, to) < STAND_METRES) return 'stand';
  return from.guessedMetres && isBehind(from, to) ? 'fade' : 'straight';
}

function wayMetres(from: Spot, to: Spot): number {
  return from.onRoute && from.onRoute.route === to.onRoute?.route
    ? to.onRoute.metres - from.onRoute.metres
    : metresBetween(from, to);
}
