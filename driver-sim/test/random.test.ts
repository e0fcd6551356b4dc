import { describe, expect, test } from '@jest/globals';
import { gaussian, pick, randomFrom } from '../src/random.ts';

const take = (count: number, next: () => number) => Array.from({ length: count }, next);

describe('random', () => {
  test('the same names give the same numbers', () => {
    expect(take(100, randomFrom(1, 'gps', 7))).toEqual(take(100, randomFrom(1, 'gps', 7)));
  });

  test('another seed, purpose or index gives other numbers', () => {
    const first = [
      randomFrom(1, 'gps', 7),
      randomFrom(2, 'gps', 7),
      randomFrom(1, 'day', 7),
      randomFrom(1, 'gps', 8),
    ];
    expect(new Set(first.map((random) => random())).size).toBe(4);
  });

  test('numbers of one stream fill 0 to 1 evenly', () => {
    const counts = new Array(10).fill(0);
    for (const number of take(100_000, randomFrom(1))) counts[Math.floor(number * 10)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400); // 4 σ
  });

  test('first numbers of neighbouring streams are not alike', () => {
    const firsts = take(
      10_000,
      (
        (index) => () =>
          randomFrom(1, index++)()
      )(0),
    );
    const mean = firsts.reduce((sum, number) => sum + number, 0) / firsts.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.012); // 4 σ
  });

  test('normal numbers have mean 0 and deviation 1', () => {
    const random = randomFrom(3);
    const numbers = take(100_000, () => gaussian(random));
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
    expect(Math.abs(mean)).toBeLessThan(0.013);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
  });

  test('there is nothing to pick from nothing', () => {
    expect(() => pick(randomFrom(1), [])).toThrow(RangeError);
  });
});
