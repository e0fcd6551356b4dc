// The lines that a car may be on: its route, and the streets for who has none or has left it.

import type { Fix } from '@tripcast/protocol';
import { turnBetween } from './heading.ts';
import { accuracyOf, type Velocity } from './measured-motion.ts';
import { headingOnRoute, nearestOnRoute, placeOnRoute, type RouteArc } from './route-arc.ts';
import { enterRoute } from './route-match.ts';
import type { Streets } from './streets.ts';

/** Where a car may drive. */
export interface Ways {
  /** As it was planned. */
  readonly route: RouteArc | undefined;
  /** For who has no route, or has left it. */
  readonly streets: Pick<Streets, 'wayOf'> | undefined;
}

/** A place on the route, or on the way that a street makes. */
export interface OnLine {
  readonly line: RouteArc;
  readonly metres: number;
  readonly isStreet?: boolean;
}

/** Slower than this, m/s, a car has no direction by which to find its street. */
const STREET_SPEED = 2;
/** A car is on another street when that one is nearer by this, m. */
const ASIDE_METRES = 4;
/** What is left of a street before its continuation is looked for, m. */
const STREET_LEFT_METRES = 200;
const SAME_STREET_METRES = 1;
const ALONG_DEGREES = 30;
export const NO_WAYS: Ways = { route: undefined, streets: undefined };

/** The way that a car is still on: not a planned route that was replaced, nor a street that it has driven to its end. */
export function wayStillDriven(
  onLine: OnLine | undefined,
  drivenMetres: number,
  { route, streets }: Ways,
): OnLine | undefined {
  if (!onLine) return undefined;
  const { line, metres, isStreet } = onLine;
  const isStill = isStreet ? streets && metres + drivenMetres < line.lengthMetres : line === route;
  return isStill ? onLine : undefined;
}

/** Whether the line leads where the car drives: one that doesn't, there, is not what it is on. */
export function leadsAlong(line: RouteArc, metres: number, { speed, heading }: Velocity): boolean {
  return speed < STREET_SPEED || Math.abs(turnBetween(headingOnRoute(line, metres), heading)) < ALONG_DEGREES;
}

/** The line for a car that is on none: its route, or a street that leads where it drives. */
export function lineFor(
  { route, streets }: Ways,
  fix: Fix,
  speed: number,
  heading: number,
): OnLine | undefined {
  const onRoute = route && enterRoute(route, fix);
  if (onRoute) return { line: route, metres: onRoute.metres };
  const line = speed > STREET_SPEED ? streets?.wayOf(fix, heading) : undefined;
  return line && { line, metres: nearestOnRoute(line, fix).metres, isStreet: true };
}

/** Another line for a car that is on a street: its route again, or the street that it has turned into. */
export function betterLine(
  ways: Ways,
  fix: Fix,
  { speed, heading }: { speed: number; heading: number },
  place: { besideMetres: number; isNear: boolean; isAlong: boolean },
): OnLine | undefined {
  const isSure = place.isNear && place.isAlong && place.besideMetres < accuracyOf(fix) + ASIDE_METRES;
  const other = lineFor(isSure ? { ...ways, streets: undefined } : ways, fix, speed, heading);
  if (!other?.isStreet || !place.isNear) return other;
  const nearerBy = place.besideMetres - nearestOnRoute(other.line, fix).besideMetres;
  const isBetter = place.isAlong
    ? nearerBy > ASIDE_METRES
    : nearerBy > -ASIDE_METRES && leadsAlong(other.line, other.metres, { speed, heading });
  return isBetter ? other : undefined;
}

/** The same place on a street that goes on: what is known of it ahead is renewed before it ends. */
export function goneOn(onLine: OnLine, { streets }: Ways): OnLine {
  const { line, metres, isStreet } = onLine;
  if (!isStreet || line.lengthMetres - metres > STREET_LEFT_METRES) return onLine;
  const place = placeOnRoute(line, metres);
  const longer = streets?.wayOf(place, headingOnRoute(line, metres));
  if (!longer) return onLine;
  const nearest = nearestOnRoute(longer, place);
  if (nearest.besideMetres > SAME_STREET_METRES) return onLine;
  const isLonger = longer.lengthMetres - nearest.metres > line.lengthMetres - metres + 1;
  return isLonger ? { line: longer, metres: nearest.metres, isStreet } : onLine;
}
