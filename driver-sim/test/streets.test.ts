import { describe, expect, test } from '@jest/globals';
import { metresBetween } from '../src/ground.ts';
import { coordinatesOf, loadCity } from '../src/streets.ts';
import { drawnCity } from './drawn-city.ts';

const network = loadCity('montevideo');

/** How many nodes can be reached from node 0, following edges forward or backward. */
function reachable(direction: 'forward' | 'backward'): number {
  const next: number[][] = network.nodes.map(() => []);
  for (const { from, to } of network.edges) {
    if (direction === 'forward') next[from]!.push(to);
    else next[to]!.push(from);
  }
  const seen = new Set([0]);
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const neighbour of next[node]!) {
      if (seen.has(neighbour)) continue;
      seen.add(neighbour);
      open.push(neighbour);
    }
  }
  return seen.size;
}

describe('the streets of Montevideo', () => {
  test('are a whole city: thousands of crossings, hundreds of traffic lights', () => {
    expect(network.nodes.length).toBeGreaterThan(10_000);
    expect(network.nodes.filter(({ hasSignal }) => hasSignal).length).toBeGreaterThan(500);
  });

  test('lead from each place to each other one', () => {
    expect(reachable('forward')).toBe(network.nodes.length);
    expect(reachable('backward')).toBe(network.nodes.length);
  });

  test('begin and end at their crossings, as long as their lines', () => {
    const torn = network.edges.filter(({ from, to, points, lengthMetres }) => {
      const ends =
        metresBetween(points[0]!, network.nodes[from]!) + metresBetween(points.at(-1)!, network.nodes[to]!);
      return ends > 0 || lengthMetres < metresBetween(points[0]!, points.at(-1)!) - 1e-6;
    });
    expect(torn).toEqual([]);
  });

  test('have a believable speed limit each', () => {
    const limits = network.edges.map(({ street }) => street.limitMps * 3.6);
    expect(Math.min(...limits)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...limits)).toBeLessThanOrEqual(110);
  });

  test('know the names that people know', () => {
    const names = new Set(network.edges.map(({ street }) => street.name));
    for (const name of ['Avenida 18 de Julio', 'Bulevar General Artigas', 'Avenida Italia']) {
      expect(names).toContain(name);
    }
  });

  test('pair the two directions of a two-way street with each other', () => {
    const unpaired = network.edges.filter((edge, index) => {
      const opposite = edge.opposite === undefined ? undefined : network.edges[edge.opposite];
      return (
        opposite && (opposite.opposite !== index || opposite.from !== edge.to || opposite.to !== edge.from)
      );
    });
    expect(unpaired).toEqual([]);
  });
});

test('a one-way street is one edge, a two-way street two', () => {
  const { network: drawn, at } = drawnCity('o - o > o');
  expect(drawn.edges.map(({ from, to }) => [from, to])).toEqual([
    [at(0, 0), at(0, 1)],
    [at(0, 1), at(0, 0)],
    [at(0, 1), at(0, 2)],
  ]);
});

test('a place along a street is that far from its start', () => {
  const { network: drawn } = drawnCity('o - o');
  for (const alongMetres of [0, 12.5, 99]) {
    const place = coordinatesOf(drawn, { edge: 0, alongMetres });
    expect(metresBetween(drawn.nodes[0]!, place)).toBeCloseTo(alongMetres, 3);
  }
});
