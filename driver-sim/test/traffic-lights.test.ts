import { describe, expect, test } from '@jest/globals';
import { trafficLights } from '../src/traffic-lights.ts';
import { montevideo } from './montevideo.ts';

const { nodes } = montevideo.network;
const lights = [...nodes.keys()].filter((node) => nodes[node]!.hasSignal).slice(0, 50);
const times = Array.from({ length: 200 }, (_, index) => index * 1_000);

describe('traffic lights', () => {
  const isRed = trafficLights(nodes, 1);

  test('never let both axes of a crossing go', () => {
    for (const node of lights) {
      for (const time of times) expect(isRed(node, 0, time) || isRed(node, 90, time)).toBe(true);
    }
  });

  test('show both directions of one axis the same', () => {
    for (const time of times) expect(isRed(lights[0]!, 20, time)).toBe(isRed(lights[0]!, 200, time));
  });

  test('are red about half of the time, and turn green within 40 s', () => {
    for (const node of lights) {
      const red = times.map((time) => isRed(node, 0, time));
      expect(red.filter(Boolean).length / red.length).toBeGreaterThan(0.35);
      expect(red.filter(Boolean).length / red.length).toBeLessThan(0.65);
      const longest = Math.max(...red.map((_, index) => red.slice(index).indexOf(false)));
      expect(longest).toBeLessThanOrEqual(40);
    }
  });

  test('are not all red at once, and another seed sets them differently', () => {
    const pattern = (of: typeof isRed) => lights.map((node) => of(node, 0, 0));
    expect(new Set(pattern(isRed)).size).toBe(2);
    expect(pattern(trafficLights(nodes, 2))).not.toEqual(pattern(isRed));
    expect(pattern(trafficLights(nodes, 1))).toEqual(pattern(isRed));
  });

  test('stand only where there are some', () => {
    const without = nodes.findIndex(({ hasSignal }) => !hasSignal);
    expect(times.some((time) => isRed(without, 0, time))).toBe(false);
  });
});
