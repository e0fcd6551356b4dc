// How one of thousands of cars is shown to move: straight from where it is shown to its newest position, in the time in
// which the next one is expected. It is never shown beyond what was measured.

import type { Fix } from '@tripcast/client';
import { bearingBetween, metresBetween } from '../glide/index.ts';

/** In world units: (0, 0) is the north-west corner of the Web Mercator square, (1, 1) the south-east. */
export interface WorldPoint {
  x: number;
  y: number;
}

/** From one place to another, between two moments by the page's clock, ms. */
export interface CarMotion {
  from: WorldPoint;
  to: WorldPoint;
  startMs: number;
  endMs: number;
  /** Degrees clockwise from true north. */
  heading: number;
}

const LEAST_MS = 500;
const MOST_MS = 6_000;
/** Who is farther away than this from where it is shown is put there, not driven there, m. */
const LEAP_METRES = 400;
/** A shorter way tells nothing of where a car looks, m. */
const HEADING_METRES = 3;

export function worldPoint({ latitude, longitude }: Pick<Fix, 'latitude' | 'longitude'>): WorldPoint {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

/** The motion after `fix` has come, from where the car is shown at `nowMs`. */
export function moveOn(
  motion: CarMotion | undefined,
  previous: Fix | undefined,
  fix: Fix,
  nowMs: number,
): CarMotion {
  const to = worldPoint(fix);
  if (!motion || !previous) return { from: to, to, startMs: nowMs, endMs: nowMs, heading: fix.heading ?? 0 };
  const metres = metresBetween(previous, fix);
  const heading = fix.heading ?? (metres >= HEADING_METRES ? bearingBetween(previous, fix) : motion.heading);
  if (metres > LEAP_METRES) return { from: to, to, startMs: nowMs, endMs: nowMs, heading };
  const lastsMs = Math.min(MOST_MS, Math.max(LEAST_MS, fix.time - previous.time));
  return { from: placeAt(motion, nowMs), to, startMs: nowMs, endMs: nowMs + lastsMs, heading };
}

export function placeAt({ from, to, startMs, endMs }: CarMotion, nowMs: number): WorldPoint {
  if (nowMs >= endMs) return to;
  const part = Math.max(0, (nowMs - startMs) / (endMs - startMs));
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}
