import { expect, test } from '@jest/globals';
import { LIMITS, type Trip, tripId } from '@tripcast/protocol';
import { tripChannel } from '../../src/bus/live-bus.ts';
import { readLiveFixes } from '../../src/bus/live-message.ts';
import type { StoreOutcome, Verdict } from '../../src/trips/track-store.ts';
import { TRACK_LIMIT, type World } from './describe-backend.ts';
import { Ear } from './ear.ts';
import { fixesAt, timesOf, tripUnderWay } from './samples.ts';

const SESSION = 1_700_000_000_000;

/** What every `TrackStore` promises. Times in these tests count from the trip's start. */
export function trackStoreContract(world: () => World): void {
  test('[P1] fixes are stored as they came, and a repeated message is as good', async () => {
    const { tracks, start, id } = await aTrip();
    const fixes = fixesAt(start, start + 1, start + 2_000);
    expect(await tracks.store(id, SESSION, fixes)).toMatchObject(outcome('stored', 'stored', 'stored'));
    expect(await tracks.store(id, SESSION, fixes)).toMatchObject(
      outcome('duplicate', 'duplicate', 'duplicate'),
    );
    expect(bytesOf(await tracks.read(id, 0, 100))).toEqual(bytesOf(fixes));
    expect(bytesOf((await tracks.newest(id))!)).toEqual(bytesOf(fixes.subarray(40)));
  });

  test('a fix that was never stored cannot come after a later one', async () => {
    const { tracks, start, id } = await aTrip();
    await tracks.store(id, SESSION, fixesAt(start + 10, start + 30));
    const mixed = fixesAt(start + 10, start + 20, start + 30, start + 40);
    const expected = outcome('duplicate', 'outOfOrder', 'duplicate', 'stored');
    expect(await tracks.store(id, SESSION, mixed)).toMatchObject(expected);
    expect(timesOf(await tracks.read(id, 0, 100)).map((time) => time - start)).toEqual([10, 30, 40]);
  });

  test('[P1] a track that has not come to where it was written stores nothing: what was lost comes first', async () => {
    const { tracks, start, id } = await aTrip();
    await tracks.store(id, SESSION, fixesAt(start + 1));
    expect(await tracks.store(id, SESSION, fixesAt(start + 3), start + 2)).toBe('gap');
    expect(timesOf(await tracks.read(id, 0, 10))).toEqual([start + 1]);
    expect(await tracks.store(id, SESSION, fixesAt(start + 2), start + 1)).toMatchObject(outcome('stored'));
    expect(await tracks.store(id, SESSION, fixesAt(start + 3), start + 2)).toMatchObject(outcome('stored'));
  });

  test('what was stored is kept', async () => {
    const { tracks, start, id } = await aTrip();
    const stored = (await tracks.store(id, SESSION, fixesAt(start))) as StoreOutcome & object;
    await expect(stored.kept ?? Promise.resolve()).resolves.toBeUndefined();
  });

  test('[P8] only what was measured under way belongs to the trip, both ends included', async () => {
    const { tracks, trips, trip, start, id } = await aTrip();
    await trips.replace(ended(trip, start + 100), 1);
    const fixes = fixesAt(start - 1, start, start + 50, start + 100, start + 101);
    const expected = outcome('outside', 'stored', 'stored', 'stored', 'outside');
    expect(await tracks.store(id, SESSION, fixes)).toMatchObject(expected);
  });

  test('the end of a ride through a tunnel is not lost: late fixes of an ended trip are stored', async () => {
    const { tracks, trips, trip, start, id } = await aTrip();
    await tracks.store(id, SESSION, fixesAt(start + 1));
    await trips.replace(ended(trip, start + 100), 1);
    expect(await tracks.store(id, SESSION, fixesAt(start + 99))).toMatchObject(outcome('stored'));
    expect((await trips.read(id))?.last).toBe(start + 99);
  });

  test('[P8] a trip that has not started, and one that nobody knows, take no fix', async () => {
    const { backend, clock } = world();
    const { startedAt, ...waiting } = tripUnderWay(clock.now());
    await backend.trips.create({ ...waiting, status: 'NEW' }, '');
    expect(await backend.tracks.store(waiting.id, SESSION, fixesAt(startedAt!))).toMatchObject(
      outcome('outside'),
    );
    const unknown = await backend.tracks.store(tripId('nobody'), SESSION, fixesAt(1, 2));
    expect(unknown).toMatchObject(outcome('outside', 'outside'));
  });

  test('a newer session takes the trip; the older one is superseded and stores nothing', async () => {
    const { tracks, start, id } = await aTrip();
    await tracks.store(id, SESSION, fixesAt(start + 1));
    expect(await tracks.store(id, SESSION + 1, fixesAt(start + 2))).toMatchObject(outcome('stored'));
    expect(await tracks.store(id, SESSION, fixesAt(start + 3))).toBe('superseded');
    expect(await tracks.store(id, SESSION, fixesAt(start + 1))).toBe('superseded');
    expect(timesOf(await tracks.read(id, 0, 100))).toEqual([start + 1, start + 2]);
  });

  test('a session takes the trip with a repeated fix too', async () => {
    const { tracks, start, id } = await aTrip();
    await tracks.store(id, SESSION, fixesAt(start + 1));
    expect(await tracks.store(id, SESSION + 1, fixesAt(start + 1))).toMatchObject(outcome('duplicate'));
    expect(await tracks.store(id, SESSION, fixesAt(start + 2))).toBe('superseded');
  });

  test('[P2] what is stored is heard at once, with the version and the fix that it follows on', async () => {
    const { backend, tracks, trips, trip, start, id } = await aTrip();
    const ear = await Ear.on(backend, tripChannel(id));
    expect(await tracks.store(id, SESSION, fixesAt(start + 1, start + 2))).toMatchObject({
      verdicts: ['stored', 'stored'],
      listeners: 1,
    });
    expect(await heard(ear)).toEqual({ version: 1, after: 0, times: [start + 1, start + 2] });

    await trips.replace({ ...trip, version: 70_000 }, 1);
    await ear.next();
    await tracks.store(id, SESSION, fixesAt(start + 1, start + 2, start + 3));
    expect(await heard(ear)).toEqual({ version: 70_000, after: start + 2, times: [start + 3] });
  });

  test('what is not stored is not heard', async () => {
    const { backend, tracks, start, id } = await aTrip();
    await tracks.store(id, SESSION, fixesAt(start + 1, start + 3));
    const ear = await Ear.on(backend, tripChannel(id));
    expect(await tracks.store(id, SESSION, fixesAt(start + 1, start + 2))).toMatchObject(
      outcome('duplicate', 'outOfOrder'),
    );
    expect(await tracks.store(id, SESSION, fixesAt(start - 1))).toMatchObject(outcome('outside'));
    expect(await tracks.store(id, SESSION - 1, fixesAt(start + 4))).toBe('superseded');
    await tracks.store(id, SESSION, fixesAt(start + 5));
    expect(await heard(ear)).toMatchObject({ after: start + 3, times: [start + 5] });
  });

  test('[P2] a track is read in pages after any time', async () => {
    const { tracks, start, id } = await aTrip();
    await tracks.store(id, SESSION, fixesAt(start + 1, start + 3, start + 5));
    const read = async (after: number, limit: number) =>
      timesOf(await tracks.read(id, start + after, limit)).map((time) => time - start);
    expect(await read(0, 2)).toEqual([1, 3]);
    expect(await read(3, 2)).toEqual([5]);
    expect(await read(2, 1)).toEqual([3]);
    expect(await read(5, 9)).toEqual([]);
    expect(await tracks.newest(tripId('nobody'))).toBeUndefined();
    expect(await tracks.read(tripId('nobody'), 0, 9)).toHaveLength(0);
  });

  test('a track is cut to its limit, says so, and goes on', async () => {
    const { tracks, trips, start, id } = await aTrip();
    const times = Array.from({ length: TRACK_LIMIT + 3 }, (_, index) => start + index);
    await tracks.store(id, SESSION, fixesAt(...times.slice(0, TRACK_LIMIT)));
    expect((await trips.read(id))?.truncatedBefore).toBe(0);
    await tracks.store(id, SESSION, fixesAt(...times.slice(TRACK_LIMIT)));
    expect(timesOf(await tracks.read(id, 0, 100))).toEqual(times.slice(3));
    expect(await trips.read(id)).toMatchObject({ truncatedBefore: start + 3, last: times.at(-1) });
    expect(await tracks.store(id, SESSION, fixesAt(start + 100))).toMatchObject(outcome('stored'));
    expect((await trips.read(id))?.truncatedBefore).toBe(start + 4);
  });

  test('64 fixes at once, the most that a message holds, and stores at the same time', async () => {
    const { tracks, start, id } = await aTrip();
    const whole = Array.from({ length: LIMITS.fixesPerMessage }, (_, index) => start + index);
    const outcomes = await Promise.all([
      tracks.store(id, SESSION, fixesAt(...whole)),
      tracks.store(id, SESSION, fixesAt(start + 64)),
      tracks.store(id, SESSION, fixesAt(start + 65)),
    ]);
    expect(outcomes.map((one) => typeof one === 'object' && new Set(one.verdicts))).toEqual(
      outcomes.map(() => new Set(['stored'])),
    );
    expect((await tracks.read(id, 0, 1_000)).byteLength).toBe(TRACK_LIMIT * 20);
  });

  test('fixes of many trips, all at once: each trip has its own', async () => {
    const { backend, clock } = world();
    const start = clock.now();
    const trips = Array.from({ length: 150 }, () => tripUnderWay(start));
    await Promise.all(trips.map((trip) => backend.trips.create(trip, '')));
    const [away, ...there] = trips as [Trip, ...Trip[]];
    await backend.tracks.store(away.id, SESSION + 1, fixesAt(start + 1));

    const outcomes = await Promise.all([
      ...there.map(({ id }, nth) => backend.tracks.store(id, SESSION, fixesAt(start + nth, start + 1_000))),
      backend.tracks.store(tripId('nobody'), SESSION, fixesAt(start)),
      backend.tracks.store(away.id, SESSION, fixesAt(start + 2)),
      backend.tracks.store(there[0]!.id, SESSION, fixesAt(start + 1_000, start + 999, start + 1_001)),
    ]);
    expect(outcomes.slice(there.length)).toMatchObject([
      outcome('outside'),
      'superseded',
      outcome('duplicate', 'outOfOrder', 'stored'),
    ]);
    expect(outcomes.slice(0, there.length)).toMatchObject(there.map(() => outcome('stored', 'stored')));
    for (const [nth, { id }] of there.entries()) {
      const more = nth === 0 ? [start + 1_001] : [];
      expect(timesOf(await backend.tracks.read(id, 0, 10))).toEqual([start + nth, start + 1_000, ...more]);
    }
  });

  async function aTrip() {
    const { backend, clock } = world();
    const start = clock.now();
    const trip = tripUnderWay(start);
    await backend.trips.create(trip, '');
    return { backend, ...backend, trip, start, id: trip.id };
  }
}

function ended(trip: Trip, endedAt: number): Trip {
  return { ...trip, status: 'COMPLETE', endedAt, version: trip.version + 1 };
}

function outcome(...verdicts: Verdict[]): Partial<StoreOutcome & object> {
  return { verdicts, listeners: 0 };
}

async function heard(ear: Ear) {
  const live = readLiveFixes(await ear.next())!;
  return { version: live.version, after: live.after, times: timesOf(live.fixes) };
}

function bytesOf(bytes: Uint8Array): number[] {
  return [...bytes];
}
