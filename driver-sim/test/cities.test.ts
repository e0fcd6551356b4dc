// What the extract made for the map: the real files, as the rider's page reads them.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Coordinates, decodePolyline } from '@tripcast/protocol';
import { metresBetween } from '../src/ground.ts';
import { loadCity } from '../src/streets.ts';

interface Basemap {
  attribution: string;
  bounds: { south: number; west: number; north: number; east: number };
  roads: { class: string; name?: string; line: string }[];
  areas: { kind: string; name?: string; rings: string[] }[];
  places: ({ kind: string; name: string } & Coordinates)[];
}

const read = (name: string): Basemap =>
  JSON.parse(readFileSync(new URL(`../../rider-web/public/cities/${name}.json`, import.meta.url), 'utf8'));
const streets = read('montevideo');
const buildings = read('montevideo-buildings');

const lines = [streets, buildings].flatMap(({ roads, areas }) => [
  ...roads.map(({ line }) => line),
  ...areas.flatMap(({ rings }) => rings),
]);

/** Whether a place is inside some rings (even-odd rule). */
function isInside({ latitude, longitude }: Coordinates, rings: string[]): boolean {
  let inside = false;
  for (const ring of rings) {
    const points = decodePolyline(ring)!;
    points.forEach((a, index) => {
      const b = points[(index + 1) % points.length]!;
      if (a.latitude > latitude === b.latitude > latitude) return;
      const share = (latitude - a.latitude) / (b.latitude - a.latitude);
      if (longitude < a.longitude + share * (b.longitude - a.longitude)) inside = !inside;
    });
  }
  return inside;
}

describe('the basemap of Montevideo', () => {
  test('names its source', () => {
    expect([streets.attribution, buildings.attribution]).toEqual(
      Array(2).fill('© OpenStreetMap contributors'),
    );
  });

  test('has lines that can be read, inside the city, without spikes', () => {
    const { south, west, north, east } = streets.bounds;
    const slack = 1e-5;
    const bad = lines.filter((line) => {
      const points = decodePolyline(line);
      return (
        !points ||
        points.length < 2 ||
        points.some(
          ({ latitude, longitude }) =>
            latitude < south - slack ||
            latitude > north + slack ||
            longitude < west - slack ||
            longitude > east + slack,
        )
      );
    });
    expect(bad).toEqual([]);
    const longest = streets.roads.flatMap(({ line }) => {
      const points = decodePolyline(line)!;
      return points.slice(1).map((point, index) => metresBetween(points[index]!, point));
    });
    expect(Math.max(...longest)).toBeLessThan(2_500);
  });

  test.each([
    ['in the Río de la Plata', { latitude: -34.94, longitude: -56.2 }, true],
    ['in the bay', { latitude: -34.89, longitude: -56.225 }, true],
    ['on Plaza Independencia', { latitude: -34.9066, longitude: -56.1996 }, false],
    ['in Pocitos', { latitude: -34.912, longitude: -56.15 }, false],
  ])('has water where there is water: %s', (_, place, isWater) => {
    const water = streets.areas.filter(({ kind }) => kind === 'water');
    expect(water.some(({ rings }) => isInside(place, rings))).toBe(isWater);
  });

  test('has parks, beaches, buildings and the names of neighbourhoods', () => {
    const kinds = new Set([...streets.areas, ...buildings.areas].map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['beach', 'building', 'other', 'park', 'water']);
    const names = streets.places.map(({ name }) => name);
    for (const name of ['Ciudad Vieja', 'Pocitos', 'Punta Carretas']) expect(names).toContain(name);
  });

  test('is drawn where cars drive: crossings are within 2 m of a drawn road', () => {
    const drawn = streets.roads.flatMap(({ line }) => {
      const points = decodePolyline(line)!;
      return points.slice(1).map((b, index) => ({ a: points[index]!, b }));
    });
    const far = loadCity('montevideo')
      .nodes.filter((_, index) => index % 97 === 0)
      .filter((node) => !drawn.some(({ a, b }) => metresToSegment(node, a, b) < 2));
    expect(far).toEqual([]);
  });

  test('stays small enough to load at once', () => {
    const bytes = readFileSync(
      new URL('../../rider-web/public/cities/montevideo.json', import.meta.url),
    ).length;
    expect(bytes).toBeLessThan(1_500_000);
  });
});

function metresToSegment(place: Coordinates, a: Coordinates, b: Coordinates): number {
  const [ab, ap, bp] = [metresBetween(a, b), metresBetween(a, place), metresBetween(b, place)];
  if (ap ** 2 >= bp ** 2 + ab ** 2) return bp;
  if (bp ** 2 >= ap ** 2 + ab ** 2) return ap;
  const half = (ab + ap + bp) / 2; // Heron: twice the triangle's area is base times height
  return (2 * Math.sqrt(Math.max(0, half * (half - ab) * (half - ap) * (half - bp)))) / ab;
}
