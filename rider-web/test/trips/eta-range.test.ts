import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EtaEstimate, type EtaRange, lookAtEta } from '../../src/trips/eta-range.ts';

const START_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** What a reader sees, looking once a second, while the estimates (ms after the start) hold for so many seconds each. */
function looks(...estimates: readonly { arrivesMs: number; seconds: number }[]): EtaEstimate[] {
  const seen: EtaEstimate[] = [];
  let nowMs = START_MS;
  for (const { arrivesMs, seconds } of estimates) {
    for (let second = 0; second < seconds; second++) {
      seen.push(lookAtEta(seen.at(-1), START_MS + arrivesMs, nowMs));
      nowMs += SECOND_MS;
    }
  }
  return seen;
}

function steps(seen: readonly EtaEstimate[], of: (range: EtaRange) => number): number[] {
  return seen.slice(1).map(({ shown }, index) => of(shown) - of(seen[index]!.shown));
}

const low = (range: EtaRange) => range.low;
const high = (range: EtaRange) => range.high;
const anEta = fc.integer({ min: -5 * MINUTE_MS, max: 180 * MINUTE_MS });

test.each([
  [20, { low: 17, high: 23 }],
  [10, { low: 9, high: 12 }],
  [4, { low: 3, high: 5 }],
  [1, { low: 1, high: 2 }],
  [0, { low: 0, high: 1 }],
])('%d minutes away is %j: the wider the longer it is', (minutes, range) => {
  expect(looks({ arrivesMs: minutes * MINUTE_MS, seconds: 1 })[0]!.shown).toEqual(range);
});

test('while an estimate stands, it only counts down, a minute at a time', () => {
  fc.assert(
    fc.property(anEta, (arrivesMs) => {
      const seen = looks({ arrivesMs, seconds: 900 });
      const taken = new Set([low, high].flatMap((end) => steps(seen, end)));
      expect([...taken].filter((step) => step !== 0 && step !== -1)).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('whatever is estimated next, it never skips a minute, is never negative, and its ends stay in order', () => {
  fc.assert(
    fc.property(fc.array(anEta, { minLength: 2, maxLength: 6 }), (etas) => {
      const seen = looks(...etas.map((arrivesMs) => ({ arrivesMs, seconds: 120 })));
      const shown = seen.map((look) => look.shown);
      expect(shown.filter((range) => range.low < 0 || range.high < Math.max(1, range.low))).toEqual([]);
      const taken = [low, high].flatMap((end) => steps(seen, end));
      expect(taken.filter((step) => Math.abs(step) > 1)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('an estimate that trembles by some seconds doesn’t, wherever between two minutes it is', () => {
  for (let minutes = 8; minutes <= 12; minutes += 0.1) {
    const trembling = Array.from({ length: 60 }, (_, index) => ({
      arrivesMs: minutes * MINUTE_MS + index * 3_000 + (index % 2) * 8_000, // stays as far away as it was
      seconds: 3,
    }));
    const seen = looks(...trembling).slice(10); // from when it has been caught up with
    const changes = [low, high].flatMap((end) => steps(seen, end).filter((step) => step !== 0));
    expect({ minutes, changes: changes.length }).toEqual({ minutes, changes: 0 });
  }
});

test('a quarter of an hour more is told within a minute', () => {
  const seen = looks({ arrivesMs: 5 * MINUTE_MS, seconds: 1 }, { arrivesMs: 20 * MINUTE_MS, seconds: 60 });
  expect(seen.at(-1)!.shown.low).toBeGreaterThanOrEqual(15);
});

test('a page that was not looked at for a while is right again at once', () => {
  const before = lookAtEta(undefined, START_MS + 5 * MINUTE_MS, START_MS);
  const later = START_MS + 10 * MINUTE_MS;
  const { shown } = lookAtEta(before, later + 30 * MINUTE_MS, later);
  expect(shown).toEqual(lookAtEta(undefined, later + 30 * MINUTE_MS, later).shown);
});

describe('overdue', () => {
  test('is said a minute after the time, and until there is a new one', () => {
    const seen = looks({ arrivesMs: 0, seconds: 90 }, { arrivesMs: 5 * MINUTE_MS, seconds: 1 });
    expect(seen[60]!.isOverdue).toBe(false);
    expect(seen[61]!.isOverdue).toBe(true);
    expect(seen.at(-1)!.isOverdue).toBe(false);
  });
});
