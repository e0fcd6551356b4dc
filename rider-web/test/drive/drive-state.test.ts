import { expect, test } from '@jest/globals';
import { driveState } from '../../src/drive/drive-state.ts';
import type { DriveFacts } from '../../src/drive/phone-drive.ts';
import { timeAway } from '../../src/drive/time-away.ts';
import { nextStatus } from '../../src/drive/trip-steps.ts';

const FIX = { latitude: -34.9, longitude: -56.16, time: 0 };
const GOOD: Parameters<typeof driveState>[0] = {
  connection: 'live',
  isDisturbed: false,
  position: { kind: 'known', fix: FIX, receivedMs: 0 },
  silentSeconds: 1,
  paceMs: 1_000,
  kept: 1,
};

test.each<[string, Partial<DriveFacts>, string]>([
  ['live', {}, 'live'],
  ['connecting', { connection: 'connecting' }, 'connecting'],
  ['a network that is gone', { connection: 'offline' }, 'offline'],
  ['a node that is gone', { connection: 'reconnecting' }, 'reconnecting'],
  ['a node that can’t store', { isDisturbed: true }, 'disturbed'],
  ['no position yet', { position: { kind: 'waiting' } }, 'waiting'],
  ['no receiver', { position: { kind: 'unavailable' } }, 'noGps'],
  ['a receiver that is silent', { silentSeconds: 11 }, 'silent'],
  ['a slow pace, which is no silence', { silentSeconds: 11, paceMs: 5_000 + 1_000 }, 'live'],
  ['a store that empties', { kept: 300 }, 'catchingUp'],
  ['no network and no position: the network first', { connection: 'offline', silentSeconds: 99 }, 'offline'],
])('[P9] the first thing that is wrong is said: %s', (_name, facts, expected) => {
  expect(driveState({ ...GOOD, ...facts })).toBe(expected);
});

test('[P9] positions that a locked phone didn’t measure are told: from the last one before to now', () => {
  expect(timeAway(100_000, 99_000, 280_000)).toEqual({ fromMs: 99_000, toMs: 280_000 });
  expect(timeAway(100_000, undefined, 280_000)).toEqual({ fromMs: 100_000, toMs: 280_000 });
});

test('a page that was hidden and measured all the same missed nothing', () => {
  expect(timeAway(100_000, 279_000, 280_000)).toBeUndefined();
});

test('a trip is driven step by step to its end; an ended or unknown one has no step', () => {
  const steps: string[] = [];
  for (let status: string | undefined = 'NEW'; status; status = nextStatus(status)) steps.push(status);
  expect(steps).toEqual(['NEW', 'ENROUTE_TO_PICKUP', 'ARRIVED_AT_PICKUP', 'ENROUTE_TO_DROPOFF', 'COMPLETE']);
  expect(nextStatus('CANCELED')).toBeUndefined();
  expect(nextStatus('toString')).toBeUndefined();
});
