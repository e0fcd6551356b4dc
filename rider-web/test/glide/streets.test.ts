import { describe, expect, test } from '@jest/globals';
import type { Fix } from '@tripcast/protocol';
import { EMPTY_BUFFER, metresBetween, poseAt, receiveFixes, withStreets } from '../../src/glide/index.ts';
import { nearestOnRoute, routeArc } from '../../src/glide/route-arc.ts';
import { Streets } from '../../src/glide/streets.ts';
import { at, START_MS } from './streams.ts';

/** Blocks of 100 m: three streets lead east, three north; the middle one of those north only northward. */
const LINES = [0, 100, 200].flatMap((metres) => [
  { points: [at(-300, metres), at(0, metres), at(600, metres)], oneway: false },
  { points: [at(metres, -300), at(metres, 600)], oneway: metres === 100 },
]);
const streets = new Streets(LINES);

describe('the way of a car on a street', () => {
  test('begins a little behind it and leads straight on, where it drives', () => {
    const way = streets.wayOf(at(30, 6), 88)!;
    expect(nearestOnRoute(way, at(30, 0)).metres).toBeCloseTo(60, 0);
    expect(way.lengthMetres).toBeCloseTo(460, 0);
    expect(nearestOnRoute(way, at(400, 0)).besideMetres).toBeLessThan(0.1);
  });

  test('leads the other way for a car that drives the other way', () => {
    const way = streets.wayOf(at(30, 6), 272)!;
    expect(nearestOnRoute(way, at(-200, 0)).metres).toBeCloseTo(290, 0);
  });

  test('does not lead against a one-way street', () => {
    expect(streets.wayOf(at(103, 50), 2)).toBeDefined();
    expect(streets.wayOf(at(103, 50), 182)).toBeUndefined();
  });

  test('goes on in the street that follows', () => {
    const two = new Streets([
      { points: [at(0, 0), at(100, 0)], oneway: false },
      { points: [at(101, 1), at(300, 40)], oneway: false },
      { points: [at(100, 0), at(100, 300)], oneway: false },
    ]);
    const way = two.wayOf(at(50, 0), 90)!;
    expect(nearestOnRoute(way, at(250, 30.2)).besideMetres).toBeLessThan(1);
  });

  test('leads straight on where the line on the map turns off, and ends where nothing does', () => {
    const turnsOff = { points: [at(0, 0), at(100, 0), at(50, -80), at(0, -100)], oneway: false };
    const straightOn = { points: [at(100, 0), at(300, 30)], oneway: false };
    const way = new Streets([turnsOff, straightOn]).wayOf(at(50, 0), 90)!;
    expect(nearestOnRoute(way, at(250, 22.5)).besideMetres).toBeLessThan(1);
    expect(nearestOnRoute(way, at(60, -64)).besideMetres).toBeGreaterThan(30);
    expect(new Streets([turnsOff]).wayOf(at(50, 0), 90)!.lengthMetres).toBeCloseTo(100, 0);
  });

  test('is not found far from all streets, or across them', () => {
    expect(streets.wayOf(at(50, 50), 90)).toBeUndefined();
    expect(streets.wayOf(at(50, 2), 0)).toBeUndefined();
    expect(new Streets([]).wayOf(at(0, 0), 0)).toBeUndefined();
    expect(new Streets([{ points: [at(0, 0)], oneway: false }]).wayOf(at(0, 0), 0)).toBeUndefined();
  });
});

test('a car without a route stays on its streets, through a corner too', () => {
  const speed = 8;
  const fixes = Array.from({ length: 40 }, (_, second): Fix => {
    const metres = second * speed;
    const [east, north, heading] = metres < 200 ? [metres, 0, 90] : [200, metres - 200, 0];
    const error = second % 2 ? 4 : -4;
    return {
      ...at(east + error, north + error),
      heading,
      speed,
      accuracy: 5,
      time: START_MS + second * 1000,
    };
  });
  let buffer = withStreets(EMPTY_BUFFER, streets);
  const off: number[] = [];
  for (const fix of fixes) {
    buffer = receiveFixes(buffer, [fix], fix.time + 60);
    for (let ms = 60; ms < 1_060; ms += 100) {
      const pose = poseAt(buffer, fix.time + ms)!;
      expect(pose.onRoute).toBeUndefined();
      expect(pose.opacity).toBe(1);
      const east = nearestOnRoute(streets.wayOf(at(0, 0), 90)!, pose).besideMetres;
      const north = nearestOnRoute(streets.wayOf(at(200, 0), 0)!, pose).besideMetres;
      off.push(Math.min(east, north));
    }
  }
  expect(off.filter((metres) => metres > 0.3).length / off.length).toBeLessThan(0.1);
  expect(Math.max(...off)).toBeLessThan(12);
  expect(metresBetween(poseAt(buffer, fixes.at(-1)!.time + 500)!, at(200, 115))).toBeLessThan(8);
});

test('a car that turns into a street that branches off is on that one', () => {
  const branching = new Streets([
    { points: [at(0, 0), at(600, 0)], oneway: false },
    { points: [at(200, 0), at(500, 250)], oneway: false }, // 40° to the left
  ]);
  const branch = routeArc([at(200, 0), at(500, 250)])!;
  let buffer = withStreets(EMPTY_BUFFER, branching);
  for (let second = 25; second < 80; second++) {
    const metres = second * 4;
    const beyond = Math.max(0, metres - 200);
    const fix = {
      ...at(Math.min(metres, 200) + beyond * 0.768, beyond * 0.64),
      heading: metres > 200 ? 50.2 : 90,
      speed: 4,
      accuracy: 5,
      time: START_MS + second * 1_000,
    };
    buffer = receiveFixes(buffer, [fix], fix.time + 60);
    if (beyond >= 12) {
      const pose = poseAt(buffer, fix.time + 500)!;
      expect(nearestOnRoute(branch, pose).besideMetres).toBeLessThan(3);
    }
  }
});
