import { describe, expect, test } from '@jest/globals';
import { Tally } from '../../src/grade/tally.ts';

function tallyOf(...metres: number[]): Tally {
  const tally = new Tally();
  for (const value of metres) tally.record('errorShown', value);
  return tally;
}

describe('a tally', () => {
  test('knows percentiles to a thousandth of the value', () => {
    const tally = tallyOf(...Array.from({ length: 1_000 }, (_, index) => (index + 1) / 10));
    expect(tally.percentile('errorShown', 50)).toBeCloseTo(50, 0);
    expect(tally.percentile('errorShown', 99)! / 99).toBeCloseTo(1, 2);
    expect(tally.largest('errorShown') / 100).toBeCloseTo(1, 2);
  });

  test('of what was never recorded there is no percentile', () => {
    expect(new Tally().percentile('errorShown', 50)).toBeNull();
    expect(new Tally().largest('errorShown')).toBe(0);
  });

  test('values beyond its range are its largest, and negative ones 0', () => {
    const tally = tallyOf(-1, 5e9);
    expect(tally.percentile('errorShown', 1)).toBe(0);
    expect(tally.largest('errorShown')).toBeGreaterThan(999_000);
  });

  test('two add up to what one would have counted, through text too', () => {
    const [a, b] = [tallyOf(1, 2), tallyOf(3, 4)];
    a.count('holes', 2);
    b.count('holes', 3);
    const sum = new Tally();
    sum.add(Tally.fromText(a.toText()));
    sum.add(Tally.fromText(b.toText()));
    const one = tallyOf(1, 2, 3, 4);
    expect(sum.countOf('holes')).toBe(5);
    expect(sum.recorded('errorShown')).toBe(4);
    for (const percent of [25, 50, 75, 100]) {
      expect(sum.percentile('errorShown', percent)).toBe(one.percentile('errorShown', percent));
    }
  });

  test('the buckets of a distribution rise, and hold every value', () => {
    const [distribution] = tallyOf(0, 0.5, 0.5, 20, 300).distributions();
    const { buckets, count } = distribution!;
    expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(count);
    expect(buckets.map(({ upTo }) => upTo)).toEqual(buckets.map(({ upTo }) => upTo).sort((a, b) => a - b));
    expect(buckets.find((bucket) => bucket.upTo >= 0.5)!.count).toBe(2);
  });
});
