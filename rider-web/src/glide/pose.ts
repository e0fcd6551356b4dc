import type { Coordinates } from '@tripcast/protocol';
import type { GlideBuffer } from './buffer.ts';
import { isFadingOut, opacityAt } from './fade.ts';
import { FORESIGHT_MS } from './foresight.ts';
import { motionAt } from './motion.ts';
import { momentShown, type Plan, shownAt } from './plan.ts';
import { intervalOf, latenessMs, type Rhythm } from './playback-delay.ts';
import type { RouteArc } from './route-arc.ts';

/** What is shown of a car at one moment, and how true it is. */
export interface Pose extends Coordinates {
  /** Degrees clockwise from north, 0 ≤ heading < 360. */
  heading: number;
  /**
   * `measured`: at a fix, or standing at one. `interpolated`: on its way between two. `extrapolated`: ahead of the
   * newest one, guessed. `stale`: where it was last known or guessed; nothing has come for too long, or it fades to elsewhere.
   */
  kind: 'measured' | 'interpolated' | 'extrapolated' | 'stale';
  /** The age of the newest fix, ms, never below 0. */
  ageMs: number;
  /** When the car is believed to be, or to have been, there, ms since the Unix epoch: for a smooth glide that lies behind now. */
  shownTime: number;
  /** Below 1 while the car fades from one place to another that it can't be shown to drive to. */
  opacity: number;
  /** Set while the car is on its route: how far along, m. */
  onRoute?: { route: RouteArc; metres: number };
}

/** To foresee the car up to its next fix, and this much longer, is no guesswork: it is on its way. On a jittery network most. */
const ON_ITS_WAY_MS = { least: 1_000, most: 2_000 };
const STANDING_SPEED = 0.1;

/**
 * Where the car is shown at `nowMs` (server's clock); `undefined` while no fix is known. Pure: the same buffer and
 * time give the same pose, so it may be asked at any rate, late, or never.
 */
export function poseAt(buffer: GlideBuffer, nowMs: number): Pose | undefined {
  const plan = planAt(buffer, nowMs);
  if (!plan || !buffer.newest) return undefined;
  const { latitude, longitude, heading, way, metres, speed } = shownAt(plan, nowMs);
  const limitMs = plan.fixTime + plan.delayMs + FORESIGHT_MS;
  const pose: Pose = {
    latitude,
    longitude,
    heading,
    kind: 'measured',
    ageMs: Math.max(0, nowMs - buffer.newest.time),
    shownTime: momentShown(plan, Math.min(nowMs, limitMs)),
    opacity: opacityAt(buffer.fade, nowMs),
  };
  if (way === buffer.route) pose.onRoute = { route: way, metres };
  const isMoving = speed > STANDING_SPEED;
  const isMissed = pose.shownTime - plan.fixTime > onItsWayMs(buffer.rhythm);
  const isLeft = plan === buffer.fade?.from; // it is known to be elsewhere
  if (nowMs >= limitMs || isLeft) pose.kind = 'stale';
  else if (isMissed && (isMoving || !stoodAtNewest(plan))) pose.kind = 'extrapolated';
  else if (isMoving) pose.kind = 'interpolated';
  return pose;
}

/** A car that stood at its newest fix stands there still; one that drove, and is shown standing, is only guessed to. */
function stoodAtNewest({ target, fixTime, delayMs }: Plan): boolean {
  return motionAt(target, fixTime + delayMs).speed <= STANDING_SPEED;
}

/** So long the next fix is on its way, and to foresee the car up to there is no guesswork. */
function onItsWayMs(rhythm: Rhythm): number {
  const { least, most } = ON_ITS_WAY_MS;
  return intervalOf(rhythm) + Math.min(most, least + latenessMs(rhythm));
}

function planAt({ plan, planBefore, fade }: GlideBuffer, nowMs: number): Plan | undefined {
  if (fade && isFadingOut(fade, nowMs)) return fade.from;
  return plan && planBefore && nowMs < plan.startMs ? planBefore : plan;
}
