import { describe, expect, test } from '@jest/globals';
import { type Motion, motionAt, motionThrough } from '../../src/glide/motion.ts';
import { pursuit } from '../../src/glide/pursuit.ts';

const steady = (startMetres: number, speed: number): Motion =>
  motionThrough([
    { atMs: 0, metres: startMetres, speed },
    { atMs: 10_000, metres: startMetres + speed * 10, speed },
  ]);

/** Speeds at each tenth of a second. */
const speedsOf = (motion: Motion): number[] =>
  Array.from({ length: 80 }, (_, index) => motionAt(motion, index * 100).speed);

describe('a car that is', () => {
  test('right drives on at its constant speed', () => {
    const motion = pursuit({ atMs: 0, metres: 0, speed: 10 }, steady(0, 10), 10)!;
    for (const speed of speedsOf(motion)) expect(speed).toBeCloseTo(10, 6);
  });

  test('late catches up without rushing or lurching, and is right within some seconds', () => {
    const target = steady(15, 10);
    const motion = pursuit({ atMs: 0, metres: 0, speed: 10 }, target, 10)!;
    const speeds = speedsOf(motion);
    expect(Math.max(...speeds)).toBeLessThanOrEqual(16);
    expect(motionAt(target, 5_000).metres - motionAt(motion, 5_000).metres).toBeLessThan(1);
    const changes = speeds.slice(1).map((speed, index) => Math.abs(speed - speeds[index]!) / 0.1);
    expect(Math.max(...changes)).toBeLessThan(6);
  });

  test('late and catching up already does so no faster for being planned anew', () => {
    const motion = pursuit({ atMs: 0, metres: 0, speed: 17 }, steady(40, 10), 10)!;
    expect(Math.max(...speedsOf(motion))).toBeLessThanOrEqual(18.1);
  });

  test('ahead slows down, and does not go back', () => {
    const target = steady(-12, 10);
    const motion = pursuit({ atMs: 0, metres: 0, speed: 10 }, target, 10)!;
    expect(Math.min(...speedsOf(motion))).toBeGreaterThanOrEqual(0);
    expect(motionAt(motion, 6_000).metres - motionAt(target, 6_000).metres).toBeLessThan(1);
  });

  test('ahead of one that has parked stops and waits there', () => {
    const parked = motionThrough([{ atMs: 0, metres: -10, speed: 0 }]);
    const motion = pursuit({ atMs: 0, metres: 0, speed: 8 }, parked, 8)!;
    const stopped = motionAt(motion, 3_000).metres;
    expect(stopped).toBeLessThan(12);
    expect(motionAt(motion, 8_000).metres).toBe(stopped);
  });

  test('too late to catch up does not try', () => {
    expect(pursuit({ atMs: 0, metres: 0, speed: 10 }, steady(400, 10), 10)).toBeUndefined();
  });
});
