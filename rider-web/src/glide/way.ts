// What the car drives on: its route or its street; or, beside it, a way there; or, where neither is known, from fix to
// fix and straight on. A new way begins under the car and keeps what it has just driven, so that nothing jumps.

import type { Coordinates } from '@tripcast/protocol';
import type { Estimate } from './estimate.ts';
import { bearingBetween, metresBetween, placeAhead } from './geodesy.ts';
import { turnBetween } from './heading.ts';
import {
  headingOnRoute,
  nearestOnRoute,
  placeOnRoute,
  type RouteArc,
  type RoutePlace,
  routeArc,
  routeBetween,
} from './route-arc.ts';

/** Where the car is shown, and on which line. */
export interface Shown extends Coordinates {
  readonly way: RouteArc;
  readonly metres: number;
  readonly heading: number;
  /** m/s. */
  readonly speed: number;
  readonly isTurningRound: boolean;
}

/** A line, the car's place on it, and that of each estimate; one that lies behind the line's start is negative. */
export interface WayAhead {
  readonly way: RouteArc;
  readonly startMetres: number;
  readonly metresOf: readonly number[];
  /** How far the car is from its line, where it has one. */
  readonly asideMetres: number;
  /** Up to there the car turns round. */
  readonly turnedAtMetres?: number;
}

/** So much of what was driven is kept: a car's heading is that of a chord. */
const TRAIL_METRES = 10;
const AHEAD_METRES = 400;
/** A car that is this near its line is on it. */
const ON_LINE_METRES = 0.2;
/** A line that comes back to where it was is looked at near the car: so far, m, and twice the way from where it is shown. */
const REACH_METRES = 50;
/** A line changes over to another one within so many seconds of driving, but not within fewer metres. */
const CHANGE_OVER = { seconds: 1.5, metres: 12 };
/** What lies further aside is behind the car, degrees. */
const BEHIND_DEGREES = 100;
const NEXT_CORNER_METRES = 3;
/** A line that looks further away than this from where the car looks leads back: it turns round on an arc, until little is left. */
const TURN_ROUND = { fromDegrees: 120, leftDegrees: 30, radiusMetres: 4, stepDegrees: 15 };

/**
 * The way from where the car is shown through what is known of its next places, the oldest of them first.
 * @param onArcs where it has to turn round, there is time to do so as cars do
 */
export function wayAhead(shown: Shown, estimates: readonly Estimate[], onArcs = true): WayAhead {
  const newest = estimates.at(-1)!;
  if (!newest.onLine) return wayThrough(shown, estimates);
  const { line, metres } = newest.onLine;
  if (shown.way === line) return onLine(line, shown.metres, estimates);
  const reach = 2 * metresBetween(shown, newest) + REACH_METRES;
  const nearest = nearestOnRoute(line, shown, metres - reach, metres + reach);
  const limit = shown.isTurningRound ? TURN_ROUND.leftDegrees : TURN_ROUND.fromDegrees;
  if (onArcs && Math.abs(turnOnto(shown, line, nearest.metres)) > limit)
    return wayRound(shown, line, nearest, estimates);
  if (nearest.besideMetres <= ON_LINE_METRES) return onLine(line, nearest.metres, estimates);
  return wayToLine(shown, line, nearest, estimates);
}

/** The way for a car that is shown nowhere yet. */
export function firstWay(estimate: Estimate): WayAhead {
  if (estimate.onLine) return onLine(estimate.onLine.line, 0, [estimate]);
  const behind = placeAhead(estimate, estimate.heading + 180, TRAIL_METRES);
  const ahead = placeAhead(estimate, estimate.heading, AHEAD_METRES);
  const way = routeArc([behind, estimate, ahead])!;
  return { way, startMetres: way.metresAt[1]!, metresOf: [way.metresAt[1]!], asideMetres: 0 };
}

function onLine(line: RouteArc, startMetres: number, estimates: readonly Estimate[]): WayAhead {
  const metresOf = estimates.map(({ onLine: place }) => place!.metres);
  return { way: line, startMetres, metresOf, asideMetres: 0 };
}

function wayToLine(
  shown: Shown,
  line: RouteArc,
  { metres: nearestMetres, besideMetres }: RoutePlace,
  estimates: readonly Estimate[],
): WayAhead {
  const change = Math.max(CHANGE_OVER.metres, CHANGE_OVER.seconds * shown.speed);
  const joinMetres = Math.min(line.lengthMetres, nearestMetres + change);
  const join = placeOnRoute(line, joinMetres);
  const { way, startMetres } = lineFrom(shown, restOf(line, joinMetres, shown.heading));
  const changeMetres = metresBetween(shown, join);
  const stretch = joinMetres > nearestMetres ? changeMetres / (joinMetres - nearestMetres) : 1;
  const metresOf = estimates.map(({ onLine: place }) =>
    place!.metres >= joinMetres
      ? startMetres + changeMetres + place!.metres - joinMetres
      : startMetres + (place!.metres - nearestMetres) * stretch,
  );
  return { way, startMetres, metresOf, asideMetres: besideMetres };
}

