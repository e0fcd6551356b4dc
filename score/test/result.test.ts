import { describe, expect, test } from '@jest/globals';
import { judged, type Row, redRows } from '../src/result.ts';

const ROW = { id: 'truth.errorShown.p95', group: 'truth', title: 'p95', unit: 'm' } as const;

describe('a row and its budget', () => {
  test('without a budget there is no verdict', () => {
    expect(judged({ ...ROW, value: 5 }, undefined)).not.toHaveProperty('pass');
  });

  test('it holds up to the budget, and what was never measured does not', () => {
    const verdict = (value: number | null) => judged({ ...ROW, value }, { atMost: 15 }).pass;
    expect([0, 15, 15.1, null].map(verdict)).toEqual([true, true, false, false]);
  });

  test('it may have to beat both baselines too', () => {
    const verdict = (raw: number | null, lerp: number) =>
      judged({ ...ROW, value: 5, baselines: { raw, lerp } }, { atMost: 15, beatsBaselines: true }).pass;
    expect(verdict(6, 7)).toBe(true);
    expect(verdict(5, 7)).toBe(false);
    expect(verdict(6, 4)).toBe(false);
    expect(verdict(null, 7)).toBe(true);
  });

  test('red rows that depend on the machine count only on a quiet one', () => {
    const red: Row = { ...ROW, value: 9, budget: { atMost: 1 }, pass: false };
    const slow: Row = { ...red, id: 'latency.p99', budget: { atMost: 1, dependsOnMachine: true } };
    expect(redRows({ rows: [red, slow] })).toEqual([red, slow]);
    expect(redRows({ rows: [red, slow] }, { onQuietMachine: false })).toEqual([red]);
  });
});
