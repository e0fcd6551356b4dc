import { expect, test } from '@jest/globals';
import { metresAlong, metresApart, metresToSegment, offsetBetween } from '../../src/truth/plane.ts';

test('a degree of latitude is 111.2 km, everywhere; one of longitude half of that at 60°', () => {
  expect(metresApart({ latitude: 0, longitude: 0 }, { latitude: 1, longitude: 0 })).toBeCloseTo(111_195, -1);
  expect(metresApart({ latitude: 60, longitude: 0 }, { latitude: 60, longitude: 1 })).toBeCloseTo(55_597, -1);
});

test('the way over the date line is the short one', () => {
  const { east } = offsetBetween({ latitude: 0, longitude: 179.9999 }, { latitude: 0, longitude: -179.9999 });
  expect(east).toBeCloseTo(22.24, 1);
});

test('metres along a heading are negative for what lies behind', () => {
  expect(metresAlong({ east: 3, north: 4 }, 0)).toBeCloseTo(4);
  expect(metresAlong({ east: 3, north: 4 }, 90)).toBeCloseTo(3);
  expect(metresAlong({ east: 3, north: 4 }, 180)).toBeCloseTo(-4);
});

test('the distance from a segment is that from its nearest point, which may be an end', () => {
  expect(metresToSegment({ east: -10, north: 5 }, { east: 10, north: 5 })).toBeCloseTo(5);
  expect(metresToSegment({ east: 3, north: 4 }, { east: 30, north: 4 })).toBeCloseTo(5);
  expect(metresToSegment({ east: 3, north: 4 }, { east: 3, north: 4 })).toBeCloseTo(5);
});
