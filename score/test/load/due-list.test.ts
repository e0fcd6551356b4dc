import { expect, test } from '@jest/globals';
import { DueList } from '../../src/load/due-list.ts';
import { VirtualClock } from '../../src/virtual/virtual-clock.ts';

const START = 1_700_000_000_000;

/** A list on a clock that is stepped, with a note of what was done and when. */
function listOn(clock: VirtualClock) {
  const done: [string, number][] = [];
  const due = new DueList(clock);
  return { done, add: (name: string, atMs: number) => due.at(atMs, () => done.push([name, clock.now()])) };
}

test('what is due is done at its time or within a hundredth of a second, never before', async () => {
  const clock = new VirtualClock(START);
  const { done, add } = listOn(clock);
  for (const ms of [0, 1, 9.5, 10, 11, 250]) add(String(ms), START + ms);
  await clock.passTo(START + 1_000);
  for (const [name, atMs] of done) {
    expect(atMs - START - Number(name)).toBeGreaterThanOrEqual(0);
    expect(atMs - START - Number(name)).toBeLessThan(10);
  }
  expect(done.map(([name]) => name)).toEqual(['0', '1', '9.5', '10', '11', '250']);
});

test('what was due long ago is done at once, and what is done may ask for more', async () => {
  const clock = new VirtualClock(START);
  const { done, add } = listOn(clock);
  const due = new DueList(clock);
  due.at(START - 5_000, () => add('again', clock.now() + 1));
  await clock.passTo(START + 100);
  expect(done).toEqual([['again', START + 10]]);
});
