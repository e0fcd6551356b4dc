// The planned route as a line measured in metres from its start, so that "where on the route" is one number.

import type { Coordinates } from '@tripcast/protocol';
import { bearingBetween, metresBetween, placeBetween, wrapLongitude } from './geodesy.ts';

export interface RouteArc {
  readonly points: readonly Coordinates[];
  /** Metres from the start to each point, never decreasing. */
  readonly metresAt: Float64Array;
  readonly lengthMetres: number;
}

/** A place on the route and how far beside it a fix was. */
export interface RoutePlace {
  metres: number;
  besideMetres: number;
}

/** A car's length or so: headings are those of the chord over this many metres each way, so that corners are rounded. */
const CHORD_METRES = 5;
const METRES_PER_DEGREE = 111_195;

/** The route's arc; `undefined` for what has no length. */
export function routeArc(points: readonly Coordinates[]): RouteArc | undefined {
  const metresAt = new Float64Array(points.length);
  for (let index = 1; index < points.length; index++) {
    metresAt[index] = metresAt[index - 1]! + metresBetween(points[index - 1]!, points[index]!);
  }
  const lengthMetres = metresAt[points.length - 1] ?? 0;
  return lengthMetres > 0 ? { points, metresAt, lengthMetres } : undefined;
}

/** The place `metres` from the route's start; its ends for what lies beyond them. */
export function placeOnRoute(route: RouteArc, metres: number): Coordinates {
  const index = segmentAt(route, metres);
  const start = route.metresAt[index]!;
  const length = route.metresAt[index + 1]! - start;
  const fraction = length > 0 ? (metres - start) / length : 0;
  return placeBetween(route.points[index]!, route.points[index + 1]!, fraction);
}

/** Where the road leads `metres` from the route's start, degrees. */
export function headingOnRoute(route: RouteArc, metres: number): number {
  const back = placeOnRoute(route, metres - CHORD_METRES);
  const ahead = placeOnRoute(route, metres + CHORD_METRES);
  if (metresBetween(back, ahead) > CHORD_METRES / 4) return bearingBetween(back, ahead);
  const index = segmentAt(route, metres); // a hairpin folds the chord to nothing
  return bearingBetween(route.points[index]!, route.points[index + 1]!);
}

/** The points of the route between two distances from its start, both ends included; at least two. */
export function routeBetween(route: RouteArc, fromMetres: number, toMetres: number): Coordinates[] {
  const points = [placeOnRoute(route, fromMetres)];
  for (let index = segmentAt(route, fromMetres) + 1; index < route.points.length; index++) {
    if (route.metresAt[index]! >= toMetres) break;
    if (route.metresAt[index]! > fromMetres) points.push(route.points[index]!);
  }
  points.push(placeOnRoute(route, toMetres));
  return points;
}

/**
 * The route's nearest place to `place` between two distances from its start; of equally near ones the first, so a
 * route that crosses itself is entered where it was left.
 */
export function nearestOnRoute(
  route: RouteArc,
  place: Coordinates,
  fromMetres = 0,
  toMetres = route.lengthMetres,
): RoutePlace {
  const east = METRES_PER_DEGREE * Math.cos((place.latitude * Math.PI) / 180);
  const low = Math.max(0, fromMetres);
  const high = Math.min(route.lengthMetres, toMetres);
  let nearest: RoutePlace = { metres: low, besideMetres: Number.POSITIVE_INFINITY };
  for (let index = segmentAt(route, low); index < route.points.length - 1; index++) {
    const start = route.metresAt[index]!;
    if (start > high) break;
    const length = route.metresAt[index + 1]! - start;
    // A plane around `place`, in metres: exact enough over one segment of a street.
    const ax = wrapLongitude(route.points[index]!.longitude - place.longitude) * east;
    const ay = (route.points[index]!.latitude - place.latitude) * METRES_PER_DEGREE;
    const bx = wrapLongitude(route.points[index + 1]!.longitude - place.longitude) * east;
    const by = (route.points[index + 1]!.latitude - place.latitude) * METRES_PER_DEGREE;
    const square = (bx - ax) ** 2 + (by - ay) ** 2;
    const projected = square > 0 ? (ax * (ax - bx) + ay * (ay - by)) / square : 0;
    const least = length > 0 ? Math.max(0, (low - start) / length) : 0;
    const most = length > 0 ? Math.min(1, (high - start) / length) : 0;
    const fraction = Math.max(least, Math.min(most, projected));
    const besideMetres = Math.hypot(ax + (bx - ax) * fraction, ay + (by - ay) * fraction);
    if (besideMetres < nearest.besideMetres) nearest = { metres: start + length * fraction, besideMetres };
  }
  return nearest;
}

/** The index of the segment that holds this distance; the first or last one for what lies beyond. */
function segmentAt(route: RouteArc, metres: number): number {
  let low = 0;
  let high = route.points.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (route.metresAt[middle]! <= metres) low = middle;
    else high = middle - 1;
  }
  return low;
}
