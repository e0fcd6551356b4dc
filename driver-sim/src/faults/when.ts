// When a fault is there: once, or again and again. Times are ms since the vehicle's start; nothing here knows a date.

import { type Random, uniform } from '../random.ts';

/** One stretch of time: from `fromMs` (default 0) to before `untilMs` (default: for ever). */
export interface Once {
  fromMs?: number;
  untilMs?: number;
}

/** Episodes within a stretch of time. */
export interface Repeated extends Once {
  /** From the begin of one to the begin of the next, on average: the gaps are exponentially distributed. */
  everyMs: number;
  /** How long one lasts; below `everyMs`. With 0 it is a moment. */
  lastsMs: number | { least: number; most: number };
}

export type When = Once | Repeated;

/** A stretch in which a fault is there: `fromMs` ≤ t < `untilMs`. */
export interface Episode {
  fromMs: number;
  untilMs: number;
}

/** All episodes, in their order; they don't overlap. @throws RangeError when they would last longer than they are apart */
export function* episodesOf(when: When, random: Random): Generator<Episode, void> {
  const { fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = when;
  if (!('everyMs' in when)) {
    yield { fromMs, untilMs };
    return;
  }
  const { everyMs, lastsMs } = when;
  const { least, most } = typeof lastsMs === 'number' ? { least: lastsMs, most: lastsMs } : lastsMs;
  const gapMs = everyMs - (least + most) / 2;
  if (!(gapMs > 0)) throw new RangeError(`episodes of ${most} ms can't begin every ${everyMs} ms`);
  for (let endedMs = fromMs; ; ) {
    const beginMs = endedMs - gapMs * Math.log(1 - random());
    if (beginMs >= untilMs) return;
    endedMs = beginMs + uniform(random, least, most);
    yield { fromMs: beginMs, untilMs: Math.min(endedMs, untilMs) };
  }
}

/** The episode that is on at a time, if one is; asked with times that don't go back. */
export function episodeAt(when: When, random: Random): (ms: number) => Episode | undefined {
  const episodes = episodesOf(when, random);
  let current = episodes.next();
  return (ms) => {
    while (!current.done && current.value.untilMs <= ms) current = episodes.next();
    return !current.done && current.value.fromMs <= ms ? current.value : undefined;
  };
}

/** Whether a time lies in the stretch. */
export function isWithin({ fromMs = 0, untilMs = Number.POSITIVE_INFINITY }: Once, ms: number): boolean {
  return fromMs <= ms && ms < untilMs;
}
