// What is shown from now on: a way and how the car moves on it. Made anew with each fix, and read by every frame.

import type { Coordinates } from '@tripcast/protocol';
import type { Estimate } from './estimate.ts';
import { foresee } from './foresight.ts';

import { type Knot, type Motion, motionAt, motionThrough } from './motion.ts';
import { pursuit } from './pursuit.ts';
import { headingOnRoute, placeOnRoute, type RouteArc } from './route-arc.ts';
import { firstWay, type Shown, type WayAhead, wayAhead } from './way.ts';

export interface Plan {
  readonly way: RouteArc;
  readonly motion: Motion;
  /** When it was made, ms by the server's clock. */
  readonly startMs: number;
  /** What is shown at a moment was so long before, ms. */
  readonly delayMs: number;
  /** Of the newest fix that it knows of. */
  readonly fixTime: number;
}

/** A car shown further ahead than this of where it is goes back, by a fade; nearer, it waits there. */
const AHEAD_LIMIT_METRES = 40;
/** Without a route a longer way than this is not known: a line may lead through houses. */
const UNKNOWN_WAY = { ms: 10_000, metres: 80, atOnceMetres: 500 };
/** A car that stands and is shown standing, this near, stays as it is shown. */
const STANDING = { metresPerSecond: 0.3, metres: 25 };
/** What was believed before the oldest estimate that is still of use: it drove as it drove there. */
const LEAD_IN_SECONDS = 2;

/** The plan that shows the car where it is at once. */
export function planAfresh(estimate: Estimate, nowMs: number, delayMs: number): Plan {
  const ahead = firstWay(estimate);
  const motion = motionThrough(targetOn(ahead, [estimate], delayMs));
  return { way: ahead.way, motion, startMs: nowMs, delayMs, fixTime: estimate.time };
}

/**
 * The plan that goes on from another one; `undefined` when the car can't be shown to drive to where it is.
 * @param estimates those that are not shown yet, and the one before; the newest is last
 */
export function planOn(
  before: Plan,
  estimates: readonly Estimate[],
  nowMs: number,
  delayMs: number,
): Plan | undefined {
  const shown = shownAt(before, nowMs);
  const newest = estimates.at(-1)!;
  const plan = { startMs: nowMs, delayMs, fixTime: newest.time };
  const alike = estimates.filter(({ onRoute }) => onRoute?.route === newest.onRoute?.route);
  const ahead = wayAhead(shown, alike);
  const now: Knot = { atMs: nowMs, metres: ahead.startMetres, speed: shown.speed };

  const leftMetres = ahead.metresOf.at(-1)! - now.metres;
  if (
    newest.speed === 0 &&
    shown.speed < STANDING.metresPerSecond &&
    Math.abs(leftMetres) < STANDING.metres
  ) {
    const isNear = !newest.onRoute || leftMetres < 3;
    if (isNear)
      return { ...plan, way: shown.way, motion: motionThrough([{ ...now, metres: shown.metres, speed: 0 }]) };
  }
  if (!newest.onRoute && isUnknownWay(before, newest, leftMetres)) return undefined;
  const target = motionThrough(targetOn(ahead, alike, delayMs));
  if (now.metres - motionAt(target, nowMs).metres > AHEAD_LIMIT_METRES) return undefined;
  const motion = pursuit(now, target, newest.cruise);
  return motion && { ...plan, way: ahead.way, motion };
}

/** Where the plan has the car. */
export function shownAt({ way, motion }: Plan, nowMs: number): Shown {
  const { metres, speed } = motionAt(motion, nowMs);
  const place: Coordinates = placeOnRoute(way, metres);
  return { ...place, heading: headingOnRoute(way, metres), way, metres, speed };
}

function isUnknownWay(before: Plan, newest: Estimate, metres: number): boolean {
  const gapMs = newest.time - before.fixTime;
  if (Math.abs(metres) > UNKNOWN_WAY.atOnceMetres) return true;
  return gapMs > UNKNOWN_WAY.ms && metres > UNKNOWN_WAY.metres;
}

/** Where the car should be shown when: at each estimate so long after its time, and then where it is expected. */
function targetOn({ way, metresOf }: WayAhead, estimates: readonly Estimate[], delayMs: number): Knot[] {
  const newest = estimates.at(-1)!;
  const last = knotOf(newest, metresOf.at(-1)!, delayMs);
  const knots = estimates
    .map((estimate, index) => knotOf(estimate, metresOf[index]!, delayMs))
    .filter((knot) => knot.atMs < last.atMs && knot.metres <= last.metres);
  const first = knots[0] ?? last;
  const leadIn: Knot = {
    atMs: first.atMs - LEAD_IN_SECONDS * 1000,
    metres: first.metres - LEAD_IN_SECONDS * first.speed,
    speed: first.speed,
  };
  return [leadIn, ...knots, ...foresee(way, last, newest)];
}

function knotOf({ time, speed }: Estimate, metres: number, delayMs: number): Knot {
  return { atMs: time + delayMs, metres, speed };
}
