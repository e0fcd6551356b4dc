import { describe, expect, test } from '@jest/globals';
import { metresBetween, offset } from '../src/ground.ts';
import { randomFrom } from '../src/random.ts';
import { spotAt } from '../src/spots.ts';
import { drawnCity } from './drawn-city.ts';
import { montevideo } from './montevideo.ts';

describe('where people get in and out', () => {
  test('is as far away as was asked for, and no motorway', () => {
    const { network, pickSpot, centre } = montevideo;
    const random = randomFrom(1);
    for (let count = 0; count < 200; count++) {
      const spot = pickSpot(random, centre, { least: 300, most: 1_200 });
      const metres = metresBetween(centre, spot.coordinates);
      expect(metres).toBeGreaterThanOrEqual(300);
      expect(metres).toBeLessThanOrEqual(1_200);
      expect(network.edges[spot.place.edge]!.street.class).not.toMatch(/^(motorway|trunk)|_link$/);
    }
  });

  test('is the nearest that there is, where nothing is at that distance', () => {
    const { pickSpot, centre } = montevideo;
    const spot = pickSpot(randomFrom(1), centre, { least: 50_000, most: 60_000 });
    expect(metresBetween(centre, spot.coordinates)).toBeLessThan(20_000);
  });

  test('is where somebody wants to be, to the nearest street where one may stop', () => {
    const { network, pickSpot, spotNear, centre } = montevideo;
    const random = randomFrom(2);
    for (let count = 0; count < 20; count++) {
      const { coordinates } = pickSpot(random, centre, { least: 0, most: 4_000 });
      expect(metresBetween(spotNear(coordinates).coordinates, coordinates)).toBeLessThan(0.1);
      const aside = offset(coordinates, 30, -20);
      const near = spotNear(aside);
      expect(metresBetween(near.coordinates, aside)).toBeLessThan(37);
      expect(network.edges[near.place.edge]!.street.class).not.toMatch(/^(motorway|trunk)|_link$/);
    }
  });

  test('is called by its street and the nearer one that crosses it', () => {
    const { network, edge, at } = drawnCity(`
      o - o
      |   |
      o   o
    `);
    const street = edge(at(0, 0), at(0, 1));
    expect(spotAt(network, { edge: street, alongMetres: 20 }).name).toBe('Row 0 y Column 0');
    expect(spotAt(network, { edge: street, alongMetres: 80 }).name).toBe('Row 0 y Column 1');
  });
});
