// Where on its route a car is that was measured beside it, and whether it is on it at all.

import type { Fix } from '@tripcast/protocol';
import { turnBetween } from './heading.ts';
import { accuracyOf, UNKNOWN_ACCURACY_METRES } from './measured-motion.ts';
import { headingOnRoute, nearestOnRoute, type RouteArc } from './route-arc.ts';

const SNAP_METRES = { least: 15, most: 30 };

/** A car that looks further away from the road than this is on another one. */
const ALONG_ROUTE_DEGREES = 60;
/** Streets branch off at smaller angles. */
const ALONG_STREET_DEGREES = 30;
/** Slower than this, m/s, a measured heading may be noise. */
const HEADING_SPEED = 3;
/** The road bends: its heading is looked at this far before and after the place. A street that is left at a bend is soon none. */
const BEND_METRES = { route: 20, street: 8 };
/** A car that is on its route may be measured so much further beside it than one that comes to it. */
const STAYING = 1.4;

/** A car that drives and is measured so far beyond the end of its route, m, and its accuracy, has gone on from there. */
const BEYOND_METRES = 5;
const END_METRES = 0.5;

/** The place on the route for a car that was not on it; `undefined` when it is not now. */
export function enterRoute(
  route: RouteArc,
  fix: Fix,
): { route: RouteArc; metres: number; heading: number } | undefined {
  const { metres, besideMetres } = nearestOnRoute(route, fix);
  if (isBeyond(route, { metres, besideMetres }, fix)) return undefined;
  if (besideMetres > snapMetres(fix) || !looksAlong(route, metres, fix, BEND_METRES.route)) return undefined;
  return { route, metres, heading: headingOnRoute(route, metres) };
}

/**
 * The place on the route for a car that was on it.
 * @param expectedMetres where it should be by its speed
 * @param seconds since the fix before
 */
export function followRoute(
  { line, isStreet }: { line: RouteArc; isStreet?: boolean },
  fix: Fix,
  expectedMetres: number,
  seconds: number,
  speed: number,
): { metres: number; besideMetres: number; isNear: boolean; isAlong: boolean; isBeyond: boolean } {
  const limit = snapMetres(fix) * STAYING;
  const reach = limit + Math.max(5, speed) * Math.max(1, seconds);
  const near = nearestOnRoute(line, fix, expectedMetres - reach, expectedMetres + reach);
  const bendMetres = isStreet ? BEND_METRES.street : BEND_METRES.route;
  return {
    ...near,
    isNear: near.besideMetres <= limit && looksAlong(line, near.metres, fix, bendMetres),
    isAlong: looksAlong(line, near.metres, fix, bendMetres, ALONG_STREET_DEGREES),
    isBeyond: isBeyond(line, near, fix),
  };
}

/** The next leg of a trip may be driven before its route is known. */
function isBeyond(
  { lengthMetres }: RouteArc,
  { metres, besideMetres }: { metres: number; besideMetres: number },
  fix: Fix,
): boolean {
  const drives = (fix.speed ?? 0) > HEADING_SPEED;
  return drives && metres > lengthMetres - END_METRES && besideMetres > BEYOND_METRES + accuracyOf(fix);
}

function looksAlong(
  route: RouteArc,
  metres: number,
  fix: Fix,
  bendMetres: number,
  degrees = ALONG_ROUTE_DEGREES,
): boolean {
  if (fix.heading === undefined || (fix.speed ?? 0) < HEADING_SPEED) return true;
  return [0, -bendMetres, bendMetres].some(
    (offset) => Math.abs(turnBetween(headingOnRoute(route, metres + offset), fix.heading!)) < degrees,
  );
}

function snapMetres(fix: Fix): number {
  const twice = 2 * (fix.accuracy ?? UNKNOWN_ACCURACY_METRES);
  return Math.max(SNAP_METRES.least, Math.min(SNAP_METRES.most, twice));
}
