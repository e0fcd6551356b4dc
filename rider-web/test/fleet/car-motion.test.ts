import { describe, expect, test } from '@jest/globals';
import type { Fix } from '@tripcast/client';
import { moveOn, placeAt, worldPoint } from '../../src/fleet/car-motion.ts';

const fix = (longitude: number, time: number, more: Partial<Fix> = {}): Fix => ({
  latitude: -34.9,
  longitude,
  time,
  ...more,
});

describe('one of thousands of cars', () => {
  const [a, b] = [fix(-56.18, 0), fix(-56.179, 5_000)];
  const first = moveOn(undefined, undefined, a, 100);
  const second = moveOn(first, a, b, 5_100);

  test('is at its first position at once', () => {
    expect(placeAt(first, 100)).toEqual(worldPoint(a));
    expect(placeAt(first, 9_999)).toEqual(worldPoint(a));
  });

  test('drives to the next in the time between the two, and never beyond', () => {
    const [from, to] = [worldPoint(a).x, worldPoint(b).x];
    expect(placeAt(second, 5_100).x).toBe(from);
    expect(placeAt(second, 7_600).x).toBeCloseTo((from + to) / 2, 12);
    expect(placeAt(second, 10_100).x).toBe(to);
    expect(placeAt(second, 60_000).x).toBe(to);
  });

  test('goes on from where it is shown when a position comes early', () => {
    const c = fix(-56.178, 6_000);
    const third = moveOn(second, b, c, 7_600);
    expect(placeAt(third, 7_600)).toEqual(placeAt(second, 7_600));
    expect(placeAt(third, 8_600)).toEqual(worldPoint(c));
  });

  test('is put, not driven, where it can’t have driven', () => {
    const far = fix(-56.1, 6_000);
    expect(placeAt(moveOn(second, b, far, 7_600), 7_600)).toEqual(worldPoint(far));
  });

  test('looks where it drives, by the compass where that is told', () => {
    expect(second.heading).toBeCloseTo(90, 1);
    expect(moveOn(first, a, fix(-56.179, 5_000, { heading: 12 }), 5_100).heading).toBe(12);
    expect(moveOn(second, b, fix(-56.179, 6_000), 7_000).heading).toBe(second.heading);
  });
});
