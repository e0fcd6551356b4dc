// A city's streets, for cars that have no route or have left it: on which one a car drives, and how that goes on. It
// needs no junctions, which a map's simplified lines have lost: streets meet where their lines come near each other.

import type { Coordinates } from '@tripcast/protocol';
import { bearingBetween } from './geodesy.ts';
import { turnBetween } from './heading.ts';
import { headingOnRoute, nearestOnRoute, type RouteArc, routeArc, routeBetween } from './route-arc.ts';

export interface StreetLine {
  readonly points: readonly Coordinates[];
  /** Driven only in the direction of its points. */
  readonly oneway: boolean;
}

/** Cells are this high; a car is looked for in its own and the neighbouring ones. */
const CELL_DEGREES = 0.001;
/** A car may be measured this far from its street. */
const NEAR_METRES = 25;
/** And look this far away from it; each degree counts like so many metres. */
const ALONG = { degrees: 40, metresPerDegree: 0.3 };
/** A street goes on in another one that begins or passes within this, and doesn't turn by more. */
const GOES_ON = { metres: 5, degrees: 60 };
const BEHIND_METRES = 60;
const AHEAD_METRES = 400;
const STREETS_JOINED = 12;

interface Found {
  street: StreetLine;
  arc: RouteArc;
  metres: number;
  isForward: boolean;
}

export class Streets {
  readonly #cells = new Map<number, StreetLine[]>();
  readonly #arcs = new Map<StreetLine, RouteArc | undefined>();

  constructor(lines: Iterable<StreetLine>) {
    for (const line of [...lines].flatMap(withoutCorners)) {
      for (const cell of cellsOf(line.points)) {
        const known = this.#cells.get(cell);
        if (known) known.push(line);
        else this.#cells.set(cell, [line]);
      }
    }
  }

  /**
   * The way of a car here that drives in this direction (degrees): the street that it is on, from a little behind it, and
   * straight on through those that follow. `undefined` where no street leads that way.
   */
  wayOf(place: Coordinates, heading: number): RouteArc | undefined {
    let found = this.#find(place, heading, NEAR_METRES, ALONG.degrees);
    if (!found) return undefined;
    const points = pieceOf(found, -BEHIND_METRES, AHEAD_METRES);
    const driven = new Set([found.street]);
    let ahead = lengthAhead(found);
    while (ahead < AHEAD_METRES && driven.size < STREETS_JOINED) {
      const end = points.at(-1)!;
      const direction = bearingBetween(points.at(-2)!, end);
      found = this.#find(end, direction, GOES_ON.metres, GOES_ON.degrees, driven);
      if (!found) break;
      points.push(...pieceOf(found, 0, AHEAD_METRES - ahead).slice(1));
      driven.add(found.street);
      ahead += lengthAhead(found);
    }
    return routeArc(points);
  }

  #find(
    place: Coordinates,
    heading: number,
    nearMetres: number,
    degrees: number,
    except?: ReadonlySet<StreetLine>,
  ): Found | undefined {
    let best: Found | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const street of this.#around(place)) {
      if (except?.has(street)) continue;
      const arc = this.#arcOf(street);
      if (!arc) continue;
      const { metres, besideMetres } = nearestOnRoute(arc, place);
      if (besideMetres > nearMetres) continue;
      const turn = Math.abs(turnBetween(headingOnRoute(arc, metres), heading));
      const isForward = turn <= 90;
      const aside = isForward ? turn : 180 - turn;
      if (aside > degrees || (!isForward && street.oneway)) continue;
      const left = isForward ? arc.lengthMetres - metres : metres;
      if (except && left < 1) continue; // it ends here as well
      const cost = besideMetres + aside * ALONG.metresPerDegree;
      if (cost >= least) continue;
      least = cost;
      best = { street, arc, metres, isForward };
    }
    return best;
  }

  #around({ latitude, longitude }: Coordinates): Set<StreetLine> {
    const around = new Set<StreetLine>();
    for (const north of [-1, 0, 1]) {
      for (const east of [-1, 0, 1]) {
        const cell = cellOf(latitude + north * CELL_DEGREES, longitude + east * CELL_DEGREES);
        for (const line of this.#cells.get(cell) ?? []) around.add(line);
      }
    }
    return around;
  }

  #arcOf(street: StreetLine): RouteArc | undefined {
    if (!this.#arcs.has(street)) this.#arcs.set(street, routeArc(street.points));
    return this.#arcs.get(street);
  }
}

/** The street's parts between its corners: a map has lines that turn off where the traffic drives straight on. */
function withoutCorners({ points, oneway }: StreetLine): StreetLine[] {
  const parts: StreetLine[] = [];
  let start = 0;
  for (let index = 1; index < points.length; index++) {
    const isLast = index === points.length - 1;
    if (!isLast && Math.abs(cornerAt(points, index)) <= GOES_ON.degrees) continue;
    parts.push({ points: points.slice(start, index + 1), oneway });
    start = index;
  }
  return parts;
}

function cornerAt(points: readonly Coordinates[], index: number): number {
  const here = points[index]!;
  return turnBetween(bearingBetween(points[index - 1]!, here), bearingBetween(here, points[index + 1]!));
}

/** The points from so far behind (below 0) to so far ahead of the place, in driving direction. */
function pieceOf({ arc, metres, isForward }: Found, fromMetres: number, toMetres: number): Coordinates[] {
  return isForward
    ? routeBetween(arc, Math.max(0, metres + fromMetres), Math.min(arc.lengthMetres, metres + toMetres))
    : routeBetween(
        arc,
        Math.max(0, metres - toMetres),
        Math.min(arc.lengthMetres, metres - fromMetres),
      ).reverse();
}

function lengthAhead({ arc, metres, isForward }: Found): number {
  return isForward ? arc.lengthMetres - metres : metres;
}

function cellOf(latitude: number, longitude: number): number {
  return Math.floor((latitude + 90) / CELL_DEGREES) * 400_000 + Math.floor((longitude + 180) / CELL_DEGREES);
}

/** The cells that the line's pieces lie in; of a long slanting piece, its whole box. */
function cellsOf(points: readonly Coordinates[]): Set<number> {
  const cells = new Set<number>();
  for (let index = 1; index < points.length; index++) {
    const [a, b] = [points[index - 1]!, points[index]!];
    const [south, north] = [Math.min(a.latitude, b.latitude), Math.max(a.latitude, b.latitude)];
    const [west, east] = [Math.min(a.longitude, b.longitude), Math.max(a.longitude, b.longitude)];
    for (let latitude = south; ; latitude = Math.min(north, latitude + CELL_DEGREES)) {
      for (let longitude = west; ; longitude = Math.min(east, longitude + CELL_DEGREES)) {
        cells.add(cellOf(latitude, longitude));
        if (longitude >= east) break;
      }
      if (latitude >= north) break;
    }
  }
  return cells;
}
