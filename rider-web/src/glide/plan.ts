// What is shown from now on: a way and how the car moves on it. Made anew with each fix, and read by every frame.

import type { Estimate } from './estimate.ts';
import { foresee } from './foresight.ts';
import { bearingBetween } from './geodesy.ts';
import { normalHeading, turnBetween } from './heading.ts';
import { type Knot, type Motion, momentAt, motionAt, motionThrough } from './motion.ts';
import { pursuit, TURNING_SPEED } from './pursuit.ts';
import { headingOnRoute, placeOnRoute, type RouteArc } from './route-arc.ts';
import { firstWay, type Shown, type WayAhead, wayAhead } from './way.ts';

export interface Plan {
  readonly way: RouteArc;
  /** Up to there, on that way, the car turns round. */
  readonly turnedAtMetres?: number | undefined;
  readonly motion: Motion;
  /** How it is believed to move on that way, each moment `delayMs` later; the motion draws near to it. */
  readonly target: Motion;
  /** When it was made, ms by the server's clock. */
  readonly startMs: number;
  /** What is shown at a moment was so long before, ms. */
  readonly delayMs: number;
  /** Of the newest fix that it knows of. */
  readonly fixTime: number;
  /** How much further, clockwise, the car looks at the start than the way does; it turns into the way as it drives. */
  readonly turn: { readonly degrees: number; readonly fromMetres: number; readonly overMetres: number };
}

/** A car shown further ahead than this of where it is goes back, by a fade; nearer, it waits there. */
const AHEAD_LIMIT_METRES = 45;
/** A car that was lost from sight, and is found so much further on or back than it is shown, is not raced after or waited for. */
const LOST_METRES = { on: 16, back: 4 };
/** As hard as a car speeds up and brakes until it is as fast as the one that it follows, m/s². */
const EVEN_OUT = { speedingUp: 2.5, braking: 4.5 };
/** Nor is one shown to drive across to a line that is further away. */
const ASIDE_LIMIT_METRES = 40;
/** Without a line a longer way than this is not known: a line may lead through houses. */
const UNKNOWN_WAY = { ms: 10_000, metres: 80, atOnceMetres: 500 };
/** A car that stands and is shown standing, this near, stays as it is shown. */
const STANDING = { metresPerSecond: 0.3, metres: 25 };
/** What was believed before the oldest estimate that is still of use: it drove as it drove there. */
const LEAD_IN_SECONDS = 2;
/** A car turns into another way over this much, m, and not quicker than in this time, s. */
const TURNING = { metres: 8, seconds: 0.8 };
/** And one that looks away from its way doesn't drive on so for longer than this, m. */
const AWAY = { degrees: 80, metres: 0.4 };
const BACK_DEGREES = 135;
const NO_TURN = { degrees: 0, fromMetres: 0, overMetres: 1 };

/** The plan that shows the car at once: where it was measured, or as far on as it must be by now. */
export function planAfresh(estimate: Estimate, nowMs: number, delayMs: number): Plan {
  const ahead = firstWay(estimate);
  const target = motionThrough(targetOn(ahead, [estimate], delayMs));
  const { metres, speed } = motionAt(target, nowMs);
  const now = { atMs: nowMs, metres: Math.max(metres, ahead.metresOf[0]!), speed };
  const motion = pursuit(now, target, estimate.cruise) ?? target;
  return { way: ahead.way, motion, target, startMs: nowMs, delayMs, fixTime: estimate.time, turn: NO_TURN };
}

/**
 * The plan that goes on from another one; `undefined` when the car can't be shown to drive to where it is.
 * @param estimates those that are not shown yet, and the one before; the newest is last
 * @param wasLost nothing was heard of it for so long that what is shown was a guess
 */
