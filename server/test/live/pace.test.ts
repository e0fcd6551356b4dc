import { describe, expect, test } from '@jest/globals';
import { Pace } from '../../src/live/pace.ts';

describe('[B1] the pace', () => {
  test('is 5,000 ms until somebody watches, and 1,000 ms from then on', () => {
    const pace = new Pace();
    expect(pace.intervalMs).toBe(5_000);
    expect(pace.unwatched(1_000_000)).toBe(false);
    expect(pace.watched(1_000_000)).toBe(true);
    expect(pace.intervalMs).toBe(1_000);
    expect(pace.watched(1_000_001)).toBe(false);
  });

  test('slows down 15 s after somebody last watched, once', () => {
    const pace = new Pace();
    pace.watched(0);
    pace.watched(1_000);
    expect(pace.unwatched(15_999)).toBe(false);
    expect(pace.intervalMs).toBe(1_000);
    expect(pace.unwatched(16_000)).toBe(true);
    expect(pace.intervalMs).toBe(5_000);
    expect(pace.unwatched(17_000)).toBe(false);
    expect(pace.watched(17_000)).toBe(true);
  });

  test('has it asked who listens each 5 s while nothing else tells, until it is slow', () => {
    const pace = new Pace();
    const askedAt = (fromMs: number, toMs: number) => {
      const times: number[] = [];
      for (let ms = fromMs; ms <= toMs; ms += 500) if (pace.isAskDue(ms)) times.push(ms);
      return times;
    };
    expect(askedAt(0, 60_000)).toEqual([]);
    pace.watched(60_000);
    pace.watched(61_000);
    expect(askedAt(61_000, 75_500)).toEqual([66_000, 71_000]);
    pace.unwatched(76_000);
    expect(askedAt(76_000, 120_000)).toEqual([]);
  });
});
