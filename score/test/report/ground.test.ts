import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pathData } from '../../src/report/ground/path-data.ts';
import { areaInBox, boxAround, lineNearBox } from '../../src/report/ground/plane-box.ts';
import { streetNames } from '../../src/report/ground/street-names.ts';
import type { Spot } from '../../src/report/page/scene.ts';

const BOX = { west: -10, east: 10, north: -10, south: 10 };
const spot = fc.record({
  east: fc.integer({ min: -40, max: 40 }),
  south: fc.integer({ min: -40, max: 40 }),
});

describe('streets cut to a box', () => {
  test('every place of a line that lies in the box is kept', () => {
    fc.assert(
      fc.property(fc.array(spot, { maxLength: 12 }), (line) => {
        const kept = lineNearBox(line, BOX).flatMap(placesAlong);
        for (const place of placesAlong(line)) {
          if (isInside(place)) expect(kept).toContainEqual(place);
        }
      }),
    );
  });

  test('an area that is cut lies in the box and keeps what lay in it', () => {
    const around = [
      { east: -30, south: -5 },
      { east: 30, south: -5 },
      { east: 30, south: 5 },
      { east: -30, south: 5 },
    ];
    expect(areaOf(areaInBox(around, BOX))).toBe(20 * 10);
    const outside = around.map(({ east, south }) => ({ east, south: south + 50 }));
    expect(areaInBox(outside, BOX)).toEqual([]);
    fc.assert(
      fc.property(fc.array(spot, { minLength: 3, maxLength: 8 }), (ring) => {
        expect(areaInBox(ring, BOX).filter((place) => !isInside(place, 1e-9))).toEqual([]);
      }),
    );
  });

  test('the box of some places holds them, with a margin', () => {
    expect(boxAround([{ east: 3, south: 4 }], 1)).toEqual({ west: 2, east: 4, north: 3, south: 5 });
    expect(boxAround([], 1)).toEqual({ west: -1, east: 1, north: -1, south: 1 });
  });
});

describe('path data', () => {
  test('is relative, rounded once, and does not drift', () => {
    expect(
      pathData([
        { east: 1, south: -2 },
        { east: 1.5, south: 0 },
        { east: -3, south: 0 },
      ]),
    ).toBe('M1-2l0.5 2-4.5 0');
    const line = Array.from({ length: 1_000 }, (_, index) => ({ east: index * 0.13, south: 0 }));
    const [, steps] = pathData(line).split('l');
    const east = steps!
      .split(' ')
      .reduce((sum, step, index) => sum + (index % 2 === 0 ? Number(step) : 0), 0);
    expect(east).toBeCloseTo(line.at(-1)!.east, 0);
  });

  test('closes areas and leaves out what is no line', () => {
    expect(pathData([{ east: 0, south: 0 }])).toBe('');
    const corner = [
      { east: 0, south: 0 },
      { east: 1, south: 0 },
    ];
    expect(pathData(corner, { closed: true })).toBe('M0 0l1 0z');
  });
});

describe('street names', () => {
  test('are never upside down, and a street is not named twice in one place', () => {
    const line = [
      { east: 0, south: 0 },
      { east: -100, south: 0 },
      { east: -180, south: -10 },
      { east: -600, south: -10 },
    ];
    const names = streetNames([{ name: 'Ejido', line }]);
    expect(names.map(({ metres }) => metres)).toEqual([420, 100]);
    for (const { radians } of names) expect(Math.abs(radians)).toBeLessThanOrEqual(Math.PI / 2);
  });
});

/** Places along a line, a hundredth of each segment apart. */
function placesAlong(line: readonly Spot[]): Spot[] {
  return line.slice(1).flatMap((to, index) => {
    const from = line[index]!;
    return Array.from({ length: 20 }, (_, part) => ({
      east: from.east + ((to.east - from.east) * part) / 20,
      south: from.south + ((to.south - from.south) * part) / 20,
    }));
  });
}

function isInside({ east, south }: Spot, slack = 0): boolean {
  return Math.max(Math.abs(east), Math.abs(south)) <= 10 + slack;
}

/** The shoelace formula. */
function areaOf(ring: readonly Spot[]): number {
  return (
    Math.abs(
      ring.reduce((sum, { east, south }, index) => {
        const before = ring.at(index - 1)!;
        return sum + before.east * south - east * before.south;
      }, 0),
    ) / 2
  );
}
