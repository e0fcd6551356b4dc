import { expect, test } from '@jest/globals';
import { firstEstimate } from '../../src/glide/estimate.ts';
import { NO_WAYS } from '../../src/glide/known-lines.ts';
import { placeOnRoute, routeArc } from '../../src/glide/route-arc.ts';
import { wayAhead } from '../../src/glide/way.ts';
import { at, START_MS } from './streams.ts';

test('a line that crosses its own beginning is driven from there, where the car is at its beginning', () => {
  const round = routeArc([at(0, 0), at(0, 100), at(100, 100), at(100, 0), at(-100, 0)])!;
  const fix = { ...at(0, 5), heading: 0, speed: 8, accuracy: 5, time: START_MS };
  const known = firstEstimate(fix, NO_WAYS);
  const newest = { ...known, ...placeOnRoute(round, 5), onLine: { line: round, metres: 5 } };
  const way = routeArc([at(-50, -3), at(50, -3)])!;
  const shown = { ...at(-4, -0.1), heading: 45, way, metres: 46, speed: 5, isTurningRound: false };
  const { startMetres, metresOf } = wayAhead(shown, [newest]);
  expect(Math.abs(metresOf[0]! - startMetres)).toBeLessThan(20);
});
