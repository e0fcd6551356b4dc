import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/virtual/virtual-clock.ts';

test('timers fire in the order of their times, and those of one moment in that of their setting', async () => {
  const clock = new VirtualClock(1_000);
  const fired: string[] = [];
  for (const [name, ms] of [
    ['c', 300],
    ['a', 100],
    ['b', 200],
    ['b2', 200],
    ['late', 900],
  ] as const) {
    clock.setTimeout(() => fired.push(`${name} ${clock.now()}`), ms);
  }
  clock.clearTimeout(clock.setTimeout(() => fired.push('cleared'), 150));
  await clock.passTo(1_500);
  expect(fired).toEqual(['a 1100', 'b 1200', 'b2 1200', 'c 1300']);
  expect(clock.now()).toBe(1_500);
});

test('what a timer sets fires in the same passing of time, and what it promised is done', async () => {
  const clock = new VirtualClock(0);
  let done = false;
  clock.setTimeout(() => {
    clock.setTimeout(() => void Promise.resolve().then(() => (done = true)), 10);
  }, 10);
  await clock.passTo(20);
  expect(done).toBe(true);
});
