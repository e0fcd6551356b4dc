import { expect, test } from '@jest/globals';
import type { TripFacts } from '../../src/trips/trip-facts.ts';
import { announcement } from '../../src/words/announcement.ts';
import { english } from '../../src/words/english.ts';
import { aTrip } from '../trips/a-trip.ts';

const facts: TripFacts = {
  trip: aTrip({ status: 'ENROUTE_TO_PICKUP' }),
  truth: { kind: 'live' },
  etaMs: 4 * 60_000,
  remainingMetres: 800,
  fixAgeSeconds: 0,
  clockOffsetMs: 0,
};

test('says the status and the estimate', () => {
  expect(announcement(english, facts)).toBe('Your driver is on the way. 5 min.');
});

test('does not change with the age of the position or the distance, and seldom with the estimate', () => {
  const said = new Set<string>();
  for (let second = 0; second < 600; second++) {
    said.add(
      announcement(english, {
        ...facts,
        fixAgeSeconds: second % 3,
        remainingMetres: second,
        etaMs: 600_000 - second * 1000,
      }),
    );
  }
  expect(said.size).toBeLessThanOrEqual(6);
});

test('says when it is not live', () => {
  expect(announcement(english, { ...facts, truth: { kind: 'reconnecting' } })).toBe(
    'Your driver is on the way. 5 min. Reconnecting…',
  );
});

test('of a trip that is over, says no estimate', () => {
  const over = { ...facts, trip: aTrip({ status: 'COMPLETE' }), truth: { kind: 'ended' } as const };
  expect(announcement(english, over)).toBe('You have arrived.');
});
