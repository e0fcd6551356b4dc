import { expect, test } from '@jest/globals';
import { Spread } from '../src/spread.ts';
import { SteppedClock } from './live/stepped-clock.ts';

const PERIOD_MS = 500;

test('each thing is visited once in a period, a part of them at a time', () => {
  const clock = new SteppedClock();
  const spread = new Spread(new Set(Array.from({ length: 100 }, (_, nth) => nth)), PERIOD_MS, clock);
  const visited: number[][] = [];
  for (let step = 0; step < 20; step++) {
    clock.step(50);
    const now: number[] = [];
    spread.visit((item) => now.push(item));
    visited.push(now);
  }
  expect(visited.map(({ length }) => length)).toEqual(Array(20).fill(10));
  expect(new Set(visited.slice(0, 10).flat()).size).toBe(100);
  expect(visited.slice(10).flat()).toEqual(visited.slice(0, 10).flat());
});

test('a single one is visited once in a period, however often that is asked', () => {
  const clock = new SteppedClock();
  const spread = new Spread(new Set(['one']), PERIOD_MS, clock);
  let visits = 0;
  for (let step = 0; step < 80; step++) {
    clock.step(PERIOD_MS / 8);
    spread.visit(() => visits++);
  }
  expect(visits).toBe(10);
});

test('after a stall all are visited, once', () => {
  const clock = new SteppedClock();
  const spread = new Spread(new Set([1, 2, 3]), PERIOD_MS, clock);
  clock.step(60_000);
  const visited: number[] = [];
  spread.visit((item) => visited.push(item));
  expect(visited).toEqual([1, 2, 3]);
});

test('they may come and go meanwhile, all of them too', () => {
  const clock = new SteppedClock();
  const items = new Set([1, 2, 3]);
  const spread = new Spread(items, PERIOD_MS, clock);
  clock.step(PERIOD_MS);
  spread.visit((item) => items.delete(item));
  expect(items.size).toBe(0);
  clock.step(PERIOD_MS);
  spread.visit(() => {
    throw new Error('there is none');
  });
  items.add(4);
  clock.step(PERIOD_MS);
  const visited: number[] = [];
  spread.visit((item) => visited.push(item));
  expect(visited).toEqual([4]);
});
