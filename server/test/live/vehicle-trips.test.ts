import { beforeEach, expect, test } from '@jest/globals';
import type { Trip } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { VehicleTrips } from '../../src/live/vehicle-trips.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { tripUnderWay } from '../contract/samples.ts';
import { SteppedClock } from './stepped-clock.ts';

const clock = new SteppedClock();
const NOW = clock.now();

let backend: Backend;
let trip: Trip;
let changes: Trip[];
let trips: VehicleTrips;

beforeEach(async () => {
  backend = createMemoryBackend({ clock });
  trip = tripUnderWay(NOW);
  await backend.trips.create(trip, '');
  changes = [];
  trips = new VehicleTrips(trip.vehicleId, backend.trips, (changed) => changes.push(changed));
});

function next(from: Trip, fields: Partial<Trip>): Trip {
  return { ...from, ...fields, version: from.version + 1 };
}

test('a read tells what is new or has a greater version, once', async () => {
  await trips.read();
  await trips.read();
  expect(changes).toEqual([trip]);
  expect(trips.current).toEqual([trip]);
  const changed = next(trip, { eta: NOW + 60_000 });
  await backend.trips.replace(changed, trip.version);
  await trips.read();
  expect(changes).toEqual([trip, changed]);
  expect(trips.current).toEqual([changed]);
});

test('what is heard counts when its version is greater, and an older read does not undo it', async () => {
  const changed = next(trip, { eta: NOW + 60_000 });
  const read = trips.read();
  trips.hear(changed);
  trips.hear(trip);
  await read;
  expect(changes).toEqual([changed]);
  expect(trips.current).toEqual([changed]);
});

test.each([
  ['and nothing in its place', 0],
  ['and another in its place', 1],
])(
  '[T4] a change that was heard and lost, %s: what is stored comes with a greater version',
  async (_what, kept) => {
    await trips.read();
    trips.hear(next(trip, { eta: NOW + 60_000, updatedAt: NOW + 1 }));
    const others = [next(trip, { eta: NOW + 90_000, updatedAt: NOW + 2 })].slice(0, kept);
    for (const other of others) await backend.trips.replace(other, trip.version);
    await trips.read();
    const expected = { ...(others[0] ?? trip), version: 3 };
    expect(changes.at(-1)).toEqual(expected);
    expect(trips.current).toEqual([expected]);
    expect((await backend.trips.read(trip.id))!.trip).toEqual(expected);
    await trips.read();
    expect(changes).toHaveLength(3);
  },
);

test('[D1] a trip that has ended is current no more, but its window stays: fixes may still come', async () => {
  await trips.read();
  trips.hear(next(trip, { status: 'COMPLETE', endedAt: NOW + 5 }));
  expect(trips.current).toEqual([]);
  expect(trips.windows).toEqual([{ id: trip.id, startedAt: NOW, endedAt: NOW + 5 }]);
});

test('`readAfter` reads unless a read has begun after that arrival', async () => {
  const arrival = trips.step();
  await trips.readAfter(arrival);
  const { windows } = trips;
  await trips.readAfter(arrival);
  expect(trips.windows).toBe(windows);
  trips.distrust();
  await trips.readAfter(arrival);
  expect(trips.windows).not.toBe(windows);
});

test('a trip that the store has forgotten is forgotten here', async () => {
  await trips.read();
  const elsewhere = createMemoryBackend({ clock });
  backend.trips.ofVehicle = (id) => elsewhere.trips.ofVehicle(id);
  await trips.read();
  expect(trips.current).toEqual([]);
  expect(trips.windows).toEqual([]);
});
