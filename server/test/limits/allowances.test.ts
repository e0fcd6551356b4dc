import { expect, test } from '@jest/globals';
import { Allowances } from '../../src/limits/allowances.ts';
import { SteppedClock } from '../live/stepped-clock.ts';

const RATE = { perSecond: 10, burst: 100 };

test('a burst at once, then so many a second, each key for itself', () => {
  const clock = new SteppedClock();
  const allowances = new Allowances<string>(clock, RATE);
  expect(allowances.take('a', 100)).toBe(true);
  expect(allowances.has('a')).toBe(false);
  expect(allowances.take('a')).toBe(false);
  expect(allowances.take('b')).toBe(true);
  clock.step(99);
  expect(allowances.take('a')).toBe(false);
  clock.step(1);
  expect(allowances.has('a')).toBe(true);
  expect(allowances.take('a')).toBe(true);
  expect(allowances.take('a')).toBe(false);
});

test('sweeping forgets who has all of it, and forgives nobody', () => {
  const clock = new SteppedClock();
  const allowances = new Allowances<string>(clock, RATE);
  allowances.take('a', 100);
  allowances.take('b', 1);
  clock.step(100);
  allowances.sweep();
  expect(allowances.size).toBe(1);
  expect(allowances.take('a', 2)).toBe(false);
});

test('a million keys are not remembered; the newest are', () => {
  const allowances = new Allowances<number>(new SteppedClock(), { perSecond: 1, burst: 1 });
  for (let key = 0; key < 1_000_000; key++) allowances.take(key);
  expect(allowances.size).toBeLessThanOrEqual(100_000);
  let forgotten = 0;
  for (let key = 950_000; key < 1_000_000; key++) forgotten += Number(allowances.take(key));
  expect(forgotten).toBe(0);
});

test('a key that keeps coming is remembered, however many others come', () => {
  const allowances = new Allowances<number>(new SteppedClock(), { perSecond: 1, burst: 1 });
  expect(allowances.take(0)).toBe(true);
  let forgotten = 0;
  for (let key = 1; key < 200_000; key++) {
    allowances.take(key);
    forgotten += Number(allowances.take(0));
  }
  expect(forgotten).toBe(0);
});

test('[L1] the allowance never grows beyond the burst, and a clock that is set gives nothing', () => {
  const clock = new SteppedClock();
  const allowances = new Allowances<string>(clock, RATE);
  allowances.take('a', 50);
  clock.step(3_600_000);
  expect(allowances.take('a', 101)).toBe(false);
  expect(allowances.take('a', 100)).toBe(true);
  clock.set(3_600_000);
  expect(allowances.take('a')).toBe(false);
});
