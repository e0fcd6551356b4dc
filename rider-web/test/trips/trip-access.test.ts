import { describe, expect, test } from '@jest/globals';
import { problem, tripId } from '@tripcast/protocol';
import { farewellOf } from '../../src/trips/farewell.ts';
import { accessOf } from '../../src/trips/trip-access.ts';

const NOW_MS = 1_800_000_000_000;
const trip = tripId('ride-7');

function jwt(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
}

const claims = { role: 'rider', trip: 'ride-7', exp: NOW_MS / 1000 + 60 };

describe('a token tells the page', () => {
  test('whether the link was given away, and until when it works', () => {
    expect(accessOf(jwt(claims), trip)).toMatchObject({
      isShared: false,
      expiresAtMs: NOW_MS + 60_000,
      isOtherTrip: false,
    });
    expect(accessOf(jwt({ ...claims, share: 's1' }), trip).isShared).toBe(true);
    expect(accessOf(jwt({ ...claims, trip: 'ride-8' }), trip).isOtherTrip).toBe(true);
  });

  test.each(['', 'x', 'a.b.c', 'a.%.c', jwt([])])('nothing when it is none: "%s"', (token) => {
    expect(accessOf(token, trip)).toEqual({
      token,
      isShared: false,
      expiresAtMs: undefined,
      isOtherTrip: false,
    });
  });

  test('what is written in it in any script', () => {
    expect(accessOf(jwt({ ...claims, name: 'Señor Ñandú, 🚕' }), trip).expiresAtMs).toBe(NOW_MS + 60_000);
  });
});

describe('why a ride is not shown', () => {
  const own = accessOf(jwt(claims), trip);
  const shared = accessOf(jwt({ ...claims, share: 's1' }), trip);
  const other = accessOf(jwt({ ...claims, trip: 'ride-8' }), trip);
  const later = NOW_MS + 61_000;

  test.each([
    ['expired', 'unauthenticated', own, later],
    ['expired', 'unauthenticated', shared, later],
    ['takenBack', 'unauthenticated', shared, NOW_MS],
    ['takenBack', 'forbidden', shared, NOW_MS],
    ['noAccess', 'unauthenticated', own, NOW_MS],
    ['noAccess', 'forbidden', own, NOW_MS],
    ['otherTrip', 'forbidden', other, NOW_MS],
    ['sharedEnded', 'trip_ended', shared, NOW_MS],
    ['ended', 'trip_ended', own, NOW_MS],
    ['notFound', 'not_found', own, NOW_MS],
    ['busy', 'too_many_requests', shared, NOW_MS],
    ['noAccess', 'invalid_request', own, NOW_MS],
  ] as const)('%s: %s', (why, code, access, nowMs) => {
    expect(farewellOf(problem(code, 'said by a node'), access, nowMs)).toBe(why);
  });
});
