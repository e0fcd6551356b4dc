// From how the car moves now to how it should: a driver who follows the target, with the brakes and the engine of a
// car. It never goes back, doesn't rush, and one that is ahead slows down, or waits, until it is right again.

import { type Knot, type Motion, motionAt, motionThrough } from './motion.ts';

/** A car that is late catches up at this much more than its own speed: quicker would be rushing. */
const CATCH_UP = { factor: 1.5, metresPerSecond: 3 };
/** A difference is made good within about three times this: smaller is livelier, and a car that surges is noticed. */
const RESPONSE_SECONDS = 1;
/** m/s². Those in brackets of a car that is far from where it should be. */
const ACCELERATION = { usual: 2.5, far: 4.5 };
const BRAKING = { usual: 4.5, far: 8.5 };
const FAR_METRES = 6;
const STEP_SECONDS = 0.25;
const STEPS = 32;
/** A car that turns round is no faster, m/s. */
export const TURNING_SPEED = 4;
/** After all steps the car must be this near its target, or it is too late to catch up. */
const LEFT_METRES = 20;
/** A car that is closer than this and as slow stands. */
const STILL = { metres: 0.3, metresPerSecond: 0.15 };

/**
 * The motion that begins at `now` and becomes `target`; `undefined` when the car is too late to catch up.
 * @param cruise the speed that is usual for the car now, m/s
 * @param turnedAtMetres up to there it turns round
 */
export function pursuit(
  now: Knot,
  target: Motion,
  cruise: number,
  turnedAtMetres = Number.NEGATIVE_INFINITY,
): Motion | undefined {
  const atMost = CATCH_UP.factor * cruise + CATCH_UP.metresPerSecond;
  const knots = [now];
  let { metres, speed } = now;
  let aim = motionAt(target, now.atMs);
  for (let step = 1; step <= STEPS; step++) {
    const atMs = now.atMs + step * STEP_SECONDS * 1000;
    const next = motionAt(target, atMs);
    const behind = aim.metres - metres;
    const isFar = Math.abs(behind) > FAR_METRES;
    const fastest = metres < turnedAtMetres ? TURNING_SPEED : atMost;
    // Critically damped: what the target's own speed does, and what makes the differences good.
    const wanted =
      (next.speed - aim.speed) / STEP_SECONDS +
      (2 * (aim.speed - speed)) / RESPONSE_SECONDS +
      behind / RESPONSE_SECONDS ** 2;
    const acceleration = Math.max(
      isFar ? -BRAKING.far : -BRAKING.usual,
      Math.min(isFar ? ACCELERATION.far : ACCELERATION.usual, wanted),
    );
    const reached = Math.max(0, Math.min(Math.max(fastest, speed), speed + acceleration * STEP_SECONDS));
    metres += ((speed + reached) / 2) * STEP_SECONDS;
    speed = reached;
    aim = next;
    const isStill = aim.speed < STILL.metresPerSecond && speed < STILL.metresPerSecond;
    if (isStill && Math.abs(aim.metres - metres) < STILL.metres) speed = 0;
    knots.push({ atMs, metres, speed });
  }
  if (aim.metres - metres > LEFT_METRES) return undefined;
  return motionThrough(knots);
}
