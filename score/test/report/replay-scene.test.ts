import { describe, expect, test } from '@jest/globals';
import { readCityMap } from '../../src/report/ground/city-map.ts';
import { lastIndexAt, measuredAt, metresBetween, shownAt, trueAt } from '../../src/report/page/moments.ts';
import type { Scene } from '../../src/report/page/scene.ts';
import { errorOf, replayScene } from '../../src/report/replay-scene.ts';
import { metresApart } from '../../src/truth/plane.ts';
import { sampleResult } from './sample-result.ts';

const rider = sampleResult().worstRider!;
const city = readCityMap('montevideo');
const scene = replayScene(rider, city)!;

describe("the replay's scene", () => {
  test('keeps distances: what is metres apart on the Earth is so on the plane', () => {
    const [a, b] = [rider.truth[0]!, rider.truth.at(-1)!];
    const onPlane = metresBetween(scene.truth[0]!, scene.truth.at(-1)!);
    expect(onPlane).toBeCloseTo(metresApart(a, b), 0);
  });

  test('measures each picture against the truth of the moment that it shows', () => {
    for (const [index, sample] of rider.shown.entries()) {
      const expected = errorOf(sample, rider.truth)!;
      const spot = scene.shown[index]!;
      expect(spot.errorMetres).toBeCloseTo(expected, 0);
      expect(metresBetween(spot, trueAt(scene, spot.shownMs)!)).toBeCloseTo(expected, 0);
    }
  });

  test('says no error where the truth is not known', () => {
    const shown = { ...rider.shown[0]!, shownMs: rider.truth[0]!.atMs - 1 };
    expect(errorOf(shown, rider.truth)).toBeUndefined();
    expect(errorOf({ ...shown, shownMs: rider.truth.at(-1)!.atMs + 1 }, rider.truth)).toBeUndefined();
  });

  test('begins at the largest error that was shown as live', () => {
    const { kind, errorMetres } = shownAt(scene, scene.worstMs)!;
    expect(kind).not.toBe('stale');
    const live = scene.shown.filter((spot) => spot.kind !== 'stale' && spot.opacity >= 0.5);
    expect(errorMetres).toBe(Math.max(...live.map((spot) => spot.errorMetres!)));
  });

  test('has the streets around, and no other city where the map does not reach', () => {
    expect(scene.ground.roads.residential).toMatch(/^M-?\d/);
    expect(scene.ground.names.map(({ text }) => text)).toContain('Avenida 18 de Julio');
    const elsewhere = {
      ...rider,
      truth: rider.truth.map((sample) => ({ ...sample, latitude: sample.latitude + 20 })),
    };
    expect(replayScene(elsewhere, city)!.ground.roads).toEqual({});
  });

  test('is none when nothing was shown', () => {
    expect(replayScene({ ...rider, shown: [] }, city)).toBeUndefined();
    expect(replayScene({ ...rider, truth: [] }, city)).toBeUndefined();
  });
});

describe('a moment', () => {
  const spot = { east: 0, south: 0, heading: 350, kind: 'measured', opacity: 1 } as const;
  const small: Scene = {
    ...scene,
    truth: [
      { atMs: 0, east: 0, south: 0, heading: 350 },
      { atMs: 100, east: 10, south: 0, heading: 10 },
    ],
    measured: [
      { atMs: 0, receivedMs: 90, east: 0, south: 0 },
      { atMs: 50, receivedMs: 60, east: 0, south: 0 },
    ],
    shown: [
      { ...spot, atMs: 0, shownMs: -50 },
      { ...spot, atMs: 100, shownMs: 50, east: 10, heading: 10 },
      { ...spot, atMs: 200, shownMs: 150, east: 60, opacity: 0.1 },
    ],
  };

  test('lies between two samples, the heading turned the short way through north', () => {
    expect(trueAt(small, 50)).toEqual({ atMs: 50, east: 5, south: 0, heading: 0 });
    expect(shownAt(small, 50)).toMatchObject({ east: 5, heading: 0, shownMs: 0 });
    expect(trueAt(small, 100)).toMatchObject({ east: 10 });
    expect(trueAt(small, -1)).toBeUndefined();
    expect(trueAt(small, 101)).toBeUndefined();
  });

  test('does not let a car drive where it faded', () => {
    expect(shownAt(small, 150)).toMatchObject({ east: 10 });
    expect(shownAt(small, 500)).toMatchObject({ east: 60 });
  });

  test('tells what the rider had from what was on its way', () => {
    const at = (atMs: number) => {
      const { known, underWay } = measuredAt(small, atMs);
      return [known.length, underWay.length];
    };
    expect(at(-1)).toEqual([0, 0]);
    expect(at(0)).toEqual([0, 1]);
    expect(at(70)).toEqual([1, 1]);
    expect(at(90)).toEqual([2, 0]);
  });

  test('is found as a naive search finds it', () => {
    const items = [0, 10, 10, 30].map((atMs) => ({ atMs }));
    for (let atMs = -1; atMs < 40; atMs++) {
      expect(lastIndexAt(items, atMs)).toBe(items.findLastIndex((item) => item.atMs <= atMs));
    }
  });
});
