import { describe, expect, test } from '@jest/globals';
import { encodePolyline } from '@tripcast/protocol';
import fc from 'fast-check';
import { Basemap, type BasemapFile } from '../../../src/map/basemap/basemap.ts';
import { BoxIndex } from '../../../src/map/basemap/box-index.ts';
import { boxOf, toWorld } from '../../../src/map/basemap/mercator.ts';

const anyBox = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  .chain(([x, y]) =>
    fc.record({
      minX: fc.constant(x),
      minY: fc.constant(y),
      maxX: fc.double({ min: x, max: 1, noNaN: true }),
      maxY: fc.double({ min: y, max: 1, noNaN: true }),
    }),
  );

describe('the index', () => {
  test('finds exactly what meets a box, in the order of adding', () => {
    fc.assert(
      fc.property(fc.array(anyBox, { maxLength: 60 }), anyBox, (boxes, asked) => {
        const index = new BoxIndex<number>();
        boxes.forEach((box, item) => {
          index.add(item, box);
        });
        const naive = boxes.flatMap((box, item) => {
          const apartX = box.minX > asked.maxX || box.maxX < asked.minX;
          const apartY = box.minY > asked.maxY || box.maxY < asked.minY;
          return apartX || apartY ? [] : [item];
        });
        expect(index.within(asked)).toEqual(naive);
      }),
    );
  });

  test('grows beyond what it has room for at first', () => {
    const index = new BoxIndex<number>();
    for (let item = 0; item < 5_000; item++) index.add(item, { minX: item, minY: 0, maxX: item, maxY: 0 });
    expect(index.size).toBe(5_000);
    expect(index.within({ minX: 2_499, minY: 0, maxX: 2_500, maxY: 0 })).toEqual([2_499, 2_500]);
  });
});

test('the world is a square: its corners, its middle, and Montevideo in the south', () => {
  const [x, y] = toWorld([{ latitude: 0, longitude: 0 }]);
  expect([x, y]).toEqual([0.5, 0.5]);
  const edge = toWorld([{ latitude: 85.0511287798, longitude: -180 }]);
  expect(edge[0]).toBeCloseTo(0, 9);
  expect(edge[1]).toBeCloseTo(0, 9);
  expect(toWorld([{ latitude: -34.9, longitude: -56.16 }])[1]).toBeGreaterThan(0.5);
});

describe('a city', () => {
  const line = (...points: [number, number][]) =>
    encodePolyline(points.map(([latitude, longitude]) => ({ latitude, longitude })));
  const city: BasemapFile = {
    name: 'Test',
    attribution: '© OpenStreetMap contributors',
    bounds: { south: -35, west: -57, north: -34, east: -56 },
    roads: [
      { class: 'residential', name: 'Charrúa', oneway: true, line: line([-34.9, -56.16], [-34.91, -56.16]) },
      { class: 'service', line: '\u0001 not a line' },
      { class: 'path', line: line([-34.9, -56.16]) },
    ],
    areas: [
      { kind: 'park', name: 'Parque', rings: [line([-34.9, -56.16], [-34.91, -56.16], [-34.91, -56.17])] },
      { kind: 'building', rings: [line([-34.9, -56.16], [-34.901, -56.16], [-34.901, -56.161])] },
      { kind: 'water', rings: [] },
    ],
    places: [{ kind: 'suburb', name: 'Cordón', latitude: -34.9, longitude: -56.18 }],
  };
  const everywhere = { minX: 0, minY: 0, maxX: 1, maxY: 1 };

  test('is read whole; what is no line is left out, not drawn wrong', async () => {
    const basemap = new Basemap();
    await basemap.add(city, async () => {});
    expect(basemap.roads.within(everywhere)).toMatchObject([
      { class: 'residential', name: 'Charrúa', oneway: true },
    ]);
    expect(basemap.areas.within(everywhere)).toMatchObject([{ kind: 'park' }]);
    expect(basemap.buildings.size).toBe(1);
    expect(basemap.places.within(everywhere)).toMatchObject([{ name: 'Cordón' }]);
  });

  test('is read in slices, so that a page that draws it still scrolls', async () => {
    let breaths = 0;
    await new Basemap().add(city, async () => void breaths++, 2);
    expect(breaths).toBe(3);
  });

  test('a line’s box holds all of it', () => {
    const world = toWorld([
      { latitude: -34.9, longitude: -56.2 },
      { latitude: -34.8, longitude: -56.1 },
    ]);
    const box = boxOf(world);
    expect(box.minX).toBe(world[0]);
    expect(box.maxY).toBe(world[1]);
    expect(box.maxX).toBe(world[2]);
    expect(box.minY).toBe(world[3]);
  });
});
