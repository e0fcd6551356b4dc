import { describe, expect, test } from '@jest/globals';
import { judge, LIMITS, QUICK_PLAN } from '../src/guard.ts';
import type { Sample } from '../src/results.ts';

const LIMIT = { measure: 'shape-i', of: 'tripcast', to: 'nats', most: 2 };

function samples(costs: Record<string, number[]>, name = 'cpuMicros'): Sample[] {
  return Object.entries(costs).flatMap(([system, values]) =>
    values.map((value, nth) => ({
      measure: 'shape-i',
      system,
      round: nth + 1,
      at: '2026-01-01T00:00:00Z',
      values: { [name]: value },
    })),
  );
}

describe('the guard', () => {
  test('holds while the medians keep to the ratio', () => {
    expect(judge(samples({ tripcast: [95, 100, 300], nats: [50, 51, 49] }), [LIMIT])).toEqual([
      { limit: LIMIT, ratio: 2, isHeld: true },
    ]);
  });

  test('fails when a ratio is lost', () => {
    expect(judge(samples({ tripcast: [101], nats: [50] }), [LIMIT])).toMatchObject([{ isHeld: false }]);
  });

  test('fails when a system fails', () => {
    const all = [...samples({ tripcast: [90], nats: [50] }), ...samples({ tripcast: [1] }, 'failed')];
    expect(judge(all, [LIMIT])).toMatchObject([{ isHeld: false }]);
  });

  test('lets pass what is not there to be measured', () => {
    expect(judge(samples({ tripcast: [500] }), [LIMIT])).toEqual([
      { limit: LIMIT, ratio: undefined, isHeld: true },
    ]);
  });

  test('has all that it compares measured by --quick, and the noise with it', () => {
    for (const { measure, of, to } of LIMITS) {
      expect(QUICK_PLAN.measures).toContain(measure);
      expect(QUICK_PLAN.systems).toEqual(expect.arrayContaining([of, to]));
      expect([of, to].map((system) => QUICK_PLAN.isNeeded!(measure, system))).toEqual([true, true]);
    }
    expect(QUICK_PLAN.isNeeded!('shape-i', 'tripcast-again')).toBe(true);
    expect(QUICK_PLAN.isNeeded!('shape-ii', 'nats')).toBe(false);
  });
});
