import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FleetFollowEvent, FleetFollowing, FleetVehicle } from '@tripcast/client';
import { FleetStore, WHOLE_FLEET } from '../../src/fleet/fleet-store.ts';
import { SteppedClock } from '../trips/stepped-clock.ts';

let clock: SteppedClock;
let tell: (event: FleetFollowEvent) => void;
let asked: string[];
let store: FleetStore;

beforeEach(() => {
  clock = new SteppedClock(1_800_000_000_000);
  asked = [];
  const following: FleetFollowing = {
    subscribe(listener) {
      tell = listener;
      return () => {};
    },
    look: (view) => asked.push(`look ${view.zoom}`),
    find: (text) => asked.push(`find ${text}`),
    close: () => asked.push('close'),
    connection: 'connecting',
  };
  store = new FleetStore({ url: 'http://node', token: 't', platform: { clock }, follow: () => following });
  tell({ type: 'connection', connection: 'live' });
  tell({ type: 'hello', node: 'n' });
});
afterEach(() => store.close());

const vehicle = (handle: number, more: Partial<FleetVehicle> = {}) =>
  ({ handle, id: `v-${handle}`, online: true, time: 0, paceMs: 5_000, ...more }) as FleetVehicle;
const place = (handle: number, time = clock.now()) =>
  tell({ type: 'positions', positions: [{ handle, fix: { latitude: -34.9, longitude: -56.18, time } }] });

/** Nodes tell how many are online every 2 s. */
async function heardFor(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 2_000) {
    tell({ type: 'counts', online: 1, inView: 1 });
    await clock.pass(2_000);
  }
}

