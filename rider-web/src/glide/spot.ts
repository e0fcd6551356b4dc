// From a fix to the spot where the car is shown for it: on its route when it is near, where it stood when it is parked.

import type { Coordinates, Fix } from '@tripcast/protocol';
import { bearingBetween, metresBetween } from './geodesy.ts';
import { turnBetween } from './heading.ts';
import { headingOnRoute, nearestOnRoute, placeOnRoute, type RouteArc } from './route-arc.ts';

/** Where the car is shown, which way it looks, and the moment (ms) at which this was true. */
export interface Spot extends Coordinates {
  readonly heading: number;
  readonly time: number;
  /** m/s, as far as it is known; 0 when parked. */
  readonly speed: number;
  /** Set while the car is shown on its route. */
  readonly onRoute?: { readonly route: RouteArc; readonly metres: number };
  /** How much of the way here was extrapolated, metres. */
  readonly guessedMetres?: number;
}

/** Below this a car is parked, and what moves is the GPS: 2 km/h. */
export const PARKED_SPEED = 0.6;
/** A car drives no faster: 250 km/h. What is measured above it is an error of measurement. */
export const SPEED_LIMIT = 70;

/** A car shown further ahead than this of where it is goes back, by a fade; nearer, it waits there for its next move. */
const AHEAD_LIMIT_METRES = 25;
const SNAP_METRES = { least: 15, most: 30 };
const UNKNOWN_ACCURACY_METRES = 10;
/** A car that looks further away from the road than this is on another one. */
const ALONG_ROUTE_DEGREES = 100;

/** The spot for a first fix. */
export function firstSpot(fix: Fix, route: RouteArc | undefined): Spot {
  const speed = Math.min(fix.speed ?? 0, SPEED_LIMIT);
  const beside = route && nearestOnRoute(route, fix);
  if (route && beside && beside.besideMetres <= snapMetres(fix) && looksAlong(route, beside.metres, fix)) {
    return spotOnRoute(route, beside.metres, fix.time, speed);
  }
  return {
    latitude: fix.latitude,
    longitude: fix.longitude,
    heading: fix.heading ?? 0,
    time: fix.time,
    speed,
  };
}

/**
 * The spot for the fix that follows `previous`. Behind it only when the car was shown well ahead of where it is:
 * GPS error makes no car reverse.
 */
export function nextSpot(previous: Spot, fix: Fix, route: RouteArc | undefined): Spot {
  const { guessedMetres = 0, ...known } = previous;
  const standing: Spot = { ...known, time: fix.time, speed: 0 };
  const accuracy = fix.accuracy ?? UNKNOWN_ACCURACY_METRES;
  const elapsedSeconds = Math.max(0.1, (fix.time - previous.time) / 1000);

  if (route) {
    const from = previous.onRoute?.route === route ? previous.onRoute.metres : undefined;
    const place = progressOnRoute(route, fix, from, guessedMetres, elapsedSeconds);
    if (place) {
      if (from !== undefined && from - place.metres > AHEAD_LIMIT_METRES) {
        return spotOnRoute(route, place.metres, fix.time, Math.min(fix.speed ?? 0, SPEED_LIMIT));
      }
      const metres = Math.max(place.metres, from ?? 0);
      const progress = metres - (from ?? metres);
      if (from !== undefined && isParked(fix, progress, accuracy)) return standing;
      const speed = Math.min(fix.speed ?? progress / elapsedSeconds, SPEED_LIMIT);
      return spotOnRoute(route, metres, fix.time, speed);
    }
  }

  const moved = metresBetween(previous, fix);
  if (isParked(fix, moved, accuracy)) return standing;
  const bearing = bearingBetween(previous, fix);
  const looksForward = fix.heading === undefined || Math.abs(turnBetween(previous.heading, fix.heading)) < 90;
  const slack = Math.max(2 * accuracy, Math.min(guessedMetres + accuracy, AHEAD_LIMIT_METRES));
  if (moved < slack && looksForward && isBehind(previous, fix)) {
    return { ...standing, speed: Math.min(fix.speed ?? 0, SPEED_LIMIT) }; // the error reverses, not the car
  }
  return {
    latitude: fix.latitude,
    longitude: fix.longitude,
    heading: fix.heading ?? (moved > accuracy / 2 ? bearing : previous.heading),
    time: fix.time,
    speed: Math.min(fix.speed ?? moved / elapsedSeconds, SPEED_LIMIT),
  };
}

/** The same spot on another route, when it lies on it. */
export function spotOnto(spot: Spot, route: RouteArc | undefined): Spot {
  if (spot.onRoute?.route === route) return spot;
  const { onRoute: _left, ...free } = spot;
  if (!route) return free;
  const { metres, besideMetres } = nearestOnRoute(route, spot);
  return besideMetres <= 1 ? { ...free, onRoute: { route, metres } } : free;
}

export function spotOnRoute(route: RouteArc, metres: number, time: number, speed: number): Spot {
  const place = placeOnRoute(route, metres);
  return { ...place, heading: headingOnRoute(route, metres), time, speed, onRoute: { route, metres } };
}

/** Whether `place` lies behind a car that stands at this spot. */
export function isBehind(spot: Spot, place: Coordinates): boolean {
  return Math.abs(turnBetween(spot.heading, bearingBetween(spot, place))) > 120;
}

/** The fix's place on the route: near where the car was on it, else anywhere on it; `undefined` when it left it. */
function progressOnRoute(
  route: RouteArc,
  fix: Fix,
  fromMetres: number | undefined,
  guessedMetres: number,
  elapsedSeconds: number,
): { metres: number } | undefined {
  const limit = snapMetres(fix);
  if (fromMetres !== undefined) {
    const reach = Math.min(SPEED_LIMIT, 2 * (fix.speed ?? SPEED_LIMIT) + 5) * elapsedSeconds + limit;
    const near = nearestOnRoute(route, fix, fromMetres - guessedMetres - limit, fromMetres + reach);
    if (near.besideMetres <= limit && looksAlong(route, near.metres, fix)) return near;
  }
  const ahead = nearestOnRoute(route, fix, fromMetres ?? 0);
  return ahead.besideMetres <= limit && looksAlong(route, ahead.metres, fix) ? ahead : undefined;
}

function looksAlong(route: RouteArc, metres: number, fix: Fix): boolean {
  if (fix.heading === undefined || (fix.speed ?? 0) < 3) return true;
  return Math.abs(turnBetween(headingOnRoute(route, metres), fix.heading)) < ALONG_ROUTE_DEGREES;
}

function isParked(fix: Fix, movedMetres: number, accuracyMetres: number): boolean {
  if (fix.speed === undefined) return movedMetres < accuracyMetres;
  return fix.speed < PARKED_SPEED && movedMetres < Math.max(10, 2 * accuracyMetres);
}

function snapMetres(fix: Fix): number {
  const twice = 2 * (fix.accuracy ?? UNKNOWN_ACCURACY_METRES);
  return Math.max(SNAP_METRES.least, Math.min(SNAP_METRES.most, twice));
}
