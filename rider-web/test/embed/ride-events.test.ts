import { expect, test } from '@jest/globals';
import { problem } from '@tripcast/protocol';
import { eventsBetween } from '../../src/embed/ride-events.ts';
import type { TripFacts } from '../../src/trips/trip-facts.ts';
import { aTrip } from '../trips/a-trip.ts';

const NOTHING: TripFacts = {
  trip: undefined,
  truth: { kind: 'connecting' },
  eta: undefined,
  remainingMetres: undefined,
  travelledShare: undefined,
  fixAgeSeconds: undefined,
  clockOffsetMs: 0,
};
const RIDING: TripFacts = { ...NOTHING, trip: aTrip(), truth: { kind: 'live' }, fixAgeSeconds: 0 };
const SHOWN = { low: 2, high: 3 };
const ETA = { shown: SHOWN, isOverdue: false, seenMs: 0, earliestMs: 120_000.4, latestMs: 180_000 };

const names = (before: TripFacts | undefined, now: TripFacts) =>
  eventsBetween(before, now).map(({ name }) => name);

test('the page is told how things are at first, and then only what has changed', () => {
  expect(names(undefined, RIDING)).toEqual(['truth', 'status']);
  expect(names(RIDING, { ...RIDING, remainingMetres: 100, fixAgeSeconds: 5 })).toEqual([]);
  expect(names(RIDING, { ...RIDING, truth: { kind: 'offline', since: 0 } })).toEqual(['truth']);
  expect(names(RIDING, { ...RIDING, trip: aTrip({ version: 2, status: 'ARRIVED_AT_PICKUP' }) })).toEqual([
    'status',
  ]);
});

test('an estimate is told as times by the reader’s clock, whenever what is shown of it changes, and when there is none', () => {
  const estimated = { ...RIDING, eta: ETA, clockOffsetMs: 1_000 };
  expect(eventsBetween(RIDING, estimated)).toEqual([
    { name: 'eta', detail: { earliest: 119_000, latest: 179_000 } },
  ]);
  expect(names(estimated, { ...estimated, eta: { ...ETA, seenMs: 5 } })).toEqual([]);
  expect(eventsBetween(estimated, RIDING)).toEqual([
    { name: 'eta', detail: { earliest: null, latest: null } },
  ]);
});

test('an end is told once, with how it ended', () => {
  const trip = aTrip({ version: 9, status: 'CANCELED' });
  const over: TripFacts = { ...RIDING, trip, truth: { kind: 'ended' } };
  expect(eventsBetween(RIDING, over)).toContainEqual({ name: 'ended', detail: { status: 'CANCELED', trip } });
  expect(names(over, { ...over })).toEqual([]);
});

test('a refusal is told with the protocol’s own code', () => {
  const refused: TripFacts = {
    ...NOTHING,
    truth: { kind: 'refused', problem: problem('unauthenticated', 'the token has expired') },
  };
  expect(eventsBetween(NOTHING, refused)).toContainEqual({
    name: 'refused',
    detail: { code: 'unauthenticated', detail: 'the token has expired' },
  });
});
