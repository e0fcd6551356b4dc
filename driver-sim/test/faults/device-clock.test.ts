import { expect, test } from '@jest/globals';
import { skewedClock } from '../../src/faults/device-clock.ts';
import { SteppedClock } from '../stepped-clock.ts';

test('a skewed clock is off by what it is told, is set while it runs, and its timers are right', async () => {
  const right = new SteppedClock();
  const clock = skewedClock(right, (nowMs) => (nowMs < 1_000 ? 45_000 : -5_000));
  const rang: number[] = [];
  clock.setTimeout(() => rang.push(right.now()), 1_500);
  clock.clearTimeout(clock.setTimeout(() => rang.push(-1), 500));
  expect(clock.now()).toBe(45_000);
  await right.pass(2_000);
  expect(clock.now()).toBe(-3_000);
  expect(clock.monotonicNow?.()).toBe(2_000); // nobody sets that one
  expect(rang).toEqual([1_500]);
});
