import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Episode, episodeAt, episodesOf, type When } from '../../src/faults/when.ts';
import { randomFrom } from '../../src/random.ts';

const HOUR = 3_600_000;

function firstOf(when: When, seed: number, count: number): Episode[] {
  const episodes = episodesOf(when, randomFrom(seed));
  return Array.from({ length: count }, () => episodes.next().value!).filter(Boolean);
}

describe('when a fault is there', () => {
  test('without more it always is; else from its begin to just before its end', () => {
    expect(firstOf({}, 1, 2)).toEqual([{ fromMs: 0, untilMs: Number.POSITIVE_INFINITY }]);
    const at = episodeAt({ fromMs: 10, untilMs: 20 }, randomFrom(1));
    expect([0, 9, 10, 19, 20, 30].filter((ms) => at(ms))).toEqual([10, 19]);
  });

  test('episodes begin as far apart as told, on average, and last as long', () => {
    const episodes = firstOf({ everyMs: 300_000, lastsMs: { least: 10_000, most: 30_000 } }, 7, 4_000);
    const apartMs = (episodes.at(-1)!.fromMs - episodes[0]!.fromMs) / (episodes.length - 1);
    expect(Math.abs(apartMs / 300_000 - 1)).toBeLessThan(0.07); // 4 σ of 4,000 exponential gaps
    const lengths = episodes.map(({ fromMs, untilMs }) => untilMs - fromMs);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(10_000 - 1e-3);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(30_000 + 1e-3);
    expect(Math.abs(lengths.reduce((sum, ms) => sum + ms) / lengths.length - 20_000)).toBeLessThan(400);
  });

  test('they never overlap, stay within their stretch, and come again from the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1_000, max: HOUR }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.integer({ min: 0, max: HOUR }),
        (seed, everyMs, share, fromMs) => {
          const when = { everyMs, lastsMs: everyMs * share, fromMs, untilMs: fromMs + 20 * everyMs };
          const episodes = [...episodesOf(when, randomFrom(seed))];
          expect([...episodesOf(when, randomFrom(seed))]).toEqual(episodes);
          let endedMs = fromMs;
          for (const episode of episodes) {
            expect(episode.fromMs).toBeGreaterThanOrEqual(endedMs);
            endedMs = episode.untilMs;
          }
          expect(endedMs).toBeLessThanOrEqual(when.untilMs);
        },
      ),
    );
  });

  test('episodes longer than they are apart are a mistake', () => {
    expect(() => firstOf({ everyMs: 10, lastsMs: 20 }, 1, 1)).toThrow('episodes of 20 ms can');
  });
});
