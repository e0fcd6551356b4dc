import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Knot, momentAt, motionAt, motionThrough } from '../../src/glide/motion.ts';

const anyKnots = fc
  .array(
    fc.record({
      afterMs: fc.integer({ min: 1, max: 5_000 }),
      further: fc.double({ min: -50, max: 200, noNaN: true }),
      speed: fc.double({ min: -5, max: 70, noNaN: true }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((steps) => {
    let [atMs, metres] = [0, 0];
    return steps.map(({ afterMs, further, speed }): Knot => {
      atMs += afterMs;
      metres += further;
      return { atMs, metres, speed };
    });
  });

test('a car never goes back, whatever it is told', () => {
  fc.assert(
    fc.property(anyKnots, (knots) => {
      const motion = motionThrough(knots);
      let before = Number.NEGATIVE_INFINITY;
      for (let nowMs = -100; nowMs < knots.at(-1)!.atMs + 100; nowMs += 37) {
        const { metres, speed } = motionAt(motion, nowMs);
        expect(metres).toBeGreaterThanOrEqual(before - 1e-9);
        expect(speed).toBeGreaterThanOrEqual(0);
        before = metres;
      }
    }),
  );
});

test('the knots are met, and what is told between them is the speed', () => {
  const motion = motionThrough([
    { atMs: 0, metres: 0, speed: 10 },
    { atMs: 2_000, metres: 24, speed: 12 },
    { atMs: 3_000, metres: 37, speed: 14 },
  ]);
  expect(motionAt(motion, 2_000)).toEqual({ metres: 24, speed: 12 });
  const [before, after] = [motionAt(motion, 999), motionAt(motion, 1_001)];
  expect((after.metres - before.metres) / 0.002).toBeCloseTo(motionAt(motion, 1_000).speed, 2);
  expect(motionAt(motion, -1).metres).toBe(0);
  expect(motionAt(motion, 9_000)).toEqual({ metres: 37, speed: 0 });
});

test('the moment at which the car is somewhere is found, before and after', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000 }),
      fc.integer({ min: -2_000, max: 2_000 }),
      (ms, apartMs) => {
        const motion = motionThrough([
          { atMs: -10_000, metres: 0, speed: 10 },
          { atMs: 10_000, metres: 200, speed: 10 },
        ]);
        expect(Math.abs(momentAt(motion, motionAt(motion, ms).metres, ms + apartMs) - ms)).toBeLessThan(45);
      },
    ),
  );
});

test('a car that stands there for long, stands there now; one that is near enough too', () => {
  const motion = motionThrough([
    { atMs: 0, metres: 0, speed: 10 },
    { atMs: 10_000, metres: 50, speed: 0 },
    { atMs: 40_000, metres: 50, speed: 0 },
  ]);
  expect(momentAt(motion, 50, 25_000)).toBe(25_000);
  expect(momentAt(motion, 47, 25_000)).toBe(25_000);
  expect(momentAt(motion, 53, 25_000)).toBe(25_000);
  expect(momentAt(motion, 20, 11_000)).toBeLessThan(4_500);
});
