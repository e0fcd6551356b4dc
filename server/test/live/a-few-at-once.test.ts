import { expect, test } from '@jest/globals';
import { AFewAtOnce } from '../../src/live/a-few-at-once.ts';

test('is done for all, in the order they came, for a few at a time, once', async () => {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = new AFewAtOnce<number>(3, (item) => {
    begun.push(item);
    return new Promise((resolve) => ends.push(resolve));
  });
  for (const item of [0, 1, 2, 3, 4, 3, 5]) work.add(item);
  work.delete(4);
  expect(begun).toEqual([0, 1, 2]);
  work.add(0); // it may have changed since it began
  for (let count = 0; count < 6; count++) {
    ends[count]!();
    await new Promise(setImmediate);
    expect(begun.length - count - 1).toBeLessThanOrEqual(3);
  }
  expect(begun).toEqual([0, 1, 2, 3, 5, 0]);
});
