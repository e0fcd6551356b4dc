import { expect, test } from '@jest/globals';
import { isTimeFor, rotated } from '../src/run-rounds.ts';

test('each round begins with another system, and has them all', () => {
  expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round))).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c', 'a'],
    ['c', 'a', 'b'],
    ['a', 'b', 'c'],
  ]);
  expect(rotated([], 1)).toEqual([]);
});

test('no round begins that would end too late, judging by those before', () => {
  expect(isTimeFor(1, 0, 100)).toBe(true);
  expect(isTimeFor(2, 50, 100)).toBe(true);
  expect(isTimeFor(2, 51, 100)).toBe(false);
  expect(isTimeFor(3, 66, 100)).toBe(true);
  expect(isTimeFor(9, 1e9)).toBe(true);
});
