import { expect, test } from '@jest/globals';
import { LIMITS, type Trip, type TripId, tripId, vehicleId } from '@tripcast/protocol';
import type { TripAccess } from '../../src/access.ts';
import { tripChannel } from '../../src/bus/live-bus.ts';
import type { World } from './describe-backend.ts';
import { Ear } from './ear.ts';
import { fixesAt, tripUnderWay } from './samples.ts';

/** What every `TripStore` promises. */
export function tripStoreContract(world: () => World): void {
  test('a new trip is kept as it was given', async () => {
    const { trips } = world().backend;
    const trip = tripUnderWay(world().clock.now());
    const record = { trip, last: 0, revokedBefore: 0, shares: [], truncatedBefore: 0, request: '{"a":1}' };
    expect(await trips.create(trip, '{"a":1}')).toEqual({ created: true, record });
    expect(await trips.read(trip.id)).toEqual(record);
  });

  test('an id that is taken keeps its trip, and its first request', async () => {
    const { trips } = world().backend;
    const trip = tripUnderWay(world().clock.now());
    await trips.create(trip, 'first');
    const again = await trips.create({ ...trip, vehicleId: vehicleId('another') }, 'second');
    expect(again).toMatchObject({ created: false, record: { trip, request: 'first' } });
    expect(await trips.ofVehicle(vehicleId('another'))).toEqual([]);
  });

  test('an unknown trip is undefined', async () => {
    const { trips } = world().backend;
    const trip = tripUnderWay(world().clock.now());
    expect(await trips.read(trip.id)).toBeUndefined();
    expect(await trips.replace(trip, 1)).toBeUndefined();
    expect(await trips.changeAccess(trip.id, revoke(1))).toBeUndefined();
  });

  test('a change is kept, heard by who listens, and counts them', async () => {
    const { backend } = world();
    const trip = tripUnderWay(world().clock.now());
    await backend.trips.create(trip, '');
    const next: Trip = { ...trip, status: 'ARRIVED_AT_PICKUP', version: 2 };
    expect(await backend.trips.replace(next, 1)).toBe(0);

    const ear = await Ear.on(backend, tripChannel(trip.id));
    const afterNext: Trip = { ...trip, status: 'ENROUTE_TO_DROPOFF', version: 3 };
    expect(await backend.trips.replace(afterNext, 2)).toBe(1);
    expect(await ear.nextJson()).toEqual({ type: 'trip', trip: afterNext });
    expect((await backend.trips.read(trip.id))?.trip).toEqual(afterNext);
  });

  test('of two changes of one version one wins, and only that one is heard', async () => {
    const { backend } = world();
    const trip = tripUnderWay(world().clock.now());
    await backend.trips.create(trip, '');
    const ear = await Ear.on(backend, tripChannel(trip.id));
    const changes = [1, 2, 3, 4].map((eta) => backend.trips.replace({ ...trip, eta, version: 2 }, 1));
    const outcomes = await Promise.all(changes);
    expect(outcomes.filter((heard) => heard !== undefined)).toEqual([1]);
    const eta = 1 + outcomes.indexOf(1);
    expect(await ear.nextJson()).toMatchObject({ trip: { eta } });
    await backend.bus.publish(tripChannel(trip.id), '"nothing in between"');
    expect(await ear.nextJson()).toBe('nothing in between');
  });

  test('[P8] a change of access raises the version and is heard, with the access for nodes', async () => {
    const { backend } = world();
    const trip = tripUnderWay(world().clock.now());
    await backend.trips.create(trip, '');
    const ear = await Ear.on(backend, tripChannel(trip.id));

    const access = { revokedBefore: 2_000, shares: [{ id: 's', name: 'Mum', createdAt: 3, expiresAt: 4 }] };
    expect(await backend.trips.changeAccess(trip.id, () => access)).toMatchObject({
      ...access,
      trip: { ...trip, version: 2 },
    });
    expect(await ear.nextJson()).toEqual({ type: 'trip', trip: { ...trip, version: 2 }, access });
    expect(await backend.trips.changeAccess(trip.id, () => undefined)).toMatchObject({
      trip: { version: 2 },
    });
    expect(await backend.trips.read(trip.id)).toMatchObject({ ...access, trip: { version: 2 } });
  });

  test('[P8] revocations and changes at the same time all happen', async () => {
    const { trips } = world().backend;
    const trip = tripUnderWay(world().clock.now());
    await trips.create(trip, '');
    await Promise.all([10, 30, 20].map((before) => trips.changeAccess(trip.id, revoke(before))));
    expect(await trips.read(trip.id)).toMatchObject({ revokedBefore: 30, trip: { version: 4 } });
  });

  test("a vehicle's trips are there as soon as they are created, with their newest status", async () => {
    const { trips, tracks } = world().backend;
    const now = world().clock.now();
    const first = tripUnderWay(now);
    const second = tripUnderWay(now, { vehicleId: first.vehicleId, status: 'NEW' });
    await Promise.all([
      trips.create(first, ''),
      trips.create(second, ''),
      trips.create(tripUnderWay(now), ''),
    ]);
    await trips.replace({ ...second, status: 'CANCELED', endedAt: now, version: 2 }, 1);
    await tracks.store(first.id, 1, fixesAt(now + 5));

    const kept = await trips.ofVehicle(first.vehicleId);
    const byId = new Map(kept.map((record) => [record.trip.id, record]));
    expect([...byId.keys()].sort()).toEqual([first.id, second.id].sort());
    expect(byId.get(second.id)?.trip.status).toBe('CANCELED');
    expect(byId.get(first.id)?.last).toBe(now + 5);
  });

  test('a trip is forgotten with its track 24 h after its end', async () => {
    const { trips, tracks } = world().backend;
    const endedAt = world().clock.now() - LIMITS.keptAfterEndMs;
    const trip = tripUnderWay(endedAt - 60_000);
    await trips.create(trip, '');
    await tracks.store(trip.id, 1, fixesAt(endedAt - 1));
    await trips.replace({ ...trip, status: 'COMPLETE', version: 2, endedAt }, 1);
    world().clock.stepMs(60_000);

    expect(await trips.read(trip.id)).toBeUndefined();
    expect(await tracks.newest(trip.id)).toBeUndefined();
    expect(await trips.ofVehicle(trip.vehicleId)).toEqual([]);
    expect((await listAll(100)).map(({ id }) => id)).not.toContain(trip.id);
  });

  test.each([1, 3, 1_000])('a list in pages of %d has every trip once, newest first', async (limit) => {
    const { trips } = world().backend;
    const now = world().clock.now();
    const created = Array.from({ length: 7 }, (_, index) =>
      tripUnderWay(now, {
        createdAt: now + Math.floor(index / 2),
        status: index % 3 ? 'NEW' : 'ARRIVED_AT_PICKUP',
      }),
    );
    await Promise.all(created.map((trip) => trips.create(trip, '')));
    const ours = new Set<TripId>(created.map(({ id }) => id));

    const all = (await listAll(limit)).filter(({ id }) => ours.has(id));
    expect(new Set(all.map(({ id }) => id))).toEqual(ours);
    expect(all.map(({ createdAt }) => createdAt)).toEqual([3, 2, 2, 1, 1, 0, 0].map((age) => now + age));

    const arrived = (await listAll(limit, 'ARRIVED_AT_PICKUP')).filter(({ id }) => ours.has(id));
    expect(arrived.map(({ id }) => id).sort()).toEqual([0, 3, 6].map((index) => created[index]!.id).sort());
  });

  test('more trips of one millisecond than a page of the store holds are listed once each', async () => {
    const { trips } = world().backend;
    const createdAt = world().clock.now() + 1_000;
    const created = Array.from({ length: 230 }, () => tripUnderWay(createdAt, { createdAt }));
    await Promise.all(created.map((trip) => trips.create(trip, '')));
    const listed = (await listAll(97)).filter((trip) => trip.createdAt === createdAt).map(({ id }) => id);
    expect(listed.sort()).toEqual(created.map(({ id }) => id).sort());
  });

  test.each(['', 'x', '12', '12:', ':a', '1e3:a', '12:a b'])('%j is no cursor', async (cursor) => {
    await expect(world().backend.trips.list({ limit: 10, cursor })).rejects.toThrow(RangeError);
  });

  test('a cursor whose trip is gone still has its place', async () => {
    const { trips } = world().backend;
    const trip = tripUnderWay(world().clock.now() + 5_000);
    await trips.create(trip, '');
    const page = await trips.list({ limit: 1_000, cursor: `${trip.createdAt + 1}:${tripId('gone')}` });
    expect(page.trips[0]?.id).toBe(trip.id);
  });

  async function listAll(limit: number, status?: Trip['status']): Promise<Trip[]> {
    const all: Trip[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit, ...(status && { status }), ...(cursor && { cursor }) };
      const page = await world().backend.trips.list(query);
      expect(page.trips.length).toBeLessThanOrEqual(limit);
      all.push(...page.trips);
      cursor = page.cursor;
    } while (cursor);
    return all;
  }
}

/** The change that a revocation is. */
function revoke(before: number) {
  return (access: TripAccess) => ({ ...access, revokedBefore: Math.max(access.revokedBefore, before) });
}
