import { describe, expect, test } from '@jest/globals';
import { Pace } from '../../src/live/pace.ts';

describe('[B1] the pace', () => {
  test('is 5,000 ms until somebody watches, and 1,000 ms from then on', () => {
    const pace = new Pace();
    expect(pace.intervalMs).toBe(5_000);
    expect(pace.elapsed(1_000_000)).toBe(false);
    expect(pace.watched(1_000_000)).toBe(true);
    expect(pace.intervalMs).toBe(1_000);
    expect(pace.watched(1_000_001)).toBe(false);
  });

  test('slows down 15 s after somebody last watched, once', () => {
    const pace = new Pace();
    pace.watched(0);
    pace.watched(1_000);
    expect(pace.elapsed(15_999)).toBe(false);
    expect(pace.intervalMs).toBe(1_000);
    expect(pace.elapsed(16_000)).toBe(true);
    expect(pace.intervalMs).toBe(5_000);
    expect(pace.elapsed(17_000)).toBe(false);
    expect(pace.watched(17_000)).toBe(true);
  });
});
