import { expect, test } from '@jest/globals';
import { loadCity, randomFrom, uniform } from '@tripcast/driver-sim';
import { metresToSegment, offsetBetween } from '../../src/truth/plane.ts';
import { OFF_STREET_LIMIT_METRES, StreetIndex } from '../../src/truth/street-index.ts';

const city = loadCity('montevideo');
const index = new StreetIndex(city);

test('a place on a street is 0 m off', () => {
  for (const { points } of city.edges.slice(0, 200)) expect(index.metresOff(points[0]!)).toBeCloseTo(0, 3);
});

test('far from every street, it says its limit', () => {
  expect(index.metresOff({ latitude: -36, longitude: -56 })).toBe(OFF_STREET_LIMIT_METRES);
});

test('the nearest street is the one that a search of all streets finds (seed 3)', () => {
  const random = randomFrom(3, 'places');
  for (let nth = 0; nth < 20; nth++) {
    const place = { latitude: uniform(random, -34.92, -34.89), longitude: uniform(random, -56.19, -56.15) };
    let nearest = OFF_STREET_LIMIT_METRES;
    for (const { points } of city.edges) {
      for (let next = 1; next < points.length; next++) {
        const [a, b] = [offsetBetween(place, points[next - 1]!), offsetBetween(place, points[next]!)];
        nearest = Math.min(nearest, metresToSegment(a, b));
      }
    }
    expect(index.metresOff(place)).toBeCloseTo(nearest, 6);
  }
});
