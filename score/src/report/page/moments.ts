// Where everything was at one moment. Pure.

import type { MeasuredSpot, Scene, ShownSpot, Spot, TrueSpot } from './scene.ts';

/** Two samples further apart than this are not joined, ms. */
const GAP_MS = 1_500;

/** The index of the last item at or before `atMs`; -1 where there is none. Items are in the order of their times. */
export function lastIndexAt(items: readonly { atMs: number }[], atMs: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The true place, between the two samples around `atMs`; `undefined` outside of what is known. */
export function trueAt({ truth }: Scene, atMs: number): TrueSpot | undefined {
  const index = lastIndexAt(truth, atMs);
  const [a, b] = [truth[index], truth[index + 1]];
  if (!a) return undefined;
  if (!b) return a.atMs === atMs ? a : undefined;
  const fraction = (atMs - a.atMs) / (b.atMs - a.atMs);
  return { ...placeBetween(a, b, fraction), atMs, heading: headingBetween(a.heading, b.heading, fraction) };
}

/** What the rider saw; between two pictures that follow each other it moves. */
export function shownAt({ shown }: Scene, atMs: number): ShownSpot | undefined {
  const index = lastIndexAt(shown, atMs);
  const [a, b] = [shown[index], shown[index + 1]];
  if (!a || !b || b.atMs - a.atMs > GAP_MS || isFade(a, b)) return a;
  const fraction = (atMs - a.atMs) / (b.atMs - a.atMs);
  return {
    ...a,
    ...placeBetween(a, b, fraction),
    atMs,
    shownMs: a.shownMs + (b.shownMs - a.shownMs) * fraction,
    heading: headingBetween(a.heading, b.heading, fraction),
    opacity: a.opacity + (b.opacity - a.opacity) * fraction,
  };
}

/** How far the picture is from the truth of the moment that it shows, m; `undefined` where that is not known. */
export function errorOf(scene: Scene, shown: ShownSpot): number | undefined {
  const truth = trueAt(scene, shown.shownMs);
  return truth && metresBetween(shown, truth);
}

/** The fixes that were taken by then; those that the rider did not have yet are `underWay`. */
export function measuredAt(
  { measured }: Scene,
  atMs: number,
): { known: MeasuredSpot[]; underWay: MeasuredSpot[] } {
  const taken = measured.slice(0, lastIndexAt(measured, atMs) + 1);
  return {
    known: taken.filter(({ receivedMs }) => receivedMs <= atMs),
    underWay: taken.filter(({ receivedMs }) => receivedMs > atMs),
  };
}

/** The car left one place and came back at another. */
export function isFade(a: ShownSpot, b: ShownSpot): boolean {
  return Math.min(a.opacity, b.opacity) < 0.5 && metresBetween(a, b) > 5;
}

export function metresBetween(a: Spot, b: Spot): number {
  return Math.hypot(a.east - b.east, a.south - b.south);
}

function placeBetween(a: Spot, b: Spot, fraction: number): Spot {
  return { east: a.east + (b.east - a.east) * fraction, south: a.south + (b.south - a.south) * fraction };
}

/** The short way round, 0 ≤ heading < 360. */
function headingBetween(a: number, b: number, fraction: number): number {
  const turn = ((b - a + 540) % 360) - 180;
  return (a + turn * fraction + 360) % 360;
}
