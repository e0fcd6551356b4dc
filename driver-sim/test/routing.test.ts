import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { metresBetween } from '../src/ground.ts';
import { pick, randomFrom } from '../src/random.ts';
import { placeAlong, type Route } from '../src/route.ts';
import { createRouter } from '../src/routing.ts';
import { coordinatesOf, type RoadPlace, type StreetNetwork } from '../src/streets.ts';
import { type DrawnCity, drawnCity } from './drawn-city.ts';
import { montevideo } from './montevideo.ts';

function edgesOf(city: DrawnCity, route: Route): [number, number][] {
  // Corners of the drawing lie a block apart: those that the route touches, in order.
  const touched = route.points.flatMap((point) => {
    const node = city.network.nodes.findIndex((candidate) => metresBetween(candidate, point) < 1);
    return node < 0 ? [] : [node];
  });
  return touched.slice(1).map((node, index) => [touched[index]!, node]);
}

function randomPlace(network: StreetNetwork, seed: number): RoadPlace {
  const random = randomFrom(seed, 'place');
  const edge = pick(random, [...network.edges.keys()]);
  return { edge, alongMetres: random() * network.edges[edge]!.lengthMetres };
}

/** The naive twin: least metres between nodes by relaxing every edge until nothing changes (Bellman and Ford). */
function leastMetres(network: StreetNetwork, from: number): number[] {
  const metres = network.nodes.map((_, node) => (node === from ? 0 : Number.POSITIVE_INFINITY));
  for (let changed = true; changed; ) {
    changed = false;
    for (const edge of network.edges) {
      const through = metres[edge.from]! + edge.lengthMetres;
      if (through >= metres[edge.to]! - 1e-9) continue;
      metres[edge.to] = through;
      changed = true;
    }
  }
  return metres;
}

describe('the quickest way', () => {
  test('goes round the block where the street is one-way against it', () => {
    const city = drawnCity(`
      o < o
      |   |
      o - o
    `);
    const { at, edge } = city;
    const route = createRouter(city.network)(
      { edge: edge(at(1, 0), at(0, 0)), alongMetres: 95 },
      { edge: edge(at(1, 1), at(0, 1)), alongMetres: 95 },
    );
    expect(edgesOf(city, route)).not.toContainEqual([at(0, 0), at(0, 1)]);
    expect(route.lengthMetres).toBeCloseTo(290, 0);
  });

  test('turns a standing car round only where that saves going round', () => {
    const city = drawnCity('o - o - o');
    const { at, edge } = city;
    const route = createRouter(city.network)(
      { edge: edge(at(0, 1), at(0, 2)), alongMetres: 50 },
      { edge: edge(at(0, 1), at(0, 0)), alongMetres: 50 },
    );
    expect(route.lengthMetres).toBeCloseTo(100, 0);
  });

  test('from a place to itself is no way at all', () => {
    const { network } = drawnCity('o - o');
    const place = { edge: 0, alongMetres: 40 };
    const route = createRouter(network)(place, place);
    expect(route).toMatchObject({ lengthMetres: 0, limitsMps: [], end: place });
    expect(placeAlong(route, 0)).toEqual(coordinatesOf(network, place));
  });

  test('is as short as the naive twin finds it, where all streets are alike', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('-', '>', '<'), { minLength: 12, maxLength: 12 }), (signs) => {
        // A ring of two-way streets round one-way ones: each place can be reached.
        const [a, b, c, d, e, f, g, h, i, j, k, l] = signs;
        const vertical = (sign: string | undefined) => ({ '-': '|', '>': 'v', '<': '^' })[sign ?? '-'];
        const city = drawnCity(`
          o - o - o - o
          |   ${vertical(a)}   ${vertical(b)}   |
          o ${c} o ${d} o ${e} o
          |   ${vertical(f)}   ${vertical(g)}   |
          o ${h} o ${i} o ${j} o
          |   ${vertical(k)}   ${vertical(l)}   |
          o - o - o - o
        `);
        const { network, at, edge } = city;
        const route = createRouter(network)(
          { edge: edge(at(1, 0), at(0, 0)), alongMetres: 99.9 },
          { edge: edge(at(3, 3), at(2, 3)), alongMetres: 0.1 },
        );
        expect(route.lengthMetres).toBeCloseTo(leastMetres(network, at(0, 0))[at(3, 3)]! + 0.2, 0);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'through Montevideo it is one line along streets that may be driven that way (seed %d)',
    (seed) => {
      const { network, route: router } = montevideo;
      const from = randomPlace(network, seed);
      const to = randomPlace(network, seed + 1_000);
      const route = router(from, to);
      expect(metresBetween(route.points[0]!, coordinatesOf(network, from))).toBeLessThan(0.1);
      expect(metresBetween(route.points.at(-1)!, coordinatesOf(network, to))).toBeLessThan(0.1);

      const segments = new Set(
        network.edges.flatMap(({ points }) =>
          points.slice(1).map((point, index) => JSON.stringify([points[index], point])),
        ),
      );
      // The first and the last segment are parts of streets; those between are whole ones, in the streets' direction.
      for (let index = 2; index < route.points.length - 1; index++) {
        expect(segments).toContain(JSON.stringify([route.points[index - 1], route.points[index]]));
      }
      for (let index = 1; index < route.points.length; index++) {
        const metres = metresBetween(route.points[index - 1]!, route.points[index]!);
        expect(route.alongMetres[index]! - route.alongMetres[index - 1]!).toBeCloseTo(metres, 6);
      }
      expect(route.limitsMps).toHaveLength(route.points.length - 1);
      expect(route.lengthMetres).toBe(route.alongMetres.at(-1));
    },
  );
});
