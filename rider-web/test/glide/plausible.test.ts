import { describe, expect, test } from '@jest/globals';
import type { Fix } from '@tripcast/protocol';
import { metresBetween } from '../../src/glide/geodesy.ts';
import { NO_WAYS } from '../../src/glide/known-lines.ts';
import { type Belief, NO_BELIEF, withFix } from '../../src/glide/plausible.ts';
import { routeArc } from '../../src/glide/route-arc.ts';
import { Streets } from '../../src/glide/streets.ts';
import { at, START_MS } from './streams.ts';

const SPEED = 10;
const fixAt = (second: number, eastMetres = second * SPEED, northMetres = 0): Fix => ({
  ...at(eastMetres, northMetres),
  heading: 90,
  speed: SPEED,
  accuracy: 5,
  time: START_MS + second * 1000,
});
const after = (fixes: readonly Fix[]): Belief =>
  fixes.reduce((belief, fix) => withFix(belief, fix, NO_WAYS), NO_BELIEF);
const seconds = (from: number, until: number): number[] =>
  Array.from({ length: until - from }, (_, index) => from + index);

describe('a receiver that jumps', () => {
  test('for a fix or two is not believed', () => {
    const believed = after([
      ...seconds(0, 10).map((second) => fixAt(second)),
      fixAt(10, 100, 500),
      fixAt(11, 110, 500),
      fixAt(12),
    ]);
    expect(metresBetween(believed.estimates.at(-1)!, fixAt(12))).toBeLessThan(5);
    expect(believed.beginnings).toBe(1);
  });

  test('and stays there is believed at the third fix', () => {
    const drive = seconds(0, 10).map((second) => fixAt(second));
    const there = seconds(10, 13).map((second) => fixAt(second, second * SPEED, 500));
    expect(after([...drive, ...there.slice(0, 2)]).estimates.at(-1)!.time).toBe(START_MS + 9_000);
    const believed = after([...drive, ...there]);
    expect(believed.beginnings).toBe(2);
    expect(metresBetween(believed.estimates.at(-1)!, there[2]!)).toBeLessThan(5);
  });
});

test('a receiver that repeats itself to the last digit while it drives has no news', () => {
  const drive = seconds(0, 10).map((second) => fixAt(second));
  const frozen = seconds(10, 14).map((second) => ({ ...drive[9]!, time: START_MS + second * 1000 }));
  expect(after([...drive, ...frozen]).estimates.at(-1)!.time).toBe(START_MS + 9_000);
});

test('an echo that puts the places 20 m aside for a while moves the car by a few metres at most', () => {
  let belief = after(seconds(0, 20).map((second) => fixAt(second)));
  for (const second of seconds(20, 35)) {
    belief = withFix(belief, fixAt(second, second * SPEED - 14, 14), NO_WAYS);
    expect(metresBetween(belief.estimates.at(-1)!, fixAt(second))).toBeLessThan(5);
  }
  for (const second of seconds(35, 45)) {
    belief = withFix(belief, fixAt(second), NO_WAYS);
    expect(metresBetween(belief.estimates.at(-1)!, fixAt(second))).toBeLessThan(5);
  }
});

test('an echo that ends while the car turns off is over', () => {
  const streets = new Streets([
    { points: [at(-100, 0), at(600, 0)], oneway: false },
    { points: [at(200, -300), at(200, 300)], oneway: false },
  ]);
  const ways = { route: undefined, streets };
  let belief = NO_BELIEF;
  for (const second of seconds(0, 17)) belief = withFix(belief, fixAt(second), ways);
  for (const second of seconds(17, 20))
    belief = withFix(belief, fixAt(second, second * SPEED + 14, 14), ways);
  for (const second of seconds(21, 24)) {
    const turned = { ...fixAt(second, 200, (second - 20) * SPEED), heading: 0 };
    belief = withFix(belief, turned, ways);
    expect(metresBetween(belief.estimates.at(-1)!, turned)).toBeLessThan(5);
  }
});

test('what is taken for an echo and never ends was none: the car is where it is measured', () => {
  let belief = after(seconds(0, 20).map((second) => fixAt(second)));
  const aside = (second: number) => fixAt(second, second * SPEED - 14, 14);
  for (const second of seconds(20, 90)) belief = withFix(belief, aside(second), NO_WAYS);
  expect(metresBetween(belief.estimates.at(-1)!, aside(89))).toBeLessThan(5);
});

test('a car that drives on from the end of its route is not held there', () => {
  const route = routeArc([at(0, 0), at(200, 0)]);
  let belief = NO_BELIEF;
  for (const second of seconds(10, 21)) belief = withFix(belief, fixAt(second), { ...NO_WAYS, route });
  expect(belief.estimates.at(-1)!.onLine?.line).toBe(route);
  for (const second of seconds(22, 32)) {
    belief = withFix(belief, fixAt(second), { ...NO_WAYS, route });
    expect(metresBetween(belief.estimates.at(-1)!, fixAt(second))).toBeLessThan(8);
  }
});

test('what is kept is bounded', () => {
  expect(after(seconds(0, 500).map((second) => fixAt(second))).estimates.length).toBeLessThan(10);
});
