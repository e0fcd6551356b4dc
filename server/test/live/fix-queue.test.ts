import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FixQueue } from '../../src/live/fix-queue.ts';
import { fixesAt, timesOf } from '../contract/samples.ts';

const MANY = 7_200;

/** What comes at this step, a second after the step before. */
function cameAt(step: number): [step: number, atMs: number] {
  return [step, step * 1_000];
}

function settle(queue: FixQueue): void {
  queue.wroteNext();
  queue.settleNext();
}

function queueOf(...batches: number[][]): FixQueue {
  const queue = new FixQueue(MANY);
  for (const [index, times] of batches.entries()) queue.add(fixesAt(...times), ...cameAt(index));
  return queue;
}

function nextTimes(queue: FixQueue): number[] | undefined {
  const batch = queue.next();
  return batch && timesOf(batch.fixes);
}

describe('a queue of fixes', () => {
  test('offers what came together, in the order it came, up to 64, with the arrival of the last', () => {
    const queue = queueOf([1, 2], [3]);
    expect(nextTimes(queue)).toEqual([1, 2, 3]);
    expect(queue.next()!.step).toBe(1);
    const long = queueOf(
      Array.from({ length: 60 }, (_, time) => time),
      [100, 101, 102, 103],
      [104],
    );
    expect(nextTimes(long)).toHaveLength(64);
    settle(long);
    expect(nextTimes(long)).toEqual([104]);
  });

  test('offers the same batch until it is settled: what comes meanwhile does not join it', () => {
    const queue = queueOf([1]);
    const offered = queue.next();
    queue.add(fixesAt(2), ...cameAt(5));
    expect(queue.next()).toBe(offered);
    settle(queue);
    expect(nextTimes(queue)).toEqual([2]);
    settle(queue);
    expect(queue.next()).toBeUndefined();
  });

  test('tells since when the oldest waited that is settled now, once', () => {
    const queue = new FixQueue(MANY);
    queue.add(fixesAt(1), ...cameAt(1));
    queue.add(fixesAt(2), ...cameAt(2));
    nextTimes(queue);
    queue.add(fixesAt(3), ...cameAt(3));
    expect(queue.acknowledge().sinceMs).toBeUndefined();
    settle(queue);
    nextTimes(queue);
    settle(queue);
    expect(queue.acknowledge()).toEqual({ time: 3, sinceMs: 1_000 });
    expect(queue.acknowledge()).toEqual({ time: 3, sinceMs: undefined });
  });

  test('[A6] takes no more than its capacity, and has room again when fixes are settled', () => {
    const queue = new FixQueue(3);
    expect(queue.add(fixesAt(1, 2), ...cameAt(0))).toBe(true);
    expect(queue.add(fixesAt(3, 4), ...cameAt(1))).toBe(false);
    expect(nextTimes(queue)).toEqual([1, 2]);
    settle(queue);
    expect(queue.add(fixesAt(3, 4), ...cameAt(2))).toBe(true);
  });

  test('[A1] acknowledges nothing before something is settled', () => {
    const queue = queueOf([1]);
    expect(queue.acknowledge().time).toBe(0);
    queue.next();
    expect(queue.acknowledge().time).toBe(0);
    settle(queue);
    expect(queue.acknowledge().time).toBe(1);
  });

  test('[A1] does not acknowledge past an older fix that still waits', () => {
    const queue = queueOf([10, 20]);
    queue.next();
    queue.add(fixesAt(15), ...cameAt(1));
    settle(queue);
    expect(queue.acknowledge().time).toBe(14);
    queue.next();
    settle(queue);
    expect(queue.acknowledge().time).toBe(20);
  });

  test('[A1] says nothing again while an older fix waits that came after it was said', () => {
    const queue = queueOf([100]);
    queue.next();
    settle(queue);
    expect(queue.acknowledge().time).toBe(100);
    queue.add(fixesAt(50), ...cameAt(1));
    queue.settled(60);
    expect(queue.acknowledge().time).toBe(0);
    queue.next();
    settle(queue);
    expect(queue.acknowledge()).toEqual({ time: 100, sinceMs: 1_000 });
  });

  test('[A4] a fix that was refused at once counts as settled, behind those that wait', () => {
    const queue = queueOf([10]);
    queue.settled(11);
    expect(queue.acknowledge().time).toBe(9);
    queue.next();
    settle(queue);
    expect(queue.acknowledge().time).toBe(11);
  });

  test('[A1] whatever comes and is settled: all up to the acknowledged time is settled, and it never goes back', () => {
    const step = fc.oneof(
      fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom('offer' as const, 'write' as const, 'settle' as const, 'rewind' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new FixQueue(MANY);
        let waiting: number[] = [];
        /** How many fixes each written batch has, oldest first. */
        let written: number[] = [];
        let before = 0;
        for (const action of steps) {
          if (action === 'offer') queue.next();
          else if (action === 'write') {
            const offered = nextTimes(queue);
            if (offered) written.push(offered.length);
            queue.wroteNext();
          } else if (action === 'settle') {
            if (written.length === 0) continue;
            queue.settleNext();
            waiting = waiting.slice(written.shift());
          } else if (action === 'rewind') {
            queue.rewind();
            written = [];
            const again = nextTimes(queue) ?? [];
            expect(again).toEqual(waiting.slice(0, again.length));
          } else if (queue.add(fixesAt(...action), ...cameAt(0))) waiting.push(...action);
          const { time } = queue.acknowledge();
          if (time === 0) continue; // nothing is said
          expect(time).toBeGreaterThanOrEqual(before);
          expect(waiting.filter((its) => its <= time)).toEqual([]);
          before = time;
        }
      }),
    );
  });
});
