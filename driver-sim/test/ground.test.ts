import { describe, expect, test } from '@jest/globals';
import type { Coordinates } from '@tripcast/protocol';
import fc from 'fast-check';
import { headingBetween, metresBetween, offset, turnBetween } from '../src/ground.ts';

const place = fc.record({
  latitude: fc.double({ min: -35, max: -34.7, noNaN: true }),
  longitude: fc.double({ min: -56.3, max: -56, noNaN: true }),
});

/** The naive twin: great-circle distance on the same sphere. */
function haversineMetres(a: Coordinates, b: Coordinates): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const h =
    Math.sin(radians(b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(radians(a.latitude)) *
      Math.cos(radians(b.latitude)) *
      Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(h));
}

describe('ground', () => {
  test('over a city, a distance is within 0.1 % of the great circle', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        const truth = haversineMetres(a, b);
        expect(Math.abs(metresBetween(a, b) - truth)).toBeLessThanOrEqual(0.001 * truth + 1e-6);
      }),
    );
  });

  test('a place that is offset by metres east and north is that far away, in that direction', () => {
    const origin = { latitude: -34.9, longitude: -56.17 };
    expect(metresBetween(origin, offset(origin, 300, -400))).toBeCloseTo(500, 1);
    expect(headingBetween(origin, offset(origin, 0, 100))).toBeCloseTo(0, 3);
    expect(headingBetween(origin, offset(origin, 100, 0))).toBeCloseTo(90, 1);
    expect(headingBetween(origin, offset(origin, -100, 0))).toBeCloseTo(270, 1);
  });

  test.each([
    [350, 10, 20],
    [10, 350, 20],
    [0, 180, 180],
    [90, 90, 0],
  ])('from %d° to %d° is a turn of %d°', (a, b, turn) => {
    expect(turnBetween(a, b)).toBe(turn);
  });
});
