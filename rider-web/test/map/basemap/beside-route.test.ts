import { expect, test } from '@jest/globals';
import { besideRoute } from '../../../src/map/basemap/beside-route.ts';
import type { Label } from '../../../src/map/basemap/labels.ts';

const WORLD_PIXELS = 1000;
const label = (changes: Partial<Label>): Label => ({
  text: 'Charrúa',
  kind: 'road',
  x: 0.5,
  y: 0.5,
  angle: 0,
  fontPixels: 10,
  ...changes,
});
/** East through the middle of the world, then south. */
const route = Float64Array.from([0.2, 0.5, 0.8, 0.5, 0.8, 0.9]);

test('a name on the route is written above it', () => {
  const [moved] = besideRoute([label({})], route, WORLD_PIXELS);
  expect(moved!.x).toBe(0.5);
  expect((0.5 - moved!.y) * WORLD_PIXELS).toBeCloseTo(12, 6);
});

test('a name on its southward part is written beside it', () => {
  const [moved] = besideRoute([label({ x: 0.8, y: 0.7, angle: Math.PI / 2 })], route, WORLD_PIXELS);
  expect((moved!.x - 0.8) * WORLD_PIXELS).toBeCloseTo(12, 6);
  expect(moved!.y).toBeCloseTo(0.7, 9);
});

test('names of crossing streets, of other streets and of suburbs stay', () => {
  const labels = [
    label({ angle: Math.PI / 3 }),
    label({ y: 0.55 }),
    label({ kind: 'suburb' }),
    label({ x: 0.1, y: 0.1 }),
  ];
  expect(besideRoute(labels, route, WORLD_PIXELS)).toEqual(labels);
});