/** How far a car that looks where this one does has to turn to drive along the line there, degrees; positive clockwise. */
function turnOnto({ heading }: Shown, line: RouteArc, metres: number): number {
  return turnBetween(heading, headingOnRoute(line, metres + TURN_ROUND.radiusMetres));
}

/** As cars turn round: on an arc, and to the line where it leads then. What is driven on the arc counts as driven on the line. */
function wayRound(
  shown: Shown,
  line: RouteArc,
  { metres: nearestMetres, besideMetres }: RoutePlace,
  estimates: readonly Estimate[],
): WayAhead {
  const turn = turnOnto(shown, line, nearestMetres);
  const steps = Math.ceil(Math.abs(turn) / TURN_ROUND.stepDegrees);
  const step = turn / steps;
  const chord = 2 * TURN_ROUND.radiusMetres * Math.sin((Math.abs(step) * Math.PI) / 360);
  const arc: Coordinates[] = [];
  let place: Coordinates = shown;
  for (let index = 0; index < steps; index++) {
    place = placeAhead(place, shown.heading + (index + 0.5) * step, chord);
    arc.push(place);
  }
  const reach = 2 * TURN_ROUND.radiusMetres;
  const beside = nearestOnRoute(line, place, nearestMetres - reach, nearestMetres + reach);
  const joinMetres = Math.min(line.lengthMetres, beside.metres + CHANGE_OVER.metres);
  const { way, startMetres } = lineFrom(shown, [...arc, ...restOf(line, joinMetres, shown.heading + turn)]);
  const metresOf = estimates.map(({ onLine: at }) => startMetres + at!.metres - nearestMetres);
  const turnedAtMetres = startMetres + steps * chord;
  return { way, startMetres, metresOf, asideMetres: besideMetres, turnedAtMetres };
}

/** The line from there on, as far as it matters; never without length. */
function restOf(line: RouteArc, fromMetres: number, heading: number): Coordinates[] {
  const untilMetres = fromMetres + AHEAD_METRES;
  const end = placeAhead(placeOnRoute(line, untilMetres), heading, 1);
  return [...routeBetween(line, fromMetres, untilMetres), end];
}

/** From place to place as they come, and straight on; those that the car has passed are not driven to. */
function wayThrough(shown: Shown, estimates: readonly Estimate[]): WayAhead {
  const newest = estimates.at(-1)!;
  const corners: Coordinates[] = [];
  let corner: Coordinates = shown;
  let heading = shown.heading;
  for (const estimate of estimates) {
    const bearing = bearingBetween(corner, estimate);
    const isAhead = Math.abs(turnBetween(heading, bearing)) < BEHIND_DEGREES;
    const metres = metresBetween(corner, estimate);
    const isNext =
      metres > (estimate === newest ? Math.max(NEXT_CORNER_METRES, estimate.speed / 2) : NEXT_CORNER_METRES);
    if (!isAhead || !isNext) continue;
    corners.push(estimate);
    corner = estimate;
    heading = bearing;
  }
  if (corner !== newest) {
    const passed = Math.max(0, -metresAhead(corner, newest));
    const change = Math.max(CHANGE_OVER.metres, CHANGE_OVER.seconds * newest.speed);
    corners.push(placeAhead(newest, newest.heading, passed + change));
  }
  const end = placeAhead(corners.at(-1)!, newest.heading, AHEAD_METRES);
  const { way, startMetres } = lineFrom(shown, [...corners, end]);
  let reached = startMetres;
  const metresOf = estimates.map((estimate) => {
    const index = corners.indexOf(estimate);
    if (index < 0) return reached + metresAhead(reached === startMetres ? shown : corner, estimate);
    reached = way.metresAt[way.metresAt.length - 1 - corners.length + index]!;
    corner = estimate;
    return reached;
  });
  return { way, startMetres, metresOf, asideMetres: 0 };
}

/** How far the estimate lies before (or, below 0, behind) a place, in the direction that the car drives. */
function metresAhead(place: Coordinates, estimate: Estimate): number {
  const turn = turnBetween(estimate.heading, bearingBetween(place, estimate));
  return metresBetween(place, estimate) * Math.cos((turn * Math.PI) / 180);
}

/** The end of what was driven, the car's place, and `ahead`. */
function lineFrom(shown: Shown, ahead: readonly Coordinates[]): { way: RouteArc; startMetres: number } {
  const trail = routeBetween(shown.way, shown.metres - TRAIL_METRES, shown.metres).slice(0, -1);
  const way = routeArc([...trail, { latitude: shown.latitude, longitude: shown.longitude }, ...ahead])!;
  return { way, startMetres: way.metresAt[trail.length]! };
}