export function planOn(
  before: Plan,
  estimates: readonly Estimate[],
  nowMs: number,
  delayMs: number,
  wasLost: boolean,
): Plan | undefined {
  const shown = shownAt(before, nowMs);
  const { onLine } = estimates.at(-1)!;
  const alike = estimates.filter((estimate) => estimate.onLine?.line === onLine?.line);
  const ahead = wayAhead(shown, alike);
  const next = planAlong(ahead);
  return next || ahead.turnedAtMetres === undefined ? next : planAlong(wayAhead(shown, alike, false));

  function planAlong(ahead: WayAhead): Plan | undefined {
    const newest = alike.at(-1)!;
    const plan = { startMs: nowMs, delayMs, fixTime: newest.time };
    const now: Knot = { atMs: nowMs, metres: ahead.startMetres, speed: speedInto(ahead, shown) };
    const target = motionThrough(targetOn(ahead, alike, delayMs));
    const aim = motionAt(target, nowMs);
    const behindMetres = aim.metres - now.metres;
    const missedMetres = behindMetres + metresUntilAsFast(aim.speed - now.speed);
    if (wasLost && (missedMetres > LOST_METRES.on || missedMetres < -LOST_METRES.back)) return undefined;

    const leftMetres = ahead.metresOf.at(-1)! - now.metres;
    if (
      newest.speed === 0 &&
      shown.speed < STANDING.metresPerSecond &&
      Math.abs(leftMetres) < STANDING.metres
    ) {
      const isNear = !newest.onLine || leftMetres < 3;
      const motion = motionThrough([{ ...now, metres: shown.metres, speed: 0 }]);
      if (isNear) return { ...plan, way: shown.way, motion, target: motion, turn: before.turn };
    }
    if (!newest.onLine && isUnknownWay(before, newest, leftMetres)) return undefined;
    if (ahead.asideMetres > ASIDE_LIMIT_METRES) return undefined;
    if (behindMetres < -AHEAD_LIMIT_METRES) return undefined;
    const { way, turnedAtMetres } = ahead;
    const motion = pursuit(now, target, newest.cruise, turnedAtMetres);
    return motion && { ...plan, way, turnedAtMetres, motion, target, turn: turnInto(ahead, shown) };
  }
}

/** What a car loses that is slower by this, m/s, until it is as fast; below 0: gains. */
function metresUntilAsFast(slowerBy: number): number {
  return slowerBy > 0 ? slowerBy ** 2 / (2 * EVEN_OUT.speedingUp) : -(slowerBy ** 2) / (2 * EVEN_OUT.braking);
}

/** Where the plan has the car. */
export function shownAt({ way, turnedAtMetres, motion, turn }: Plan, nowMs: number): Shown {
  const { metres, speed } = motionAt(motion, nowMs);
  const { latitude, longitude } = placeOnRoute(way, metres);
  const left = Math.max(0, 1 - (metres - turn.fromMetres) / turn.overMetres);
  const heading = normalHeading(headingOnRoute(way, metres) + turn.degrees * left);
  const isTurningRound = turnedAtMetres !== undefined && metres < turnedAtMetres;
  return { latitude, longitude, heading, way, metres, speed, isTurningRound };
}

/** The moment that the plan shows at `nowMs`: when the car is believed to be, or to have been, where it is shown. */
export function momentShown({ motion, target, delayMs }: Plan, nowMs: number): number {
  const moment = momentAt(target, motionAt(motion, nowMs).metres, nowMs);
  return Math.min(moment, nowMs + Math.max(0, delayMs)) - delayMs;
}

function turnInto({ way, startMetres }: WayAhead, shown: Shown): Plan['turn'] {
  const degrees = turnBetween(headingOnRoute(way, startMetres), shown.heading);
  const away = Math.max(0, 1 - AWAY.degrees / Math.abs(degrees));
  const overMetres = Math.min(Math.max(TURNING.metres, TURNING.seconds * shown.speed), AWAY.metres / away);
  return { degrees, fromMetres: startMetres, overMetres };
}

/** A car that has to turn round is slow, and stops where it has no room for it. */
function speedInto({ way, startMetres, turnedAtMetres }: WayAhead, shown: Shown): number {
  if (turnedAtMetres !== undefined) return Math.min(shown.speed, TURNING_SPEED);
  const bearing = bearingBetween(shown, placeOnRoute(way, startMetres + TURNING.metres));
  return Math.abs(turnBetween(shown.heading, bearing)) > BACK_DEGREES ? 0 : shown.speed;
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
