import { expect, test } from '@jest/globals';
import { riddenTrack } from '../../src/trips/ridden-track.ts';
import { at } from '../glide/streams.ts';

function trackOf(...places: readonly [eastMetres: number, timeMs: number][]) {
  return {
    features: places.map(([eastMetres, time]) => {
      const { longitude, latitude } = at(eastMetres, 0);
      return { geometry: { coordinates: [longitude, latitude] as const }, properties: { time } };
    }),
  };
}

test('a track is as long as the way from its first to its last position', () => {
  const track = riddenTrack(trackOf([0, 1_000], [100, 11_000], [250, 26_000]))!;
  expect(track.metres).toBeCloseTo(250, 0);
  expect(track).toMatchObject({ fromMs: 1_000, toMs: 26_000 });
  expect(track.places).toHaveLength(3);
});

test('a car that waits at a light adds nothing, however its position trembles', () => {
  const waiting = Array.from({ length: 120 }, (_, second): [number, number] => [
    100 + (second % 2) * 3,
    second * 1_000,
  ]);
  const track = riddenTrack(trackOf([0, -20_000], ...waiting, [200, 140_000]))!;
  expect(track.metres).toBeGreaterThan(199);
  expect(track.metres).toBeLessThan(206);
});

test('one position is a place without a way; none is no track', () => {
  expect(riddenTrack(trackOf([0, 5]))).toMatchObject({ metres: 0, fromMs: 5, toMs: 5 });
  expect(riddenTrack({ features: [] })).toBeUndefined();
});
