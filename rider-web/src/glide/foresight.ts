// What the car will most likely do after its newest fix. A driver drives on as before, brakes for the bends of the way
// and speeds up after them; one who brakes without a bend in sight is about to stop. When nothing more is heard the car
// rolls out. It never goes on for longer than 8 s or 150 m.

import { bearingBetween } from './geodesy.ts';
import { turnBetween } from './heading.ts';
import type { Knot } from './motion.ts';
import { placeOnRoute, type RouteArc } from './route-arc.ts';

/** How the car drove up to now. m/s, m/s². */
export interface Drive {
  readonly acceleration: number;
  /** The speed that it drives at where nothing is in its way. */
  readonly cruise: number;
  /** Without a line, or on a street, it may turn off anywhere. */
  readonly onLine?: { readonly isStreet?: boolean };
}

/** Whom nothing more is heard of stands after this, ms, or this far on. */
export const FORESIGHT_MS = 8_000;
const FORESIGHT_METRES = 150;
const STEP_SECONDS = 0.5;
/** So long it drives on undiminished. */
const SURE_SECONDS = { planned: 3.5, unplanned: 2 };
/** Less than this is how a foot trembles, m/s². */
const STEADY = 0.5;
/** Braking of which no bend is the reason, m/s², goes on, and is as hard as usual soon: it has only begun. */
const STOPPING = -0.5;
/** What passengers find comfortable, m/s². */
const COMFORT = { acceleration: 1.6, braking: 2, sideways: 2.2 };
/** Bends are measured over this much before and after a place, m, and looked for at such steps. */
const BEND_METRES = 8;
const BEND_STEP_METRES = 6;
const SLIGHT_DEGREES = 15;
const SLOWEST_BEND = 2;
/** A bend that is taken slower than this, m/s, is a corner: whoever waits does so before it. */
const SHARP_BEND = 6;
const BEFORE_BEND_METRES = 5;
/** A bend is the reason for braking when the car is at most this much slower than it would allow, m/s. */
const IN_GOOD_TIME = 3;

/** Where the car is expected: the first knot is the given one, then one each half second. */
export function foresee(way: RouteArc, from: Knot, { acceleration, cruise, onLine }: Drive): Knot[] {
  const knots = [from];
  if (from.speed <= 0) return knots;
  const reachMetres = Math.min(FORESIGHT_METRES, (Math.max(cruise, from.speed) + 3) * (FORESIGHT_MS / 1000));
  const bends = bendsAhead(way, from.metres, reachMetres);
  const isPlanned = onLine !== undefined && !onLine.isStreet;
  const isForBend = isPlanned && speedBefore(bends, from.metres) < from.speed + IN_GOOD_TIME;
  const isStopping = acceleration < STOPPING && !isForBend;
  const isResuming = acceleration > STEADY || isForBend;
  const wish = Math.max(from.speed, isResuming ? cruise : 0);
  const rest = FORESIGHT_MS / 1000;
  const sure = Math.min(
    isPlanned ? SURE_SECONDS.planned : SURE_SECONDS.unplanned,
    FORESIGHT_METRES / wish / 2,
  );
  let { metres, speed } = from;
  for (let seconds = STEP_SECONDS; seconds <= rest; seconds += STEP_SECONDS) {
    const driven = isStopping
      ? speed + Math.min(acceleration, -COMFORT.braking) * STEP_SECONDS
      : Math.min(speed + COMFORT.acceleration * STEP_SECONDS, wish);
    const share = seconds <= sure ? 1 : (rest - seconds) / (rest - sure);
    const next = Math.max(
      0,
      Math.min(driven, wish * share, speedBefore(bends, metres + speed * STEP_SECONDS)),
    );
    metres += ((speed + next) / 2) * STEP_SECONDS;
    metres = Math.min(way.lengthMetres, from.metres + FORESIGHT_METRES, metres);
    if (isStopping) metres = Math.max(from.metres, Math.min(metres, standsAt(bends, from.metres)));
    speed = next;
    knots.push({ atMs: from.atMs + seconds * 1000, metres, speed });
    if (speed < 0.05) break;
  }
  return knots;
}

/** Where a car stops that brakes: before the first bend, and not in it. */
function standsAt(bends: readonly Bend[], fromMetres: number): number {
  const bend = bends.find(({ metres, speed }) => metres > fromMetres && speed < SHARP_BEND);
  return bend ? bend.metres - BEFORE_BEND_METRES : Number.POSITIVE_INFINITY;
}

interface Bend {
  metres: number;
  speed: number;
}

/** By v² = a·r, the radius being that of an arc that turns as the way does. */
function bendsAhead(way: RouteArc, fromMetres: number, reachMetres: number): Bend[] {
  const bends: Bend[] = [];
  const until = Math.min(way.lengthMetres, fromMetres + reachMetres);
  for (let metres = fromMetres; metres < until; metres += BEND_STEP_METRES) {
    if (metres < BEND_METRES / 2 || metres > way.lengthMetres - BEND_METRES / 2) continue; // no line to compare with
    const here = placeOnRoute(way, metres);
    const before = bearingBetween(placeOnRoute(way, metres - BEND_METRES), here);
    const after = bearingBetween(here, placeOnRoute(way, metres + BEND_METRES));
    const turn = Math.abs(turnBetween(before, after));
    if (turn < SLIGHT_DEGREES) continue;
    const radius = BEND_METRES / Math.tan((Math.min(turn, 170) * Math.PI) / 360);
    bends.push({ metres, speed: Math.max(SLOWEST_BEND, Math.sqrt(COMFORT.sideways * radius)) });
  }
  if (until === way.lengthMetres) bends.push({ metres: until, speed: 0 }); // where it is going
  return bends;
}

/** The highest speed at a place from which the bends ahead can still be taken. */
function speedBefore(bends: readonly Bend[], metres: number): number {
  let allowed = Number.POSITIVE_INFINITY;
  for (const bend of bends) {
    if (bend.metres < metres - BEND_STEP_METRES / 2) continue;
    const room = Math.max(0, bend.metres - metres);
    allowed = Math.min(allowed, Math.sqrt(bend.speed ** 2 + 2 * COMFORT.braking * room));
  }
  return allowed;
}
