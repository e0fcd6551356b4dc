import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { headingBetween, turnBetween } from '../../src/glide/index.ts';

const heading = fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true });

test('350° turns to 10° through north', () => {
  expect(turnBetween(350, 10)).toBe(20);
  expect(headingBetween(350, 10, 0.5)).toBe(0);
  expect(headingBetween(10, 350, 0.75)).toBe(355);
});

test('no turn is more than half a circle, and it ends where it should', () => {
  fc.assert(
    fc.property(heading, heading, (from, to) => {
      expect(Math.abs(turnBetween(from, to))).toBeLessThanOrEqual(180);
      expect(Math.abs(turnBetween(headingBetween(from, to, 1), to))).toBeLessThan(1e-9);
    }),
  );
});

test('on the way every heading lies between the ends', () => {
  fc.assert(
    fc.property(heading, heading, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, fraction) => {
      const between = headingBetween(from, to, fraction);
      expect(between).toBeGreaterThanOrEqual(0);
      expect(between).toBeLessThan(360);
      const whole = Math.abs(turnBetween(from, to));
      expect(Math.abs(turnBetween(from, between)) + Math.abs(turnBetween(between, to))).toBeCloseTo(whole, 6);
    }),
  );
});
