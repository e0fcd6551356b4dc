import { describe, expect, test } from '@jest/globals';
import { hasEnded, isTransition, isUnderWayAt, TRIP_STATUSES } from '../src/index.ts';

describe('[T1] a trip changes forwards only', () => {
  test('every status is reached from NEW, and none leads out of an end', () => {
    const reached = new Set(['NEW']);
    for (const from of TRIP_STATUSES) {
      for (const to of TRIP_STATUSES) {
        if (reached.has(from) && isTransition(from, to)) reached.add(to);
        if (isTransition(from, to)) expect(hasEnded(from)).toBe(false);
      }
    }
    expect([...reached].sort()).toEqual([...TRIP_STATUSES].sort());
  });

  test('a status is no change of itself', () => {
    for (const status of TRIP_STATUSES) expect(isTransition(status, status)).toBe(false);
  });

  test('a status that is not known has not ended', () => {
    expect(hasEnded('ARRIVED_AT_INTERMEDIATE_DESTINATION')).toBe(false);
  });
});

describe('[T2] a fix belongs to a trip that was under way at its time', () => {
  test.each([
    ['before it started', 999, false],
    ['as it started', 1_000, true],
    ['between', 1_500, true],
    ['as it ended', 2_000, true],
    ['after it ended', 2_001, false],
  ])('measured %s', (_, time, belongs) => {
    expect(isUnderWayAt({ startedAt: 1_000, endedAt: 2_000 }, time)).toBe(belongs);
  });

  test('a trip that never started has no fixes, one that goes on has all since', () => {
    expect(isUnderWayAt({}, 1_000)).toBe(false);
    expect(isUnderWayAt({ endedAt: 2_000 }, 1_000)).toBe(false);
    expect(isUnderWayAt({ startedAt: 1_000 }, Number.MAX_SAFE_INTEGER)).toBe(true);
  });
});
