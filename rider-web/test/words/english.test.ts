import { describe, expect, test } from '@jest/globals';
import { TRIP_STATUSES } from '@tripcast/protocol';
import fc from 'fast-check';
import { english } from '../../src/words/english.ts';

describe('an estimate', () => {
  test.each([
    [0, 'any moment now'],
    [29_000, 'any moment now'],
    [31_000, '1 min'],
    [4 * 60_000 + 10_000, '4 min'],
    [59.4 * 60_000, '59 min'],
    [60 * 60_000, '1 h'],
    [95 * 60_000, '1 h 35 min'],
  ])('%d ms is "%s"', (ms, text) => {
    expect(english.eta(ms)).toBe(text);
  });

  test('is never negative', () => {
    fc.assert(fc.property(fc.integer({ min: 0 }), (ms) => !english.eta(ms).includes('-')));
    expect(english.eta(-90_000)).toBe('any moment now');
  });
});

test.each([
  [4, '0 m'],
  [846, '850 m'],
  [1_240, '1.2 km'],
  [12_400, '12 km'],
])('%d m is "%s"', (metres, text) => {
  expect(english.distance(metres)).toBe(text);
});

test.each([
  [0, 'just now'],
  [12, '12 s ago'],
  [89, '89 s ago'],
  [120, '2 min ago'],
  [7_200, '2 h ago'],
])('a position %d s old is "%s"', (seconds, text) => {
  expect(english.age(seconds)).toBe(text);
});

test('every status has its words, and one that this page does not know has some too', () => {
  const said = TRIP_STATUSES.map((status) => english.status(status));
  expect(new Set(said).size).toBe(TRIP_STATUSES.length);
  expect(english.status('ENROUTE_TO_INTERMEDIATE_DESTINATION')).toBe('Your trip is under way');
  expect(english.status('toString')).toBe('Your trip is under way');
});

test('the time since when a phone is offline is by the clock on the wall, not by the server’s', () => {
  const localMs = new Date(2026, 10, 23, 12, 4).getTime();
  const offsetMs = 3_600_000;
  expect(english.connection({ kind: 'offline', since: localMs + offsetMs }, offsetMs)).toBe(
    'Driver’s phone is offline since 12:04',
  );
});

test('a car is named as at the kerb, with what is known of it', () => {
  expect(english.vehicle({ colour: 'dark green', make: 'Fiat', model: 'Cronos' })).toBe(
    'Dark green Fiat Cronos',
  );
  expect(english.vehicle({ model: 'Cronos' })).toBe('Cronos');
  expect(english.vehicle({})).toBe('');
});
