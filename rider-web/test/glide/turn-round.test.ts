// A car that stands, and whose next way leads back to where it came from.

import { expect, test } from '@jest/globals';
import type { Fix } from '@tripcast/protocol';
import {
  EMPTY_BUFFER,
  metresBetween,
  poseAt,
  receiveFixes,
  routeArc,
  turnBetween,
  withRoute,
  withStreets,
} from '../../src/glide/index.ts';
import { Streets } from '../../src/glide/streets.ts';
import { at, START_MS } from './streams.ts';

const there = routeArc([at(0, 0), at(200, 0)]);
const back = routeArc([at(200, 0), at(-300, 0)]);
const streets = new Streets([{ points: [at(-400, 0), at(400, 0)], oneway: false }]);
const ARRIVES_S = 20;
const SETS_OFF_S = 30;
const RADIUS = 5;
const ARC = Math.PI * RADIUS;

/** Where it is, m from its place at the stop, and its speed and heading, `seconds` after it set off. */
const DRIVES = {
  'turns round on an arc': (seconds: number) => {
    const metres = drivenIn(seconds, 4);
    if (metres < ARC) {
      const angle = metres / RADIUS;
      const heading = 90 - (angle * 180) / Math.PI;
      return { east: RADIUS * Math.sin(angle), north: RADIUS * (1 - Math.cos(angle)), heading };
    }
    return { east: ARC - metres, north: Math.max(0, 2 * RADIUS - (metres - ARC) / 2), heading: 270 };
  },
  'is measured to have turned': (seconds: number) => ({
    east: -drivenIn(seconds, 9),
    north: 0,
    heading: 270,
  }),
};

/** A brisk start up to a speed, m/s. */
function drivenIn(seconds: number, most: number): number {
  const reached = most / 1.5;
  return seconds < reached ? 0.75 * seconds ** 2 : 0.75 * reached ** 2 + (seconds - reached) * most;
}

const cases = Object.keys(DRIVES).flatMap((drive) =>
  ['a route', 'streets'].map((line) => [drive, line] as const),
);

test.each(cases)('a car that %s, with %s known, is shown to turn as it drives', (drive, line) => {
  const driveAt = DRIVES[drive as keyof typeof DRIVES];
  const isRouted = line === 'a route';
  let buffer = isRouted ? withRoute(EMPTY_BUFFER, there) : withStreets(EMPTY_BUFFER, streets);
  let turned = 0;
  let before: { latitude: number; longitude: number; heading: number } | undefined;
  for (let second = 0; second < 60; second++) {
    if (second === SETS_OFF_S && isRouted) buffer = withRoute(buffer, back);
    const fix = fixAt(second);
    buffer = receiveFixes(buffer, [fix], fix.time + 60);
    for (let nowMs = fix.time + 60; nowMs < fix.time + 1_060; nowMs += 20) {
      const pose = poseAt(buffer, nowMs)!;
      expect(pose.opacity).toBe(1);
      if (before) {
        const degrees = turnBetween(before.heading, pose.heading);
        turned += degrees;
        expect(Math.abs(degrees)).toBeLessThan(30 * metresBetween(before, pose) + 0.1);
        expect(Math.abs(degrees) / 0.02).toBeLessThan(180); // more than a second, not a twist
      }
      before = pose;
    }
  }
  expect(Math.abs(turned)).toBeCloseTo(180, 0);
  const truth = driveAt(59.5 - SETS_OFF_S);
  expect(metresBetween(before!, at(200 + truth.east, truth.north))).toBeLessThan(10);

  function fixAt(second: number): Fix {
    const known = { accuracy: 5, time: START_MS + second * 1_000 };
    if (second < SETS_OFF_S) {
      const metres = Math.min(200, (second * 200) / ARRIVES_S);
      return { ...known, ...at(metres, 0), heading: 90, speed: second < ARRIVES_S ? 10 : 0 };
    }
    const [here, next] = [driveAt(second - SETS_OFF_S), driveAt(second - SETS_OFF_S + 0.1)];
    const place = at(200 + here.east, here.north);
    const speed = metresBetween(place, at(200 + next.east, next.north)) / 0.1;
    return { ...known, ...place, heading: (here.heading + 360) % 360, speed };
  }
});

test('a car of which nobody knows where it looks is not foreseen to creep away', () => {
  let buffer = EMPTY_BUFFER;
  const fixAt = (second: number, speed: number): Fix => ({
    ...at(0, 0),
    speed,
    accuracy: 5,
    time: START_MS + second * 1_000,
  });
  for (const fix of [fixAt(0, 0.1), fixAt(1, 0.2), fixAt(2, 0.7)]) {
    buffer = receiveFixes(buffer, [fix], fix.time + 60);
  }
  expect(metresBetween(poseAt(buffer, START_MS + 7_000)!, at(0, 0))).toBeLessThan(0.1);
});

test('a car that is far ahead on its way back is followed there, without a fade', () => {
  let buffer = withStreets(EMPTY_BUFFER, streets);
  const drives = (second: number, east: number, heading: number): Fix => ({
    ...at(east, 0),
    heading,
    speed: 12,
    accuracy: 5,
    time: START_MS + second * 1_000,
  });
  for (let second = 0; second < 10; second++) {
    const fix = drives(second, second * 12, 90);
    buffer = receiveFixes(buffer, [fix], fix.time + 60);
  }
  for (let second = 13; second < 30; second++) {
    const fix = drives(second, 100 - (second - 11) * 12, 270);
    buffer = receiveFixes(buffer, [fix], fix.time + 60);
    for (const ms of [100, 400, 700, 1_000]) expect(poseAt(buffer, fix.time + ms)!.opacity).toBe(1);
  }
  expect(metresBetween(poseAt(buffer, START_MS + 29_500)!, at(-122, 0))).toBeLessThan(20);
});
