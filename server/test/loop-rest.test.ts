import { expect, test } from '@jest/globals';
import { isRestDue } from '../src/loop-rest.ts';

const SECOND_MS = 1_000;

test.each<[what: string, turns: number, events: number, fixes: number, isDue: boolean]>([
  ['that is idle', 30, 10, 10, false],
  ['that is woken some hundred times a second', 900, 900, 900, false],
  ['that is woken often, for one message each time', 4_000, 4_000, 3_500, true],
  ['that is woken often, more by who asks and waits than by drivers', 4_000, 4_000, 1_900, false],
  ['that turns by itself, with nothing to do', 10_000, 20, 20, false],
  ['whose messages come in bunches', 300, 9_000, 9_000, false],
])(
  'a loop %s is asked to rest: %s turns, %s events, %s fixes a second',
  (_what, turns, events, fixes, isDue) => {
    expect(isRestDue({ turns, events, fixes }, SECOND_MS, undefined, 0)).toBe(isDue);
  },
);

test('a loop that rests goes on resting while two messages or more come in each rest', () => {
  expect(isRestDue({ turns: 600, events: 400, fixes: 400 }, SECOND_MS, 200, 0)).toBe(true);
  expect(isRestDue({ turns: 600, events: 399, fixes: 399 }, SECOND_MS, 200, 0)).toBe(false);
});

test('a loop does not rest while a herd of riders comes in, each of whom waits for several answers', () => {
  const busy = { turns: 4_000, events: 4_000, fixes: 4_000 };
  expect(isRestDue(busy, SECOND_MS, undefined, 15)).toBe(true);
  expect(isRestDue(busy, SECOND_MS, undefined, 16)).toBe(false);
  expect(isRestDue(busy, SECOND_MS, 200, 16)).toBe(false);
});
