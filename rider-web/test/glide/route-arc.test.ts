import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  headingOnRoute,
  metresBetween,
  nearestOnRoute,
  placeOnRoute,
  type RouteArc,
  routeArc,
  routeBetween,
} from '../../src/glide/index.ts';
import { at, ROUTE } from './streams.ts';

const anyRoute: fc.Arbitrary<RouteArc> = fc
  .array(fc.tuple(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -2000, max: 2000 })), {
    minLength: 2,
    maxLength: 12,
  })
  .map((points) => routeArc(points.map(([east, north]) => at(east, north))))
  .filter((route) => route !== undefined);

describe('a route', () => {
  test('without a length is none', () => {
    expect(routeArc([])).toBeUndefined();
    expect(routeArc([at(0, 0)])).toBeUndefined();
    expect(routeArc([at(0, 0), at(0, 0)])).toBeUndefined();
  });

  test('is as long as its streets', () => {
    expect(ROUTE.lengthMetres).toBeCloseTo(1100, 0);
  });

  test('the place at a distance is found again at that distance, or as near by', () => {
    fc.assert(
      fc.property(anyRoute, fc.double({ min: 0, max: 1, noNaN: true }), (route, share) => {
        const place = placeOnRoute(route, share * route.lengthMetres);
        const nearest = nearestOnRoute(route, place);
        expect(nearest.besideMetres).toBeLessThan(0.5);
        expect(metresBetween(placeOnRoute(route, nearest.metres), place)).toBeLessThan(1);
      }),
    );
  });

  test('the nearest place is as near as the nearest of a thousand, within 0.5 % and the distance between them', () => {
    fc.assert(
      fc.property(
        anyRoute,
        fc.integer({ min: -2500, max: 2500 }),
        fc.integer({ min: -2500, max: 2500 }),
        (route, east, north) => {
          const place = at(east, north);
          const step = route.lengthMetres / 1000;
          const naive = Math.min(
            ...Array.from({ length: 1001 }, (_, index) =>
              metresBetween(placeOnRoute(route, index * step), place),
            ),
          );
          const { besideMetres } = nearestOnRoute(route, place);
          expect(besideMetres).toBeLessThanOrEqual(naive * 1.005 + 0.5);
          expect(besideMetres).toBeGreaterThanOrEqual(naive * 0.995 - step - 0.5);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is searched only between the distances that are asked for', () => {
    expect(nearestOnRoute(ROUTE, at(100, 0), 200, 300).metres).toBeCloseTo(200, 0);
    expect(nearestOnRoute(ROUTE, at(700, 300), 200, 300).metres).toBeCloseTo(300, 0);
  });

  test('leads along its streets and rounds its corners', () => {
    expect(headingOnRoute(ROUTE, 100)).toBeCloseTo(90, 1);
    expect(headingOnRoute(ROUTE, 550)).toBeCloseTo(0, 1);
    expect(headingOnRoute(ROUTE, 400)).toBeCloseTo(45, 0);
  });

  test('over the date line leads the short way', () => {
    const route = routeArc([
      { latitude: 0, longitude: 179.999 },
      { latitude: 0, longitude: -179.999 },
    ])!;
    expect(route.lengthMetres).toBeCloseTo(222.4, 0);
    expect(Math.abs(placeOnRoute(route, 111.2).longitude)).toBeCloseTo(180, 4);
    expect(nearestOnRoute(route, { latitude: 0, longitude: -179.9995 }).metres).toBeCloseTo(166.8, 0);
  });

  test('a part of it holds the corners between its ends', () => {
    expect(routeBetween(ROUTE, 390, 710)).toHaveLength(4);
    expect(routeBetween(ROUTE, 10, 20)).toHaveLength(2);
    expect(routeBetween(ROUTE, 0, ROUTE.lengthMetres)).toHaveLength(4);
  });
});
