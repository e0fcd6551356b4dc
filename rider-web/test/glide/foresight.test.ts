import { describe, expect, test } from '@jest/globals';
import { FORESIGHT_MS, foresee } from '../../src/glide/foresight.ts';
import { routeArc } from '../../src/glide/route-arc.ts';
import { at } from './streams.ts';

const straight = routeArc([at(0, 0), at(5_000, 0)])!;
const corner = routeArc([at(0, 0), at(100, 0), at(100, 300)])!;
const from = (metres: number, speed: number) => ({ atMs: 0, metres, speed });

describe('a car of which nothing more is heard', () => {
  test('[P9] drives on for at most 8 s and 150 m, and has slowed down to a stop by then', () => {
    for (const speed of [3, 10, 25, 60]) {
      const knots = foresee(straight, from(0, speed), { acceleration: 0, cruise: speed });
      expect(knots.at(-1)!.atMs).toBeLessThanOrEqual(FORESIGHT_MS);
      expect(knots.at(-1)!.metres).toBeLessThanOrEqual(150);
      expect(knots.at(-1)!.speed).toBeLessThan(0.1);
      expect(knots[2]!.speed).toBeCloseTo(speed, 5);
    }
  });

  test('brakes for a corner, takes it at walking pace or a bit more, and speeds up behind it', () => {
    const knots = foresee(corner, from(75, 10), { acceleration: 0, cruise: 12, onLine: {} });
    const atCorner = knots.find(({ metres }) => metres > 96)!;
    expect(atCorner.speed).toBeGreaterThan(2);
    expect(atCorner.speed).toBeLessThan(7);
    expect(Math.max(...knots.filter(({ metres }) => metres > 115).map(({ speed }) => speed))).toBeGreaterThan(
      5,
    );
  });

  test('and that was braking with no bend in sight stops', () => {
    const knots = foresee(straight, from(0, 10), { acceleration: -2, cruise: 14 });
    expect(knots.at(-1)!.metres).toBeCloseTo(25, 0);
    expect(knots.at(-1)!.atMs).toBe(5_000);
  });

  test('and that has just begun to brake brakes as hard as drivers do', () => {
    const knots = foresee(straight, from(0, 10), { acceleration: -0.7, cruise: 14 });
    expect(knots.at(-1)!.metres).toBeCloseTo(25, 0);
  });

  test('and that stops before a corner waits there, and not in it', () => {
    const stopping = { acceleration: -2, cruise: 12, onLine: { isStreet: true } };
    expect(foresee(corner, from(80, 8), stopping).at(-1)!.metres).toBeLessThan(94);
  });

  test('and that brakes before a bend takes it where its way was planned; elsewhere it may be about to turn off', () => {
    const drive = { acceleration: -2, cruise: 12 };
    const reached = (onLine: { isStreet?: boolean }) =>
      foresee(corner, from(88, 7), { ...drive, onLine }).at(-1)!.metres;
    expect(reached({})).toBeGreaterThan(115);
    expect(reached({ isStreet: true })).toBeLessThan(101);
  });

  test('and that stood stands', () => {
    expect(foresee(straight, from(7, 0), { acceleration: 0, cruise: 14 })).toEqual([from(7, 0)]);
  });

  test('does not drive over the end of its route', () => {
    const knots = foresee(corner, from(380, 12), { acceleration: 0, cruise: 12 });
    expect(corner.lengthMetres - knots.at(-1)!.metres).toBeCloseTo(0, 0);
  });
});
