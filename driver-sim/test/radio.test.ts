import { expect, test } from '@jest/globals';
import { CLEAR_RADIO, transmit } from '../src/radio.ts';
import { randomFrom } from '../src/random.ts';

test('a clear radio delivers each fix as it was measured, a moment later, in order', () => {
  const random = randomFrom(1, 'radio');
  const fixes = Array.from({ length: 200 }, (_, index) => ({
    latitude: 0,
    longitude: 0,
    time: index * 1_000,
  }));
  const deliveries = fixes.map((fix) => transmit(fix, CLEAR_RADIO, random));
  expect(deliveries.map(({ fix }) => fix)).toEqual(fixes);
  for (const { fix, atMs } of deliveries) {
    expect(atMs - fix.time).toBeGreaterThanOrEqual(20);
    expect(atMs - fix.time).toBeLessThanOrEqual(80);
  }
});
