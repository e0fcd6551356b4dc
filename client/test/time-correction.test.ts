import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TimeCorrection } from '../src/time-correction.ts';

const off = (offsetMs: number, uncertaintyMs = 50) => ({ offsetMs, uncertaintyMs });

describe('[P9] fix times are corrected', () => {
  test('by the offset, when the device clock is off by more than 2 s and the fix was timed by it', () => {
    const correction = new TimeCorrection();
    correction.measured(off(5_000));
    expect(correction.forFix(999_900, 1_000_000)).toBe(5_000);
  });

  test.each([
    [2_000, 50],
    [-1_999, 50],
    [2_500, 3_000],
  ])('not at all at %i ± %i ms: within 2 s, or less than what is known', (offsetMs, uncertaintyMs) => {
    const correction = new TimeCorrection();
    correction.measured(off(offsetMs, uncertaintyMs));
    expect(correction.forFix(1_000_000, 1_000_000)).toBe(0);
  });

  test('not at all when the receiver gives the right time in spite of the device clock', () => {
    const correction = new TimeCorrection();
    correction.measured(off(60_000));
    expect(correction.forFix(1_059_800, 1_000_000)).toBe(0);
  });

  test('the same way while the estimate only gets better', () => {
    const correction = new TimeCorrection();
    correction.measured(off(2_100, 900));
    expect(correction.forFix(1_000_000, 1_000_000)).toBe(2_100);
    correction.measured(off(1_950, 10));
    expect(correction.forFix(1_001_000, 1_001_000)).toBe(2_100);
  });

  test('no more once the device clock was set right', () => {
    const correction = new TimeCorrection();
    correction.measured(off(60_000));
    expect(correction.forFix(1_000_000, 1_000_000)).toBe(60_000);
    correction.measured(off(3));
    expect(correction.forFix(1_061_000, 1_061_000)).toBe(0);
  });

  test('so that the error left is never more than 2 s and the uncertainty', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e7, max: 1e7 }),
        fc.nat(5_000),
        fc.nat(300),
        (trueOffset, error, late) => {
          const correction = new TimeCorrection();
          correction.measured(off(trueOffset + error, error));
          const now = 1_700_000_000_000;
          const measuredAt = now - late;
          const left = measuredAt + correction.forFix(measuredAt, now) - (measuredAt + trueOffset);
          expect(Math.abs(left)).toBeLessThanOrEqual(2_000 + 2 * error + late);
        },
      ),
    );
  });
});
