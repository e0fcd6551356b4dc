// What tests of promises in seconds are measured with.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { fairMs, longestFairGapMs } from './support/fair-time.ts';

/** Keeps this process from doing anything else, ms. */
function hold(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('time that passes while this process could run counts in full', async () => {
  const from = performance.now();
  for (let turn = 0; turn < 20; turn++) await pause(10);
  const to = performance.now();
  const fair = fairMs(from, to);
  expect(fair).toBeGreaterThan(0);
  expect(fair).toBeLessThanOrEqual(to - from);
});

test('time that it was kept from running does not, whether it is over or goes on', async () => {
  const from = performance.now();
  hold(300);
  expect(performance.now() - from).toBeGreaterThanOrEqual(300);
  expect(fairMs(from)).toBeLessThan(100);
  await pause(50);
  expect(fairMs(from, from + 300)).toBeLessThan(100);
  expect(longestFairGapMs([from, from + 300])).toBeLessThan(100);
});

test('what it had to wait for before or after does not shorten a time', async () => {
  hold(200);
  await pause(50);
  const from = performance.now() - 10;
  const to = performance.now();
  hold(200);
  await pause(50);
  expect(fairMs(from, to)).toBeGreaterThan(0);
  expect(longestFairGapMs([from])).toBe(0);
});
