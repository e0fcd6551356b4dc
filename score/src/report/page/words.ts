// One moment of the replay in words: below the map, and for those who don't see it.

import type { MeasuredSpot, ShownSpot } from './scene.ts';

export interface Facts {
  time: string;
  kind: string;
  error: string;
  delay: string;
  age: string;
}

const KINDS: Record<ShownSpot['kind'], string> = {
  measured: 'at a fix',
  interpolated: 'between two fixes',
  extrapolated: 'ahead of the last fix, a guess',
  stale: 'not live any more',
};

/** @param fixes those that the rider had, in the order of their times */
export function factsAt(
  atMs: number,
  fromMs: number,
  shown: ShownSpot | undefined,
  errorMetres: number | undefined,
  fixes: readonly MeasuredSpot[],
): Facts {
  const newest = fixes.at(-1);
  return {
    time: seconds(atMs - fromMs),
    kind: shown ? KINDS[shown.kind] : 'nothing yet',
    error: errorMetres === undefined ? '–' : `${errorMetres.toFixed(1)} m`,
    delay: shown ? seconds(atMs - shown.shownMs) : '–',
    age: newest ? seconds(atMs - newest.atMs) : 'none yet',
  };
}

export function inWords({ time, kind, error, delay, age }: Facts): string {
  return `${time}: shown ${kind}, ${error} from the truth, ${delay} behind; newest fix ${age} old`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
