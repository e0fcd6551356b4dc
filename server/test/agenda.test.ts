import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Agenda } from '../src/agenda.ts';
import { SteppedClock } from './live/stepped-clock.ts';

const STEP_MS = 50;
const HORIZON_MS = 1_000;

function agenda() {
  const clock = new SteppedClock();
  const items = new Agenda<string>(STEP_MS, HORIZON_MS, clock);
  const visited = () => {
    const now: string[] = [];
    items.visitDue((item) => now.push(item));
    return now;
  };
  return { clock, items, visited };
}

test('each item is visited once, when its time has come, and at the latest a step later', () => {
  const offsets = fc.array(fc.record({ addAtMs: fc.nat(3_000), inMs: fc.nat(HORIZON_MS) }), {
    maxLength: 50,
  });
  fc.assert(
    fc.property(offsets, (all) => {
      const { clock, items, visited } = agenda();
      const seenAt = new Map<string, number[]>();
      for (let nowMs = 0; nowMs <= 3_000 + HORIZON_MS + 2 * STEP_MS; nowMs++) {
        for (const [nth, { addAtMs, inMs }] of all.entries()) {
          if (addAtMs === nowMs) items.add(String(nth), clock.monotonic() + inMs);
        }
        if (nowMs % STEP_MS === 0) {
          for (const item of visited()) seenAt.set(item, [...(seenAt.get(item) ?? []), nowMs]);
        }
        clock.step(1);
      }
      for (const [nth, { addAtMs, inMs }] of all.entries()) {
        const seen = seenAt.get(String(nth)) ?? [];
        expect(seen.length).toBe(1);
        expect(seen[0]! - (addAtMs + inMs)).toBeGreaterThanOrEqual(0);
        expect(seen[0]! - (addAtMs + inMs)).toBeLessThanOrEqual(2 * STEP_MS);
      }
    }),
    { numRuns: 50 },
  );
});

test('what is past, or was never put off, is due at the next look', () => {
  const { items, clock, visited } = agenda();
  items.add('long ago', Number.NEGATIVE_INFINITY);
  items.add('now', clock.monotonic());
  clock.step(STEP_MS);
  expect(visited()).toEqual(['long ago', 'now']);
  expect(visited()).toEqual([]);
});

test('after a stall all that was due is visited, once', () => {
  const { items, clock, visited } = agenda();
  for (const inMs of [0, 400, HORIZON_MS]) items.add(String(inMs), clock.monotonic() + inMs);
  clock.step(60_000);
  expect(visited()).toEqual(['0', '400', String(HORIZON_MS)]);
  items.add('next', clock.monotonic() + 100);
  expect(visited()).toEqual([]);
  clock.step(150);
  expect(visited()).toEqual(['next']);
});

test('what is added during a visit waits for the next one', () => {
  const { items, clock, visited } = agenda();
  items.add('again', clock.monotonic());
  clock.step(STEP_MS);
  let visits = 0;
  items.visitDue((item) => {
    visits++;
    items.add(item, clock.monotonic());
  });
  expect(visits).toBe(1);
  clock.step(STEP_MS);
  expect(visited()).toEqual(['again']);
});
