import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CELL_ZOOM, cellAt, cellsIn, isCell, isInView, tileOf, touches } from '../../src/fleet/cells.ts';

const latitude = fc.double({ min: -90, max: 90, noNaN: true });
const longitude = fc.double({ min: -180, max: 180, noNaN: true });
const place = fc.record({ latitude, longitude });
/** Some kilometres around a place, over the date line too. */
const around = fc
  .record({ place, wide: fc.double({ min: 0, max: 0.2, noNaN: true }) })
  .map(({ place: middle, wide }) => ({
    south: Math.max(-90, middle.latitude - wide),
    north: Math.min(90, middle.latitude + wide),
    west: middle.longitude - wide < -180 ? middle.longitude - wide + 360 : middle.longitude - wide,
    east: middle.longitude + wide > 180 ? middle.longitude + wide - 360 : middle.longitude + wide,
    zoom: 14,
  }));

describe('cells', () => {
  test('are the Web Mercator tiles of zoom 14', () => {
    // 14/5634/9870 by https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames
    const x = Math.floor(((-56.1913 + 180) / 360) * 2 ** 14);
    const radians = (-34.9055 * Math.PI) / 180;
    const y = Math.floor(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * 2 ** 14);
    expect(cellAt({ latitude: -34.9055, longitude: -56.1913 })).toBe(y * 2 ** 14 + x);
  });

  test('are there for every place on Earth, the poles and the date line among them', () => {
    fc.assert(fc.property(place, (one) => isCell(cellAt(one))));
    expect(isCell(cellAt({ latitude: 90, longitude: 180 }))).toBe(true);
    expect(isCell(cellAt({ latitude: -90, longitude: -180 }))).toBe(true);
    for (const none of [-1, 0.5, 2 ** 28, '1', null]) expect(isCell(none)).toBe(false);
  });

  test('[O2] of a view are those of the places in it, over the date line too', () => {
    fc.assert(
      fc.property(
        around,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (view, up, along) => {
          const width = view.west <= view.east ? view.east - view.west : view.east + 360 - view.west;
          const raw = view.west + along * width;
          const inside = {
            latitude: view.south + up * (view.north - view.south),
            longitude: Math.max(-180, raw > 180 ? raw - 360 : raw),
          };
          if (!isInView(view, inside)) return; // the last digit
          const cells = cellsIn(view, 1_000_000)!;
          expect(new Set(cells).size).toBe(cells.length);
          expect(cells).toContain(cellAt(inside));
          for (const cell of cells) expect(touches(view, cell)).toBe(true);
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });

  test('[O5] of a view that is too wide are not listed', () => {
    const world = { south: -90, west: -180, north: 90, east: 180, zoom: 2 };
    expect(cellsIn(world, 2 ** 28 - 1)).toBeUndefined();
    const one = { south: -34.9, west: -56.19, north: -34.9, east: -56.19, zoom: 14 };
    expect(cellsIn(one, 1)).toEqual([cellAt({ latitude: -34.9, longitude: -56.19 })]);
    expect(cellsIn(one, 0)).toBeUndefined();
  });

  test('lie in coarser tiles, four in one a level', () => {
    const cell = cellAt({ latitude: 10, longitude: 10 });
    expect(tileOf(cell, CELL_ZOOM)).toBe(cell);
    expect(tileOf(cell, 0)).toBe(0);
    const even = cell - (cell % 2) - (Math.floor(cell / 2 ** 14) % 2) * 2 ** 14;
    const four = [even, even + 1, even + 2 ** 14, even + 2 ** 14 + 1];
    expect(new Set(four.map((one) => tileOf(one, CELL_ZOOM - 1))).size).toBe(1);
    expect(tileOf(even + 2, CELL_ZOOM - 1)).not.toBe(tileOf(even, CELL_ZOOM - 1));
  });
});
