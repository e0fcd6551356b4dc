import { expect, test } from '@jest/globals';
import { lookAtEta } from '../../src/trips/eta-range.ts';
import type { TripFacts } from '../../src/trips/trip-facts.ts';
import { announcement } from '../../src/words/announcement.ts';
import { wordsIn } from '../../src/words/languages.ts';
import { aTrip } from '../trips/a-trip.ts';

const words = wordsIn({ code: 'en', locale: 'en-GB' });
const NOW_MS = 1_800_000_000_000;
const facts: TripFacts = {
  trip: aTrip({ status: 'ENROUTE_TO_PICKUP' }),
  truth: { kind: 'live' },
  eta: lookAtEta(undefined, NOW_MS + 4 * 60_000, NOW_MS),
  remainingMetres: 800,
  travelledShare: 0.2,
  fixAgeSeconds: 0,
  clockOffsetMs: 0,
};

test('says the status and the estimate', () => {
  expect(announcement(words, facts)).toBe('Your driver is on the way. About 5 minutes.');
});

test('says to a guest that it is somebody else’s ride', () => {
  expect(announcement(words, facts, 'guest')).toBe('The car is on the way to the pickup. About 5 minutes.');
});

test('does not change with the age of the position or the distance, and seldom with the estimate', () => {
  const said = new Set<string>();
  let eta = facts.eta;
  for (let second = 0; second < 600; second++) {
    eta = lookAtEta(eta, NOW_MS + 600_000, NOW_MS + second * 1000);
    said.add(announcement(words, { ...facts, eta, truth: second % 60 < 5 ? facts.truth : { kind: 'live' } }));
  }
  expect(said.size).toBeLessThanOrEqual(6);
});

test('says when it is not live, without an age that grows every second', () => {
  expect(announcement(words, { ...facts, truth: { kind: 'reconnecting' } })).toBe(
    'Your driver is on the way. About 5 minutes. Reconnecting…',
  );
  const offline = { kind: 'offline', since: 0 } as const;
  const later = { ...facts, truth: offline, fixAgeSeconds: 40 };
  expect(announcement(words, later)).toBe(
    'Your driver is on the way. About 5 minutes. Driver’s phone is offline.',
  );
});

test('of a ride that is over, says no estimate', () => {
  const over = { ...facts, trip: aTrip({ status: 'COMPLETE' }), truth: { kind: 'ended' } as const };
  expect(announcement(words, over)).toBe('You have arrived.');
});
