import { describe, expect, test } from '@jest/globals';
import { problem } from '@tripcast/protocol';
import { type Heard, truthOf } from '../../src/trips/truth.ts';
import { aTrip } from './a-trip.ts';

const NOW_MS = 1_800_000_100_000;
const fixAged = (ageMs: number) => ({ latitude: -34.9, longitude: -56.16, time: NOW_MS - ageMs });
const live: Heard = {
  connection: 'live',
  trip: aTrip(),
  vehicle: { online: true, time: NOW_MS - 60_000, paceMs: 1_000 },
  newest: fixAged(800),
};

test('[P9] is live only while connected, with the driver online and a fresh position', () => {
  expect(truthOf(live, NOW_MS)).toEqual({ kind: 'live' });
  expect(truthOf({ ...live, newest: fixAged(10_000) }, NOW_MS).kind).toBe('live');
  expect(truthOf({ ...live, newest: fixAged(10_001) }, NOW_MS).kind).toBe('silent');
  expect(truthOf({ ...live, connection: 'reconnecting' }, NOW_MS).kind).toBe('reconnecting');
  expect(truthOf({ ...live, connection: 'connecting' }, NOW_MS).kind).toBe('connecting');
  expect(truthOf({ ...live, connection: 'offline' }, NOW_MS).kind).toBe('noNetwork');
});

test('[P9] what may be 10 s old, as far as the clock is known, is not called live', () => {
  const unsure = { ...live, clockUncertaintyMs: 1_500 };
  expect(truthOf({ ...unsure, newest: fixAged(8_500) }, NOW_MS).kind).toBe('live');
  expect(truthOf({ ...unsure, newest: fixAged(8_501) }, NOW_MS).kind).toBe('silent');
});

test('[P9] says since when the driver’s phone is offline, even when the last position is fresh', () => {
  const since = NOW_MS - 3_000;
  const offline = { ...live, vehicle: { online: false, time: since, paceMs: 1_000 } };
  expect(truthOf(offline, NOW_MS)).toEqual({ kind: 'offline', since });
});

test('says since when a connected driver sends no position', () => {
  expect(truthOf({ ...live, newest: fixAged(30_000) }, NOW_MS)).toEqual({
    kind: 'silent',
    since: NOW_MS - 30_000,
  });
  const { newest: _none, ...without } = live;
  expect(truthOf(without, NOW_MS)).toEqual({ kind: 'silent', since: undefined });
});

test('a driver that is told to send seldom is not called silent between two positions', () => {
  const seldom = { ...live, vehicle: { online: true, time: 0, paceMs: 15_000 }, newest: fixAged(20_000) };
  expect(truthOf(seldom, NOW_MS).kind).toBe('live');
});

describe('a trip', () => {
  test('that has not started yet is neither live nor silent', () => {
    const { newest: _none, ...without } = live;
    expect(truthOf({ ...without, trip: aTrip({ status: 'NEW' }) }, NOW_MS).kind).toBe('notStarted');
  });

  test.each(['COMPLETE', 'CANCELED'] as const)('that is %s has ended, whatever the connection', (status) => {
    for (const connection of ['live', 'reconnecting', 'ended', 'refused'] as const) {
      expect(truthOf({ ...live, connection, trip: aTrip({ status }) }, NOW_MS).kind).toBe('ended');
    }
  });

  test('that may not be seen is refused, with the reason', () => {
    const why = problem('forbidden', 'another trip');
    expect(truthOf({ connection: 'refused', problem: why }, NOW_MS)).toEqual({
      kind: 'refused',
      problem: why,
    });
    expect(truthOf({ connection: 'refused' }, NOW_MS)).toEqual({ kind: 'refused' });
  });
});

test('[P7] says that positions do not get through on our side, rather than blame the driver', () => {
  const disturbed = { ...live, isDisturbed: true };
  expect(truthOf(disturbed, NOW_MS)).toEqual({ kind: 'disturbed', since: NOW_MS - 800 });
});
