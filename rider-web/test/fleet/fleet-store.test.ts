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
    await clock.pass(15_000);
    expect(store.facts().byFreshness).toEqual({ live: 0, late: 1, silent: 0 });
    expect(store.facts().troubled.map(({ problem }) => problem.kind)).toEqual(['gap']);
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
});
