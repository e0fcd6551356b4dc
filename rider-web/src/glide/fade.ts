// From where the car can't be shown to drive it fades out, and fades in where it is.

import type { Plan } from './plan.ts';

export interface Fade {
  readonly from: Plan;
  readonly startMs: number;
  readonly endMs: number;
}

const FADE_MS = 700;

/**
 * The fade away from `plan`; nothing that is seen jumps, also when one fade follows on another.
 * @param waitMs so long it may wait for what else comes; one that waits already begins no later for it
 */
export function fadeFrom(plan: Plan, under: Fade | undefined, nowMs: number, waitMs = 0): Fade {
  const isUnderWay = under !== undefined && isFadingOut(under, nowMs);
  if (isUnderWay && under.startMs <= nowMs + waitMs) return under; // what it leads to isn't seen yet
  if (isUnderWay) return { ...under, startMs: nowMs + waitMs, endMs: nowMs + waitMs + FADE_MS };
  const opacity = opacityAt(under, nowMs);
  const startMs = opacity === 1 ? nowMs + waitMs : nowMs - ((1 - opacity) * FADE_MS) / 2;
  return { from: plan, startMs, endMs: startMs + FADE_MS };
}

/** Whether the car is still seen where it was. */
export function isFadingOut({ startMs, endMs }: Fade, nowMs: number): boolean {
  return nowMs < (startMs + endMs) / 2;
}

/** How visible the car is, 0 to 1. */
export function opacityAt(fade: Fade | undefined, nowMs: number): number {
  if (!fade || nowMs <= fade.startMs || nowMs >= fade.endMs) return 1;
  return Math.abs(1 - (2 * (nowMs - fade.startMs)) / (fade.endMs - fade.startMs));
}
