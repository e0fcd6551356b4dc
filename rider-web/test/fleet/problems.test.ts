import { describe, expect, test } from '@jest/globals';
import type { Fix, FleetTrip, TripStatus } from '@tripcast/client';
import { problemsOf, type Watch, watchOn } from '../../src/fleet/problems.ts';
import { freshnessOf, stateOf } from '../../src/fleet/vehicle-state.ts';
import { routeArc } from '../../src/glide/index.ts';

const NOW = 1_800_000_000_000;
const METRE = 1 / 111_195;

/** So far north of where it began, at so many seconds. */
const at = (metres: number, seconds: number): Fix => ({
  latitude: -34.9 + metres * METRE,
  longitude: -56.18,
  time: NOW + seconds * 1_000,
});
const trip = (status: TripStatus, eta?: number): FleetTrip =>
  ({ id: 't', status, ...(eta !== undefined && { eta }) }) as FleetTrip;
const vehicle = (status?: TripStatus, eta?: number, online = true) => ({
  online,
  paceMs: 5_000,
  ...(status && { trip: trip(status, eta) }),
});

/** What is remembered after these fixes, and the last of them. */
function watched(...fixes: Fix[]): { watch: Watch; last: Fix } {
  let watch: Watch | undefined;
  fixes.forEach((fix, index) => {
    watch = watchOn(watch, fixes[index - 1], fix);
  });
  return { watch: watch!, last: fixes.at(-1)! };
}

function kinds(
  about: ReturnType<typeof vehicle>,
  fixes: Fix[],
  atSeconds: number,
  route?: Parameters<typeof problemsOf>[3],
) {
  const { watch, last } = watched(...fixes);
  return problemsOf(about, last, watch, route, NOW + atSeconds * 1_000).map(({ kind, amount }) => [
    kind,
    Math.round(amount),
  ]);
}

describe('the problem finder', () => {
  test('finds nothing wrong with who drives along', () => {
    expect(kinds(vehicle('ENROUTE_TO_PICKUP'), [at(0, 0), at(50, 5), at(100, 10)], 12)).toEqual([]);
  });

  test('tells of a gap when the next position is overdue, offline too while there is a ride', () => {
    expect(kinds(vehicle('ENROUTE_TO_DROPOFF'), [at(0, 0)], 10)).toEqual([]);
    expect(kinds(vehicle('ENROUTE_TO_DROPOFF'), [at(0, 0)], 11)).toEqual([['gap', 11_000]]);
    expect(kinds(vehicle('ENROUTE_TO_DROPOFF', undefined, false), [at(0, 0)], 11)).toEqual([['gap', 11_000]]);
    expect(kinds(vehicle(undefined, undefined, false), [at(0, 0)], 3_600)).toEqual([]);
  });

  test('tells of a jump for a minute: farther than any car drives', () => {
    const jump = [at(0, 0), at(500, 5), at(510, 6)];
    expect(kinds(vehicle(), jump, 7)).toEqual([['jump', 500]]);
    expect(kinds(vehicle(), [...jump, at(1_000, 64)], 66)).toEqual([]);
    expect(kinds(vehicle(), [at(0, 0), at(500, 20)], 21)).toEqual([]);
  });

  test('tells who is to drive and has not moved for three minutes; who waits for a rider may', () => {
    const standing = [at(0, 0), at(10, 60), at(0, 120), at(15, 180)];
    expect(kinds(vehicle('ENROUTE_TO_PICKUP'), standing, 181)).toEqual([['stuck', 180_000]]);
    expect(kinds(vehicle('ARRIVED_AT_PICKUP'), standing, 181)).toEqual([]);
    expect(kinds(vehicle('ENROUTE_TO_PICKUP'), [...standing, at(60, 190)], 191)).toEqual([]);
  });

  test('tells who has left the route, once that is known', () => {
    const route = routeArc([at(0, 0), at(2_000, 0)]);
    const beside = { ...at(500, 5), longitude: -56.18 + 0.003 };
    expect(kinds(vehicle('ENROUTE_TO_DROPOFF'), [beside], 6, route)).toEqual([
      ['offRoute', expect.any(Number)],
    ]);
    expect(kinds(vehicle('ENROUTE_TO_DROPOFF'), [beside], 6)).toEqual([]);
    expect(kinds(vehicle('ENROUTE_TO_DROPOFF'), [at(500, 5)], 6, route)).toEqual([]);
  });

  test('tells who is later than was said by two minutes', () => {
    expect(kinds(vehicle('ENROUTE_TO_PICKUP', NOW), [at(0, 119)], 119)).toEqual([]);
    expect(kinds(vehicle('ENROUTE_TO_PICKUP', NOW), [at(0, 121)], 121)).toEqual([['late', 121_000]]);
  });
});

test('a state that nobody knows yet is one of a vehicle with a trip', () => {
  expect(stateOf({ online: true, trip: { ...trip('NEW'), status: 'DETOUR' } })).toBe('assigned');
  expect(stateOf(vehicle())).toBe('free');
  expect(stateOf(vehicle('ENROUTE_TO_DROPOFF', undefined, false))).toBe('offline');
});

test.each([
  [1_000, 6_000, 'live'],
  [1_000, 6_001, 'late'],
  [5_000, 10_000, 'live'],
  [5_000, 60_000, 'late'],
  [5_000, 60_001, 'silent'],
] as const)('a position sent each %d ms that is %d ms old is %s', (paceMs, ageMs, freshness) => {
  expect(freshnessOf({ paceMs }, ageMs)).toBe(freshness);
});