describe('the fleet that an operator sees', () => {
  test('[O3] [O4] is what was announced and placed, counted each second', async () => {
    tell({ type: 'vehicles', vehicles: [vehicle(1), vehicle(2, { online: false })] });
    place(1);
    place(2);
    await clock.pass(1_000);
    expect(store.facts()).toMatchObject({
      shown: 2,
      byState: { free: 1, offline: 1 },
      byFreshness: { live: 2 },
    });
    expect(store.car('v-1')?.fix?.latitude).toBe(-34.9);
  });

  test('[O6] [O8] loses who has left, and everybody when clusters come or a new connection begins', () => {
    tell({ type: 'vehicles', vehicles: [vehicle(1), vehicle(2), vehicle(3)] });
    tell({ type: 'left', handles: [1] });
    expect([...store.cars].map(({ about }) => about.id)).toEqual(['v-2', 'v-3']);
    tell({ type: 'clusters', clusters: [{ latitude: 0, longitude: 0, online: 9, onTrip: 1 }] });
    expect([[...store.cars].length, store.facts().isFar]).toEqual([0, true]);
    tell({ type: 'vehicles', vehicles: [] });
    expect([store.clusters, store.facts().isFar]).toEqual([undefined, false]);
    tell({ type: 'vehicles', vehicles: [vehicle(4)] });
    tell({ type: 'hello', node: 'other' });
    expect([...store.cars]).toEqual([]);
  });

  test('[P9] grows old by itself', async () => {
    tell({ type: 'vehicles', vehicles: [vehicle(1)] });
    place(1);
    await clock.pass(1_000);
    expect(store.facts().byFreshness).toEqual({ live: 1, late: 0, silent: 0 });
    await heardFor(15_000);
    expect(store.facts().byFreshness).toEqual({ live: 0, late: 1, silent: 0 });
    expect(store.facts().troubled.map(({ problem }) => problem.kind)).toEqual(['gap']);
  });

  test('[P9] of an operator without a network is that of the last word, until something comes all the same', async () => {
    tell({ type: 'vehicles', vehicles: [vehicle(1)] });
    place(1);
    const heardAt = clock.now();
    await clock.pass(1_000);
    tell({ type: 'connection', connection: 'offline' });
    await clock.pass(60_000);
    expect(store.facts()).toMatchObject({
      connection: 'offline',
      asOf: heardAt,
      byFreshness: { live: 1, late: 0, silent: 0 },
    });
    tell({ type: 'connection', connection: 'live' });
    expect(store.facts().asOf).toBeUndefined();
  });

  test('ages by the server’s clock, not by ours', async () => {
    tell({ type: 'clock', offsetMs: -60_000, uncertaintyMs: 10 });
    tell({ type: 'vehicles', vehicles: [vehicle(1)] });
    place(1, clock.now() - 60_000);
    await clock.pass(1_000);
    expect(store.facts().byFreshness.live).toBe(1);
  });

  test('is filtered by state, freshness and problems', () => {
    tell({ type: 'vehicles', vehicles: [vehicle(1), vehicle(2, { online: false })] });
    place(1);
    place(2);
    store.filter({ ...WHOLE_FLEET, states: new Set(['offline']) });
    expect([...store.cars].filter(({ isShown }) => isShown).map(({ about }) => about.id)).toEqual(['v-2']);
    store.filter({ ...WHOLE_FLEET, problemsOnly: true });
    expect(store.facts().shown).toBe(0);
    store.filter(WHOLE_FLEET);
    expect(store.facts().shown).toBe(2);
  });

  test('[O10] collects what nodes have found, of the newest question alone', () => {
    store.find('a');
    store.find('ab');
    const found = (text: string, id: string) =>
      tell({ type: 'found', text, vehicles: [{ id }] } as FleetFollowEvent);
    found('a', 'old');
    found('ab', 'one');
    found('ab', 'other');
    expect(asked).toEqual(['find a', 'find ab']);
    expect(store.facts().found?.vehicles.map(({ id }) => id)).toEqual(['one', 'other']);
    store.find('');
    expect(store.facts().found).toBeUndefined();
  });

  test('a position of a handle that nobody announced is ignored', () => {
    place(7);
    expect([...store.cars]).toEqual([]);
  });

  test('[P9] while nothing is heard no vehicle is blamed: all is shown as of when something last was', async () => {
    tell({ type: 'vehicles', vehicles: [vehicle(1)] });
    place(1);
    const heardAt = clock.now();
    await clock.pass(12_000); // a dead network is noticed late
    tell({ type: 'connection', connection: 'reconnecting' });
    await clock.pass(300_000);
    expect(store.facts()).toMatchObject({ asOf: heardAt, troubles: 0, byFreshness: { live: 1 } });
    tell({ type: 'connection', connection: 'live' });
    tell({ type: 'hello', node: 'n' });
    expect(store.facts().asOf).toBeUndefined();
  });

  test('[P7] when its node hears the fleet again, vehicles have some seconds until they are missed', async () => {
    tell({ type: 'vehicles', vehicles: [vehicle(1)] });
    place(1);
    tell({ type: 'service', available: false });
    await heardFor(60_000);
    tell({ type: 'service', available: true });
    await heardFor(4_000);
    expect(store.facts().troubles).toBe(0);
    await heardFor(20_000);
    expect(store.facts()).toMatchObject({ asOf: undefined, troubles: 1 });
  });

  test('looks for some problems alone, lists the oldest first, and counts all', async () => {
    tell({ type: 'vehicles', vehicles: [vehicle(1), vehicle(2), vehicle(3)] });
    place(1, clock.now() - 30_000);
    place(2, clock.now() - 50_000);
    place(3);
    await heardFor(2_000);
    expect(store.facts()).toMatchObject({ troubles: 2, byProblem: { gap: 2 } });
    expect(store.facts().troubled.map(({ car }) => car.about.id)).toEqual(['v-2', 'v-1']);
    store.filter({ ...WHOLE_FLEET, problems: new Set(['jump']), problemsOnly: true });
    expect(store.facts()).toMatchObject({ troubles: 0, shown: 0, byProblem: { gap: 2 } });
  });

  test('a trip’s route is asked for once, though it has none, and again when the ride has begun', () => {
    const trip = (status: string) => ({ id: 't', status }) as FleetVehicle['trip'] & object;
    tell({ type: 'vehicles', vehicles: [vehicle(1, { trip: trip('ENROUTE_TO_PICKUP') })] });
    expect(store.tripsWithoutRoute(10)).toEqual(['t']);
    store.learnRoute(trip('ENROUTE_TO_PICKUP'), undefined);
    expect(store.tripsWithoutRoute(10)).toEqual([]);
    tell({ type: 'vehicles', vehicles: [vehicle(1, { trip: trip('ENROUTE_TO_DROPOFF') })] });
    expect(store.tripsWithoutRoute(10)).toEqual(['t']);
  });

  test('counts who is on a trip, near and far', async () => {
    const trip = { id: 't', status: 'NEW' } as FleetVehicle['trip'] & object;
    tell({ type: 'vehicles', vehicles: [vehicle(1, { trip }), vehicle(2)] });
    await heardFor(2_000);
    expect(store.facts().onTrip).toBe(1);
    tell({ type: 'clusters', clusters: [{ latitude: 0, longitude: 0, online: 9, onTrip: 7 }] });
    await heardFor(2_000);
    expect(store.facts().onTrip).toBe(7);
  });
});
