import { afterEach, expect, test } from '@jest/globals';
import type { Trip } from '@tripcast/client';
import { tripId } from '@tripcast/protocol';
import { DemoTrips, type DemoTripsState } from '../../src/trips/demo-trips.ts';
import type { FollowedTrip } from '../../src/trips/followed-trip.ts';
import { aTrip } from './a-trip.ts';
import { SteppedClock, settled } from './stepped-clock.ts';

let listing: DemoTrips | undefined;
afterEach(() => listing?.close());

/** A node whose answer can be changed, and a record of which trips are followed. */
function aNode() {
  const node = {
    answer: (): Response | Promise<Response> => Response.json({ trips: [] }),
    clock: new SteppedClock(1_800_000_000_000),
    followed: new Set<string>(),
    open: async () => {
      listing = new DemoTrips(
        'http://node.test',
        { clock: node.clock, fetch: async () => node.answer() },
        (trip: Trip) => {
          node.followed.add(trip.id);
          return { tripId: trip.id, close: () => node.followed.delete(trip.id) } as unknown as FollowedTrip;
        },
      );
      await settled();
      return listing;
    },
    running: (...ids: string[]) => {
      node.answer = () =>
        Response.json({
          trips: ids.map((id) => ({ trip: aTrip({ id: tripId(id) }), riderToken: `token-${id}` })),
        });
    },
  };
  return node;
}

const idsOf = (state: DemoTripsState) =>
  'trips' in state ? state.trips.map(({ trip }) => trip.id) : undefined;

test('is loading until the node has answered', async () => {
  const node = aNode();
  node.answer = () => new Promise<Response>(() => {});
  expect((await node.open()).state()).toEqual({ kind: 'loading' });
});

test('follows each running trip once, and leaves those that are gone', async () => {
  const node = aNode();
  node.running('a', 'b');
  const trips = await node.open();
  expect([...node.followed]).toEqual(['a', 'b']);
  const first = trips.state();
  node.running('b', 'c');
  await node.clock.pass(4_000);
  expect(idsOf(trips.state())).toEqual(['b', 'c']);
  expect([...node.followed]).toEqual(['b', 'c']);
  const keptFollowing = (state: DemoTripsState) =>
    'trips' in state ? state.trips.find(({ trip }) => trip.id === 'b')?.followed : undefined;
  expect(keptFollowing(trips.state())).toBe(keptFollowing(first));
});

test('a node that is not in demo mode says so', async () => {
  const node = aNode();
  node.answer = () => new Response(null, { status: 404 });
  expect((await node.open()).state()).toEqual({ kind: 'notDemo' });
});

test.each([
  ['does not answer', () => Promise.reject(new TypeError('failed to fetch'))],
  ['answers 503', () => new Response(null, { status: 503 })],
  ['answers nonsense', () => new Response('<html>')],
])('while the node %s, what was running is kept, and it is asked again', async (_, failing) => {
  const node = aNode();
  node.running('a');
  const trips = await node.open();
  node.answer = failing;
  await node.clock.pass(4_000);
  expect(trips.state().kind).toBe('unreachable');
  expect(idsOf(trips.state())).toEqual(['a']);
  node.running('a', 'b');
  await node.clock.pass(4_000);
  expect(trips.state().kind).toBe('ready');
  expect(idsOf(trips.state())).toEqual(['a', 'b']);
});

test('close() leaves every trip, and may be called twice', async () => {
  const node = aNode();
  node.running('a', 'b');
  const trips = await node.open();
  trips.close();
  trips.close();
  expect(node.followed.size).toBe(0);
  expect(node.clock.pending).toBe(0);
});
