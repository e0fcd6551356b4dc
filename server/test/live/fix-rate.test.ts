import { expect, test } from '@jest/globals';
import { vehicleId } from '@tripcast/protocol';
import { FixRates } from '../../src/live/fix-rate.ts';
import { SteppedClock } from './stepped-clock.ts';

const A = vehicleId('a');
const B = vehicleId('b');
const LIMITS = { fixesPerSecond: 10, fixBurst: 100 };

test('[L1] a burst at once, then so many a second', () => {
  const clock = new SteppedClock();
  const rates = new FixRates(clock, LIMITS);
  expect(rates.take(A, 100)).toBe(true);
  expect(rates.take(A, 1)).toBe(false);
  clock.step(99);
  expect(rates.take(A, 1)).toBe(false);
  clock.step(1);
  expect(rates.take(A, 1)).toBe(true);
  expect(rates.take(A, 1)).toBe(false);
  clock.step(1_000);
  expect(rates.take(A, 11)).toBe(false);
  expect(rates.take(A, 10)).toBe(true);
});

test('[L1] the allowance never grows beyond the burst, and each vehicle has its own', () => {
  const clock = new SteppedClock();
  const rates = new FixRates(clock, LIMITS);
  rates.take(A, 50);
  clock.step(3_600_000);
  expect(rates.take(A, 101)).toBe(false);
  expect(rates.take(A, 100)).toBe(true);
  expect(rates.take(B, 100)).toBe(true);
});

test('[L1] sweeping forgives nothing, and neither does a clock that goes back', () => {
  const clock = new SteppedClock();
  const rates = new FixRates(clock, LIMITS);
  rates.take(A, 100);
  rates.sweep();
  expect(rates.take(A, 1)).toBe(false);
  clock.step(-5_000);
  expect(rates.take(A, 1)).toBe(false);
  clock.step(10_000);
  rates.sweep();
  expect(rates.take(A, 100)).toBe(true);
});
