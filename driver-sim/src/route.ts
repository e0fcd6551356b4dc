// A planned way through the streets, measured in metres from its start.

import { type Coordinates, encodePolyline } from '@tripcast/protocol';
import { between, headingBetween, metresBetween } from './ground.ts';
import type { RoadPlace, StreetNetwork } from './streets.ts';

export interface Route {
  /** The line, no two neighbours the same; at least one point. */
  points: Coordinates[];
  /** How far each point is from the start. */
  alongMetres: number[];
  /** The speed limit from each point to the next, m/s; one fewer than points. */
  limitsMps: number[];
  /** Traffic lights on the way, nearest first; `node` is the network's. */
  signals: { node: number; alongMetres: number; headingDegrees: number }[];
  /** Each street's name and where it begins; a street without a name is `undefined`. */
  streets: { name: string | undefined; fromMetres: number }[];
  lengthMetres: number;
  /** Where the route ends. */
  end: RoadPlace;
  /** It is planned for a car that stands the other way. */
  turnsRound?: boolean;
  /** The line as it was planned, where the car drives another one. */
  plannedPoints?: readonly Coordinates[];
}

/** A stretch of one edge. */
export interface Stretch {
  edge: number;
  fromMetres: number;
  toMetres: number;
}

/** Shorter pieces than this have no direction worth measuring; their points are left out. */
const SAME_PLACE_METRES = 0.05;

/** The route over stretches, each beginning where the one before ends. */
export function routeOver(network: StreetNetwork, stretches: readonly Stretch[]): Route {
  const last = stretches.at(-1)!;
  const route: Route = {
    points: [],
    alongMetres: [],
    limitsMps: [],
    signals: [],
    streets: [],
    lengthMetres: 0,
    end: { edge: last.edge, alongMetres: last.toMetres },
  };
  for (const stretch of stretches) {
    const edge = network.edges[stretch.edge]!;
    const { name } = edge.street;
    if (route.streets.length === 0 || route.streets.at(-1)!.name !== name) {
      route.streets.push({ name, fromMetres: route.lengthMetres });
    }
    for (const point of cut(edge.points, stretch.fromMetres, stretch.toMetres)) {
      appendPoint(route, point, edge.street.limitMps);
    }
    if (stretch !== last && network.nodes[edge.to]!.hasSignal) {
      const headingDegrees = headingBetween(edge.points.at(-2)!, edge.points.at(-1)!);
      route.signals.push({ node: edge.to, alongMetres: route.lengthMetres, headingDegrees });
    }
  }
  return route;
}

/** The place so many metres along the route; before its start the start, after its end the end. */
export function placeAlong(route: Route, alongMetres: number): Coordinates {
  const index = segmentAt(route, alongMetres);
  const [a, b] = [route.points[index]!, route.points[index + 1]];
  if (!b) return a;
  const start = route.alongMetres[index]!;
  const fraction = (alongMetres - start) / (route.alongMetres[index + 1]! - start);
  return between(a, b, Math.min(1, Math.max(0, fraction)));
}

/** The index of the last point at or before `alongMetres` that has a point after it. */
export function segmentAt(route: Route, alongMetres: number): number {
  let low = 0;
  let high = Math.max(0, route.points.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (route.alongMetres[middle]! <= alongMetres) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** As `Trip.route` carries it: as it was planned. */
export function encodeRoute({ points, plannedPoints = points }: Route): string {
  return encodePolyline(plannedPoints);
}

/** Makes the route longer by a straight line to `point`. */
export function appendPoint(route: Route, point: Coordinates, limitMps: number): void {
  const before = route.points.at(-1);
  if (before) {
    const metres = metresBetween(before, point);
    if (metres < SAME_PLACE_METRES) return;
    route.lengthMetres += metres;
    route.limitsMps.push(limitMps);
  }
  route.points.push(point);
  route.alongMetres.push(route.lengthMetres);
}

/** The part of a line between two distances from its start. */
function cut(points: readonly Coordinates[], fromMetres: number, toMetres: number): Coordinates[] {
  const part: Coordinates[] = [];
  let along = 0;
  for (let index = 1; index < points.length; index++) {
    const [a, b] = [points[index - 1]!, points[index]!];
    const length = metresBetween(a, b);
    const at = (metres: number) => between(a, b, Math.min(1, Math.max(0, (metres - along) / length)));
    if (length > 0 && along + length >= fromMetres && along <= toMetres) {
      if (part.length === 0) part.push(at(fromMetres));
      part.push(at(toMetres));
    }
    along += length;
  }
  return part.length > 0 ? part : [points.at(-1)!];
}
