import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FixQueue } from '../../src/live/fix-queue.ts';
import { fixesAt, timesOf } from '../contract/samples.ts';

const MANY = 7_200;

function queueOf(...batches: number[][]): FixQueue {
  const queue = new FixQueue(MANY);
  for (const [index, times] of batches.entries()) queue.add(fixesAt(...times), index);
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
    expect(queue.next()!.arrival).toBe(1);
    const long = queueOf(
      Array.from({ length: 60 }, (_, time) => time),
      [100, 101, 102, 103],
      [104],
    );
    expect(nextTimes(long)).toHaveLength(64);
    long.settleNext();
    expect(nextTimes(long)).toEqual([104]);
  });

  test('offers the same batch until it is settled: what comes meanwhile does not join it', () => {
    const queue = queueOf([1]);
    const offered = queue.next();
    queue.add(fixesAt(2), 5);
    expect(queue.next()).toBe(offered);
    queue.settleNext();
    expect(nextTimes(queue)).toEqual([2]);
    queue.settleNext();
    expect(queue.next()).toBeUndefined();
  });

  test('[A6] takes no more than its capacity, and has room again when fixes are settled', () => {
    const queue = new FixQueue(3);
    expect(queue.add(fixesAt(1, 2), 0)).toBe(true);
    expect(queue.add(fixesAt(3, 4), 1)).toBe(false);
    expect(nextTimes(queue)).toEqual([1, 2]);
    queue.settleNext();
    expect(queue.add(fixesAt(3, 4), 2)).toBe(true);
  });

  test('[A1] acknowledges nothing before something is settled', () => {
    const queue = queueOf([1]);
    expect(queue.acknowledgeable()).toBe(0);
    queue.next();
    expect(queue.acknowledgeable()).toBe(0);
    queue.settleNext();
    expect(queue.acknowledgeable()).toBe(1);
  });

  test('[A1] does not acknowledge past an older fix that still waits', () => {
    const queue = queueOf([10, 20]);
    queue.next();
    queue.add(fixesAt(15), 1);
    queue.settleNext();
    expect(queue.acknowledgeable()).toBe(14);
    queue.next();
    queue.settleNext();
    expect(queue.acknowledgeable()).toBe(20);
  });

  test('[A4] a fix that was refused at once counts as settled, behind those that wait', () => {
    const queue = queueOf([10]);
    queue.settled(11);
    expect(queue.acknowledgeable()).toBe(9);
    queue.next();
    queue.settleNext();
    expect(queue.acknowledgeable()).toBe(11);
  });

  test('[A1] whatever comes and is settled: all up to the acknowledged time is settled, and it never goes back', () => {
    const step = fc.oneof(
      fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 5 }),
      fc.constant('settle' as const),
      fc.constant('offer' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new FixQueue(MANY);
        let waiting: number[] = [];
        let before = 0;
        for (const action of steps) {
          if (action === 'offer') queue.next();
          else if (action === 'settle') {
            const offered = nextTimes(queue)?.length ?? 0;
            queue.settleNext();
            waiting = waiting.slice(offered);
          } else if (queue.add(fixesAt(...action), 0)) waiting.push(...action);
          const time = queue.acknowledgeable();
          expect(time).toBeGreaterThanOrEqual(before);
          // What was acknowledged before an older fix came, which only a repetition does, stays so.
          if (time > before) expect(waiting.filter((its) => its <= time)).toEqual([]);
          before = time;
        }
      }),
    );
  });
});
