import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ClockOffset } from '../src/clock-offset.ts';

describe('[P9] the clock offset', () => {
  test('is the middle of the attempt, give or take half of it', () => {
    expect(new ClockOffset().measure(10_000, 4_900, 5_100)).toEqual({ offsetMs: 5_000, uncertaintyMs: 100 });
  });

  test('is measured better by several attempts together than by the best of them', () => {
    const offset = new ClockOffset();
    offset.measure(1_000, 1_000, 1_100); // -100 to 0
    expect(offset.measure(1_950, 2_000, 2_100)?.uncertaintyMs).toBeLessThan(26); // -150 to -50
  });

  test('is forgotten when a clock was set, and measured anew', () => {
    const offset = new ClockOffset();
    offset.measure(1_000, 1_000, 1_010);
    expect(offset.measure(60_000, 2_000, 2_100)).toEqual({ offsetMs: 57_950, uncertaintyMs: 50 });
  });

  test('is not measured by an attempt during which our clock was set back', () => {
    const offset = new ClockOffset();
    offset.measure(1_000, 1_000, 1_010);
    const before = offset.estimate;
    expect(offset.measure(1_000, 5_000, 2_000)).toBeUndefined();
    expect(offset.estimate).toEqual(before);
  });

  test('holds the true one, whatever the delays', () => {
    const attempts = fc.array(fc.record({ pause: fc.nat(1e7), there: fc.nat(3_000), back: fc.nat(3_000) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), attempts, (trueOffset, all) => {
        const offset = new ClockOffset();
        let now = 1_700_000_000_000;
        for (const { pause, there, back } of all) {
          now += pause;
          const startedAt = now;
          now += there + back;
          const estimate = offset.measure(startedAt + there + trueOffset, startedAt, now)!;
          expect(Math.abs(estimate.offsetMs - trueOffset)).toBeLessThanOrEqual(estimate.uncertaintyMs + 1e-3);
          expect(estimate.uncertaintyMs).toBeLessThanOrEqual((there + back) / 2);
        }
      }),
    );
  });
});
