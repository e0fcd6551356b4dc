import { describe, expect, test } from '@jest/globals';
import { countFollowed, countStored, type DrivenFixes } from '../../src/grade/delivery.ts';
import type { CountId } from '../../src/grade/measures.ts';
import { Tally } from '../../src/grade/tally.ts';

const set = (...times: number[]) => new Set(times);

function counts(tally: Tally, ...ids: CountId[]): number[] {
  return ids.map((id) => tally.countOf(id));
}

describe('[A1] what is acknowledged is stored', () => {
  const trip = { startedAt: 100, endedAt: 200 };
  const count = (driven: Partial<DrivenFixes>, stored: Set<number>): Tally => {
    const tally = new Tally();
    countStored(
      trip,
      {
        produced: set(),
        acknowledged: set(),
        outOfOrder: set(),
        refused: set(),
        lost: set(),
        clockSlackMs: 0,
        ...driven,
      },
      stored,
      tally,
    );
    return tally;
  };

  test('an acknowledged fix of the trip that is not stored is counted', () => {
    const tally = count({ produced: set(110, 120), acknowledged: set(110, 120) }, set(110));
    expect(counts(tally, 'acknowledged', 'acknowledgedNotStored')).toEqual([2, 1]);
  });

  test('fixes before and after the trip are none of its', () => {
    const tally = count({ produced: set(99, 201), acknowledged: set(99, 201) }, set());
    expect(counts(tally, 'produced', 'acknowledged', 'acknowledgedNotStored')).toEqual([0, 0, 0]);
  });

  test('one that left its phone after newer ones is counted apart', () => {
    const driven = { produced: set(110, 120), acknowledged: set(120), outOfOrder: set(110) };
    const tally = count(driven, set(120));
    expect(counts(tally, 'outOfOrder', 'refused', 'acknowledged', 'notAcknowledged')).toEqual([1, 0, 1, 0]);
  });

  test('refused fixes need not be stored, and what is not acknowledged is counted as that', () => {
    const driven = { produced: set(110, 120), acknowledged: set(110), refused: set(110) };
    expect(counts(count(driven, set()), 'refused', 'notAcknowledged', 'acknowledgedNotStored')).toEqual([
      1, 1, 0,
    ]);
  });
});

describe('[P9] of a phone', () => {
  const trip = { startedAt: 1_000, endedAt: 60_000 };
  const driven = { outOfOrder: set(), refused: set(), lost: set(), clockSlackMs: 0 };

  test('that died, what it had not been told to be stored is counted as lost with it', () => {
    const tally = new Tally();
    const [produced, acknowledged, lost] = [set(2_000, 3_000), set(2_000), set(3_000)];
    countStored(trip, { ...driven, produced, acknowledged, lost }, set(2_000), tally);
    expect(counts(tally, 'acknowledged', 'lostWithPhone', 'notAcknowledged')).toEqual([1, 1, 0]);
  });

  test('whose clock is off, a fix is found near its time, and at the ends of the trip not asked for', () => {
    const tally = new Tally();
    const all = set(1_100, 2_000, 3_000, 4_000);
    const stored = set(2_350, 2_700, 5_000);
    countStored(trip, { ...driven, produced: all, acknowledged: all, clockSlackMs: 400 }, stored, tally);
    expect(counts(tally, 'acknowledged', 'acknowledgedNotStored')).toEqual([3, 1]);
  });
});

describe("[P2] a follower's track has no holes", () => {
  const under = { version: 3 };
  const over = { version: 3, endedAt: 500 };
  const follow = (trip: typeof under, times: number[], stored: Set<number>, change = {}): Tally => {
    const tally = new Tally();
    countFollowed(trip, { times, tripVersion: 3, ...change }, stored, tally);
    return tally;
  };

  test('a stored fix between those that were given is a hole', () => {
    expect(counts(follow(over, [1, 3], set(1, 2, 3)), 'holes', 'late', 'delivered')).toEqual([1, 0, 2]);
  });

  test('a missing end is a hole while the trip goes on, and late when it is over', () => {
    expect(counts(follow(under, [1], set(1, 2)), 'holes', 'late')).toEqual([1, 0]);
    expect(counts(follow(over, [1], set(1, 2)), 'holes', 'late')).toEqual([0, 1]);
  });

  test('what is given twice is counted', () => {
    expect(counts(follow(over, [1, 2, 2], set(1, 2)), 'duplicates', 'holes')).toEqual([1, 0]);
  });

  test('who does not know the last change of the trip has lost an event', () => {
    expect(counts(follow(over, [1], set(1), { tripVersion: 2 }), 'tripEvents', 'tripEventsLost')).toEqual([
      1, 1,
    ]);
  });
});
