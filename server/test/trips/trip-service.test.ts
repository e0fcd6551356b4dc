// What the REST tests can't see: races between nodes, notes to the driver's node, abandoned trips.

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Trip } from '@tripcast/protocol';
import { encodeFixes, tripId, vehicleId } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { vehicleChannel } from '../../src/bus/live-bus.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { canonicalJson } from '../../src/trips/canonical-json.ts';
import type { TripService } from '../../src/trips/trip-service.ts';
import { createTripService } from '../../src/trips/trip-service.ts';
import type { TripStore } from '../../src/trips/trip-store.ts';
import { StateLog } from '../contract/state-log.ts';

const T0 = 1_700_000_000_000;
const HOUR_MS = 3_600_000;
const T1 = tripId('t1');
const PLACE = { latitude: -34.9, longitude: -56.19 };
const REQUEST = { id: T1, vehicleId: vehicleId('v1'), pickup: PLACE, dropoff: PLACE };

const clock = { nowMs: T0, now: () => clock.nowMs };
let backend: Backend;
let log: StateLog;
beforeEach(() => {
  clock.nowMs = T0;
  backend = createMemoryBackend({ clock });
  log = new StateLog();
});

function serviceOver(trips: TripStore = backend.trips): TripService {
  return createTripService({ backend: { ...backend, trips }, clock, log, makeTripId: () => tripId('made') });
}

/** The store, with something that happens before each replacement: another node that is faster. */
function beforeEachReplace(happens: () => Promise<unknown>): TripStore {
  return new Proxy(backend.trips, {
    get: (trips, name) =>
      name === 'replace'
        ? async (...args: Parameters<TripStore['replace']>) => {
            await happens();
            return trips.replace(...args);
          }
        : Reflect.get(trips, name).bind(trips),
  });
}

const stored = async () => (await backend.trips.read(T1))!.trip;

async function notesOf(work: () => Promise<unknown>): Promise<string[]> {
  const notes: string[] = [];
  const ear = {
    hear: (note: Uint8Array) =>
      void notes.push((JSON.parse(Buffer.from(note).toString()) as { type: string }).type),
  };
  await backend.bus.subscribe(vehicleChannel(REQUEST.vehicleId), ear);
  await work();
  backend.bus.unsubscribe(vehicleChannel(REQUEST.vehicleId), ear);
  return notes;
}

describe('when another node is faster', () => {
  test('a change begins again from what is there then', async () => {
    await serviceOver().create(REQUEST);
    let rivals = 1;
    const slow = serviceOver(
      beforeEachReplace(async () => {
        if (rivals-- > 0) await serviceOver().change(T1, { eta: T0 + 5 }, 'driver');
      }),
    );
    await slow.change(T1, { status: 'ENROUTE_TO_PICKUP' }, 'operator');
    expect(await stored()).toMatchObject({ status: 'ENROUTE_TO_PICKUP', eta: T0 + 5, version: 3 });
  });

  test('and has ended the trip, the change is refused', async () => {
    await serviceOver().create(REQUEST);
    const slow = serviceOver(
      beforeEachReplace(() => serviceOver().change(T1, { status: 'CANCELED' }, 'rider')),
    );
    const outcome = await slow.change(T1, { status: 'ENROUTE_TO_PICKUP' }, 'driver');
    expect(outcome).toMatchObject({ refused: 'invalid_transition' });
  });

  test('a change of an expected version is a conflict', async () => {
    await serviceOver().create(REQUEST);
    const slow = serviceOver(beforeEachReplace(() => serviceOver().change(T1, { eta: T0 }, 'driver')));
    expect(await slow.change(T1, { eta: T0 + 9 }, 'operator', 1)).toMatchObject({ refused: 'conflict' });
  });

  test('for ever, the change gives up with a conflict', async () => {
    await serviceOver().create(REQUEST);
    let eta = T0;
    const slow = serviceOver(beforeEachReplace(() => serviceOver().change(T1, { eta: eta++ }, 'driver')));
    expect(await slow.change(T1, { eta: 1 }, 'operator')).toMatchObject({ refused: 'conflict' });
  });
});

describe("the node that has the trip's driver", () => {
  test('is told of every change', async () => {
    const service = serviceOver();
    const notes = await notesOf(async () => {
      await service.create(REQUEST);
      await service.change(T1, { status: 'ENROUTE_TO_PICKUP' }, 'driver');
      await service.revokeTrip(T1);
    });
    expect(notes).toEqual(['trip', 'trip', 'trip']);
  });

  test('is told that somebody watches, when a change was heard', async () => {
    const service = serviceOver();
    await service.create(REQUEST);
    await backend.bus.subscribe('live:{t1}', { hear: () => {} });
    const notes = await notesOf(() => service.change(T1, { eta: T0 }, 'driver'));
    expect(notes).toEqual(['trip', 'wanted']);
  });
});

