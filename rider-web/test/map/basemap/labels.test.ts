import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Basemap, type BasemapFile } from '../../../src/map/basemap/basemap.ts';
import { joinedRoads } from '../../../src/map/basemap/joined-roads.ts';
import { type Block, type Label, placeLabels } from '../../../src/map/basemap/labels.ts';
import { toWorld } from '../../../src/map/basemap/mercator.ts';

const measure = (text: string, fontPixels: number) => text.length * fontPixels * 0.55;
/** What is left free between the ends of two names. */
const GAP_PIXELS = 5.9;
const basemap = new Basemap();

beforeAll(async () => {
  const path = new URL('../../../public/cities/montevideo.json', import.meta.url);
  await basemap.add(JSON.parse(readFileSync(path, 'utf8')) as BasemapFile, async () => {});
});

/** The block of 1,024 pixels that holds Plaza Independencia. */
function blockAt(zoom: number): Block {
  const worldPixels = 256 * 2 ** zoom;
  const size = 1024 / worldPixels;
  const [x, y] = toWorld([{ latitude: -34.9067, longitude: -56.1997 }]) as unknown as [number, number];
  const minX = Math.floor(x / size) * size;
  const minY = Math.floor(y / size) * size;
  return { box: { minX, minY, maxX: minX + size, maxY: minY + size }, worldPixels, zoom };
}

describe.each([12, 14, 16, 17])('at zoom %d, the names of Montevideo', (zoom) => {
  const block = blockAt(zoom);
  let labels: Label[];
  beforeAll(() => {
    labels = placeLabels(basemap, block, measure);
  });

  test('are some', () => {
    expect(labels.length).toBeGreaterThan(3);
  });

  test('lie wholly in their block, so that each tile can draw its part alone', () => {
    const outside = labels.filter((label) =>
      endsOf(label, block).some(([x, y]) => x < 0 || y < 0 || x > 1024 || y > 1024),
    );
    expect(outside).toEqual([]);
  });

  test('do not lie on one another', () => {
    const overlapping = labels.flatMap((a, index) =>
      labels.slice(index + 1).filter((b) => nearest(a, b, block) < GAP_PIXELS),
    );
    expect(overlapping).toEqual([]);
  });

  test('are never upside down', () => {
    const upsideDown = labels.filter(({ angle }) => Math.abs(angle) > Math.PI / 2 + 1e-9);
    expect(upsideDown).toEqual([]);
  });

  test('are the same each time', () => {
    expect(placeLabels(basemap, block, measure)).toEqual(labels);
  });
});

test('far away the suburbs are named, near by the streets', () => {
  const kinds = (zoom: number) =>
    new Set(placeLabels(basemap, blockAt(zoom), measure).map(({ kind }) => kind));
  expect(kinds(12).has('suburb')).toBe(true);
  const streets = placeLabels(basemap, blockAt(17), measure).map(({ text }) => text);
  expect(streets).toContain('Sarandí');
});

test('a street that is mapped in pieces is one line', () => {
  const road = (...xs: number[]) => ({
    class: 'residential' as const,
    oneway: false,
    name: 'Charrúa',
    line: Float64Array.from(xs.flatMap((x) => [x, 0])),
  });
  const lines = joinedRoads([
    road(3, 2),
    road(0, 1),
    road(5, 6),
    road(1, 2),
    { ...road(3, 4), name: 'Guaná' },
  ]);
  expect(lines.map(({ name, line }) => [name, line.length / 2])).toEqual([
    ['Charrúa', 4],
    ['Charrúa', 2],
    ['Guaná', 2],
  ]);
});

function endsOf(label: Label, block: Block): [number, number][] {
  const x = (label.x - block.box.minX) * block.worldPixels;
  const y = (label.y - block.box.minY) * block.worldPixels;
  const reach = measure(label.text, label.fontPixels) / 2;
  return [-1, -0.5, 0, 0.5, 1].map((share) => [
    x + Math.cos(label.angle) * reach * share,
    y + Math.sin(label.angle) * reach * share,
  ]);
}

function nearest(a: Label, b: Label, block: Block): number {
  const distances = endsOf(a, block).flatMap(([ax, ay]) =>
    endsOf(b, block).map(([bx, by]) => Math.hypot(ax - bx, ay - by)),
  );
  return Math.min(...distances);
}
