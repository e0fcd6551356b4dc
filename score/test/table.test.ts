import { expect, test } from '@jest/globals';
import { judged, type Row, type ScoreResult } from '../src/result.ts';
import { tableOf } from '../src/table.ts';

const row = (row: Omit<Row, 'pass' | 'budget'>, atMost?: number): Row =>
  judged(row, atMost === undefined ? undefined : { atMost });

const RESULT: ScoreResult = {
  format: 1,
  scenario: 'city',
  title: 'a city',
  seed: 7,
  mode: 'real',
  startedAt: '2026-01-01T00:00:00Z',
  measuredMs: 60_000,
  parameters: [{ name: 'GPS', value: '68 % within 5 m' }],
  machine: { cpu: 'a processor', cores: 2, memoryBytes: 1, node: '20.19.0' },
  rows: [
    row({ id: 'delivery.holes', group: 'delivery', title: 'holes', value: 0, unit: '' }, 0),
    row({ id: 'delivery.produced', group: 'delivery', title: 'produced', value: 1_234_567, unit: '' }),
    row(
      {
        id: 'truth.errorShown.p95',
        group: 'truth',
        title: 'error',
        value: 15.55,
        unit: 'm',
        baselines: { raw: 20.04, lerp: null },
      },
      15,
    ),
  ],
  distributions: [],
  timeline: [],
  notes: ['something odd'],
};

test('the card says what was run, marks each budget, and sums up', () => {
  const text = tableOf(RESULT);
  expect(text).toContain('seed 7');
  expect(text).toContain('GPS: 68 % within 5 m');
  expect(text).toMatch(/✓ holes +0 +≤ 0/);
  expect(text).toMatch(/ {2}produced +1 234 567/);
  expect(text).toMatch(/✗ error +15\.6 m +≤ 15 m +raw 20\.0, lerp –/);
  expect(text).toContain('something odd');
  expect(text).toMatch(/1 of 2 budgets broken$/);
});

test('groups without rows are not there', () => {
  expect(tableOf(RESULT)).not.toContain('Latency');
});