test('times never go back, though the clocks of two nodes differ', async () => {
  await serviceOver().create(REQUEST);
  clock.nowMs = T0 - 500;
  await serviceOver().change(T1, { status: 'ENROUTE_TO_PICKUP' }, 'driver');
  clock.nowMs = T0 - 900;
  await serviceOver().change(T1, { status: 'CANCELED' }, 'driver');
  expect(await stored()).toMatchObject({ updatedAt: T0, startedAt: T0, endedAt: T0 });
});

describe('a trip with neither fix nor change for 12 h', () => {
  beforeEach(async () => {
    await serviceOver().create(REQUEST);
    await serviceOver().change(T1, { status: 'ENROUTE_TO_PICKUP' }, 'driver');
  });

  test('is canceled, and its parties are told', async () => {
    clock.nowMs = T0 + 12 * HOUR_MS;
    const canceled: unknown[] = [];
    const notes = await notesOf(async () => canceled.push(...(await serviceOver().cancelAbandoned())));
    expect(canceled).toEqual([T1]);
    expect(notes).toEqual(['trip']);
    expect(await stored()).toMatchObject({ status: 'CANCELED', endedAt: clock.nowMs, version: 3 });
  });

  test('is left alone a moment before', async () => {
    clock.nowMs = T0 + 12 * HOUR_MS - 1;
    expect(await serviceOver().cancelAbandoned()).toEqual([]);
  });

  test('is left alone when a fix came', async () => {
    await backend.tracks.store(T1, 1, encodeFixes([{ ...PLACE, time: T0 + 1000 }]));
    clock.nowMs = T0 + 12 * HOUR_MS;
    expect(await serviceOver().cancelAbandoned()).toEqual([]);
    clock.nowMs += 1000;
    expect(await serviceOver().cancelAbandoned()).toEqual([T1]);
  });

  test('is left alone when it changes while it is looked at', async () => {
    clock.nowMs = T0 + 12 * HOUR_MS;
    const slow = serviceOver(
      beforeEachReplace(() => serviceOver().change(T1, { eta: clock.nowMs }, 'driver')),
    );
    expect(await slow.cancelAbandoned()).toEqual([]);
    expect(await stored()).toMatchObject({ status: 'ENROUTE_TO_PICKUP' });
  });

  test('is found among many', async () => {
    for (let index = 0; index < 450; index++) {
      await serviceOver().create({ ...REQUEST, id: tripId(`old-${index}`) });
    }
    clock.nowMs = T0 + 6 * HOUR_MS;
    await serviceOver().create({ ...REQUEST, id: tripId('young') });
    clock.nowMs = T0 + 12 * HOUR_MS;
    expect((await serviceOver().cancelAbandoned()).length).toBe(451);
    const { trips } = await backend.trips.list({ status: 'NEW', limit: 200 });
    expect(trips.map((trip: Trip) => trip.id)).toEqual(['young']);
  });
});

test('each change of status, and of who may read, is one line of the log, with the trip; other changes are none', async () => {
  const service = serviceOver();
  await service.create(REQUEST);
  await service.create(REQUEST);
  await service.change(T1, { eta: T0 + HOUR_MS }, 'driver');
  await service.change(T1, { status: 'ENROUTE_TO_PICKUP' }, 'driver');
  await service.change(T1, { status: 'NEW' }, 'driver'); // refused
  await service.revokeTrip(T1);
  await service.share(T1, { name: 'Mum', lastsMs: HOUR_MS });
  await service.unshare(T1, 'made');
  await service.unshare(T1, 'made'); // there is none any more
  const who = { trip: T1, vehicle: REQUEST.vehicleId };
  expect(log.lines.map(({ level, message, fields }) => [level, message, fields])).toEqual([
    ['info', 'trip', { ...who, status: 'NEW' }],
    ['info', 'trip', { ...who, status: 'ENROUTE_TO_PICKUP' }],
    ['info', 'tokens of a trip are revoked', { trip: T1 }],
    ['info', 'a trip is shared', { trip: T1, share: 'made' }],
    ['info', 'a share is taken back', { trip: T1, share: 'made' }],
  ]);
});

test('equal values have equal canonical texts, unequal ones have not', () => {
  expect(canonicalJson({ b: 1, a: { d: [1, { y: 2, x: undefined }], c: null } })).toBe(
    canonicalJson({ a: { c: null, d: [1, { y: 2 }] }, b: 1 }),
  );
  expect(canonicalJson({ a: [1, 2] })).not.toBe(canonicalJson({ a: [2, 1] }));
  expect(canonicalJson({ a: '1' })).not.toBe(canonicalJson({ a: 1 }));
});
