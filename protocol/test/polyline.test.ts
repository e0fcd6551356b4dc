import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodePolyline, encodePolyline } from '../src/index.ts';
import { seeded } from './seed.ts';

const place = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe(`[T5] encoded polylines ${seeded}`, () => {
  test('points come back within half of 1e-5 degree, however long the line', () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 200 }), (points) => {
        const back = decodePolyline(encodePolyline(points))!;
        expect(back).toHaveLength(points.length);
        for (const [index, point] of points.entries()) {
          expect(Math.abs(back[index]!.latitude - point.latitude)).toBeLessThanOrEqual(0.5e-5 + 1e-12);
          expect(Math.abs(back[index]!.longitude - point.longitude)).toBeLessThanOrEqual(0.5e-5 + 1e-12);
        }
      }),
    );
  });

  test('what was decoded encodes to the same text', () => {
    fc.assert(
      fc.property(fc.array(place), (points) => {
        const text = encodePolyline(points);
        expect(encodePolyline(decodePolyline(text)!)).toBe(text);
      }),
    );
  });

  test('any text decodes to places on the Earth or to undefined', () => {
    const alphabet = fc.string({
      unit: fc.integer({ min: 63, max: 126 }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), alphabet), (text) => {
        for (const { latitude, longitude } of decodePolyline(text) ?? []) {
          expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
          expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('a cut text has fewer points or none, never other ones', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 5 }), (points) => {
        const text = encodePolyline(points);
        const whole = decodePolyline(text)!;
        for (let length = 0; length < text.length; length++) {
          const cut = decodePolyline(text.slice(0, length));
          if (cut) expect(cut).toEqual(whole.slice(0, cut.length));
        }
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 90.1, -90.1])('latitude %d has no text', (latitude) => {
    expect(() => encodePolyline([{ latitude, longitude: 0 }])).toThrow(RangeError);
  });
});
