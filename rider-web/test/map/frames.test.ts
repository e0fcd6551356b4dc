import { expect, test } from '@jest/globals';
import { FrameLoop } from '../../src/map/frames.ts';

/** A screen that paints when it is told to. */
function aScreen() {
  const screen = {
    waiting: new Map<number, (timestampMs: number) => void>(),
    isReduced: false,
    performanceMs: 0,
    requestAnimationFrame: (callback: (timestampMs: number) => void) => {
      const handle = ++handles;
      screen.waiting.set(handle, callback);
      return handle;
    },
    cancelAnimationFrame: (handle: number) => void screen.waiting.delete(handle),
    performanceNow: () => screen.performanceMs,
    now: () => 1_800_000_000_000 + screen.performanceMs,
    prefersReducedMotion: () => screen.isReduced,
    /** Paints at `timestampMs`, the callbacks being called `lateMs` after it. */
    paint: (timestampMs: number, lateMs = 0) => {
      screen.performanceMs = timestampMs + lateMs;
      const callbacks = [...screen.waiting.values()];
      screen.waiting.clear();
      for (const callback of callbacks) callback(timestampMs);
    },
  };
  let handles = 0;
  return screen;
}

test('gives each listener the time of the frame, however late it is called', () => {
  const screen = aScreen();
  const times: number[] = [];
  new FrameLoop(screen).onFrame((nowMs) => times.push(nowMs));
  screen.paint(100, 7);
  screen.paint(116, 0);
  expect(times).toEqual([1_800_000_000_100, 1_800_000_000_116]);
});

test('asks for no frame while nobody listens', () => {
  const screen = aScreen();
  const frames = new FrameLoop(screen);
  expect(screen.waiting.size).toBe(0);
  const stop = frames.onFrame(() => {});
  const stopOther = frames.onFrame(() => {});
  expect(screen.waiting.size).toBe(1);
  stop();
  expect(screen.waiting.size).toBe(1);
  stopOther();
  expect(screen.waiting.size).toBe(0);
  frames.close();
});

test('a listener that stops in a frame stops the loop', () => {
  const screen = aScreen();
  const stop = new FrameLoop(screen).onFrame(() => stop());
  screen.paint(16);
  expect(screen.waiting.size).toBe(0);
});

test('steps once a second for who wants no motion', () => {
  const screen = aScreen();
  screen.isReduced = true;
  const times: number[] = [];
  new FrameLoop(screen).onFrame((nowMs) => times.push(nowMs));
  for (let timestampMs = 0; timestampMs < 3_000; timestampMs += 16) screen.paint(timestampMs);
  expect(times).toHaveLength(3);
});
