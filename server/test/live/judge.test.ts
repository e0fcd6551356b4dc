import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Trip } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { VehicleTrips } from '../../src/live/vehicle-trips.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { fixesAt, timesOf, tripUnderWay } from '../contract/samples.ts';
import { judged } from './judged.ts';
import { SteppedClock } from './stepped-clock.ts';

const clock = new SteppedClock();
const NOW = clock.now();

let backend: Backend;
let trips: VehicleTrips;
let trip: Trip;

beforeEach(async () => {
  backend = createMemoryBackend({ clock });
  trip = tripUnderWay(NOW);
  await backend.trips.create(trip, '');
  trips = new VehicleTrips(trip.vehicleId, backend.trips, () => {});
  await trips.read();
});

/** Judges fixes that come now, of the only session there is. */
function judge(...times: number[]) {
  const vehicle = { id: trip.vehicleId, session: 1 };
  return judged(backend, vehicle, trips, fixesAt(...times));
}

async function track(of: Trip): Promise<number[]> {
  return timesOf(await backend.tracks.read(of.id, 0, 100));
}

/** Counts the reads of the vehicle's trips from now on. */
function countReads(): () => number {
  let reads = 0;
  const { ofVehicle } = backend.trips;
  backend.trips.ofVehicle = (id) => {
    reads++;
    return ofVehicle.call(backend.trips, id);
  };
  return () => reads;
}

describe('fixes are judged', () => {
  test('[A5] stored in each trip that was under way at their time', async () => {
    const second = tripUnderWay(NOW + 10, { vehicleId: trip.vehicleId });
    await backend.trips.create(second, '');
    await trips.read();
    expect(await judge(NOW, NOW + 9, NOW + 10, NOW + 11)).toMatchObject({
      outOfOrder: [],
      stored: 4,
      listeners: 0,
    });
    expect(await track(trip)).toEqual([NOW, NOW + 9, NOW + 10, NOW + 11]);
    expect(await track(second)).toEqual([NOW + 10, NOW + 11]);
  });

  test('[A3] stored once; an older one that never was is out of order, by its place in the batch', async () => {
    await judge(NOW, NOW + 5);
    expect(await judge(NOW, NOW + 3, NOW + 5, NOW + 6)).toMatchObject({
      outOfOrder: [1],
      stored: 1,
      listeners: 0,
    });
    expect(await track(trip)).toEqual([NOW, NOW + 5, NOW + 6]);
  });

  test('[A5] out of order in one trip and stored in the other is not refused', async () => {
    await judge(NOW + 20);
    const second = tripUnderWay(NOW + 10, { vehicleId: trip.vehicleId });
    await backend.trips.create(second, '');
    await trips.read();
    expect(await judge(NOW + 15)).toMatchObject({ outOfOrder: [], stored: 1, listeners: 0 });
    expect(await track(second)).toEqual([NOW + 15]);
  });

  test("[T3] of no trip: settled, and the newest of them becomes the vehicle's newest", async () => {
    expect(await judge(NOW - 1, NOW - 3)).toMatchObject({ outOfOrder: [], stored: 0, listeners: 0 });
    expect(await track(trip)).toEqual([]);
    expect(timesOf((await backend.vehicles.newest(trip.vehicleId))!)).toEqual([NOW - 1]);
  });

  test('"of no trip" is said only after a read that began after the fix came', async () => {
    const reads = countReads();
    await judge(NOW);
    expect(reads()).toBe(0);
    await judge(NOW - 1);
    expect(reads()).toBe(1);
    const unheardOf = tripUnderWay(NOW - 100, { vehicleId: trip.vehicleId });
    await backend.trips.create(unheardOf, '');
    await judge(NOW - 50);
    expect(await track(unheardOf)).toEqual([NOW - 50]);
  });

  test('[T2] a trip whose end was not heard of takes what was measured before it, and no more', async () => {
    const ended: Trip = { ...trip, status: 'COMPLETE', version: 2, endedAt: NOW + 2 };
    await backend.trips.replace(ended, 1);
    expect(await judge(NOW + 1, NOW + 2, NOW + 3)).toMatchObject({ outOfOrder: [], stored: 2, listeners: 0 });
    expect(await track(trip)).toEqual([NOW + 1, NOW + 2]);
  });

  test('[D4] nothing is settled once a newer session writes', async () => {
    await judged(backend, { id: trip.vehicleId, session: 2 }, trips, fixesAt(NOW));
    expect(await judge(NOW + 1)).toBe('superseded');
    expect(await track(trip)).toEqual([NOW]);
  });

  test('[P1] what fails settles nothing and may be repeated', async () => {
    const second = tripUnderWay(NOW, { vehicleId: trip.vehicleId });
    await backend.trips.create(second, '');
    await trips.read();
    const { store } = backend.tracks;
    backend.tracks.store = async (id, ...rest) => {
      if (id === second.id) throw new Error('away');
      return store.call(backend.tracks, id, ...rest);
    };
    await expect(judge(NOW, NOW + 1)).rejects.toThrow('away');
    backend.tracks.store = store;
    expect(await judge(NOW, NOW + 1)).toMatchObject({ outOfOrder: [], stored: 2, listeners: 0 });
    expect(await track(trip)).toEqual([NOW, NOW + 1]);
    expect(await track(second)).toEqual([NOW, NOW + 1]);
  });
});
