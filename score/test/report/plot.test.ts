import { describe, expect, test } from '@jest/globals';
import { cumulative } from '../../src/report/errors.ts';
import { binsOf } from '../../src/report/histograms.ts';
import { evenTicks, linearScale, logScale, logTicks } from '../../src/report/plot/scale.ts';
import { minutesText, quantity } from '../../src/report/quantity.ts';
import type { Distribution } from '../../src/result.ts';

const distribution: Distribution = {
  id: 'latency',
  title: 'Latency',
  unit: 'ms',
  count: 10,
  p50: 2,
  p95: 8,
  p99: 8,
  p999: 8,
  max: 8,
  buckets: [
    { upTo: 1, count: 2 },
    { upTo: 2, count: 5 },
    { upTo: 8, count: 3 },
  ],
};

describe('scales', () => {
  test('run from 0 to 1', () => {
    expect([0, 5, 10].map(linearScale(0, 10))).toEqual([0, 0.5, 1]);
    expect([1, 10, 100].map(logScale(1, 100))).toEqual([0, 0.5, 1]);
    expect(logScale(1, 100)(0)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('name round values, not too many', () => {
    expect(logTicks(0.4, 12)).toEqual([0.5, 1, 2, 5, 10]);
    expect(logTicks(0.01, 100, 5)).toEqual([0.01, 0.1, 1, 10, 100]);
    expect(evenTicks(47, 3)).toEqual([0, 20, 40]);
    expect(evenTicks(60, 6)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(evenTicks(0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(evenTicks(0)).toEqual([0]);
  });
});

describe('distributions', () => {
  test('become shares up to a value', () => {
    expect(cumulative(distribution)).toEqual([
      { value: 1, share: 0.2 },
      { value: 2, share: 0.7 },
      { value: 8, share: 1 },
    ]);
  });

  test('become bins that begin where the one before ended', () => {
    const [first, ...rest] = binsOf(distribution);
    expect(first!.from).toBeLessThan(1);
    expect(rest).toEqual([
      { from: 1, upTo: 2, share: 0.5 },
      { from: 2, upTo: 8, share: 0.3 },
    ]);
  });
});

describe('quantities', () => {
  test.each([
    [null, 'ms', '–'],
    [982, 'ms', '982 ms'],
    [4_210, 'ms', '4.21 s'],
    [3_828, 'kB', '3.74 MB'],
    [9.02, '°', '9.02°'],
    [119_640, '', '119 640'],
  ] as const)('%p %s is read as %s', (value, unit, text) => expect(quantity(value, unit)).toBe(text));

  test('moments are minutes and seconds', () => {
    expect([0, 59_600, 725_000].map(minutesText)).toEqual(['0:00', '1:00', '12:05']);
  });
});
