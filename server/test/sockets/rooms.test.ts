import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Trip } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { Follower } from '../../src/sockets/follower.ts';
import type { Room } from '../../src/sockets/room.ts';
import { Rooms } from '../../src/sockets/rooms.ts';
import { fixesAt, tripUnderWay } from '../contract/samples.ts';
import { SteppedClock } from '../live/stepped-clock.ts';
import { FakeSocket } from './fake-socket.ts';

let clock: SteppedClock;
let backend: Backend;
let rooms: Rooms;
let trip: Trip;

beforeEach(async () => {
  clock = new SteppedClock();
  backend = createMemoryBackend({ clock });
  const metrics = createMetrics({ isAvailable: () => true, isDraining: () => false, followedTrips: () => 0 });
  rooms = new Rooms({ backend, clock, metrics, bufferBytes: 4 });
  trip = tripUnderWay(clock.now());
  await backend.trips.create(trip, '');
});

const at = (offset: number) => trip.startedAt! + offset;
const range = (count: number, first = 0) => Array.from({ length: count }, (_, index) => at(first + index));

async function store(times: number[]): Promise<void> {
  for (let next = 0; next < times.length; next += 64) {
    await backend.tracks.store(trip.id, 1, fixesAt(...times.slice(next, next + 64)));
  }
  await settled();
}

/** Lets everything that can go on do so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A follower in a room that was entered for it. */
async function join(room: Room, { isJson = false, since = 0, expiresAtMs = Number.POSITIVE_INFINITY } = {}) {
  const socket = new FakeSocket();
  const follower = new Follower({
    trip: room.followed,
    isJson,
    issuedAtMs: clock.now(),
    expiresAtMs,
    share: undefined,
    since,
  });
  follower.greet(socket.asWebSocket, clock.now(), since);
  room.join(follower);
  await settled();
  return { socket, follower };
}

describe('a room', () => {
  test('is one for all followers of a trip, and none for an unknown trip', async () => {
    const [one, same] = await Promise.all([rooms.enter(trip.id), rooms.enter(trip.id)]);
    expect(one).toBe(same);
    expect(await rooms.enter(tripUnderWay(0).id)).toBeUndefined();
    expect(rooms.size).toBe(1);
  });

  test('stays for 2 s after its last follower, and then goes', async () => {
    const room = (await rooms.enter(trip.id))!;
    const { follower } = await join(room);
    clock.step(60_000);
    rooms.tick();
    expect(rooms.size).toBe(1);
    room.leave(follower);
    clock.step(2_000);
    rooms.tick();
    expect(rooms.size).toBe(1);
    clock.step(1);
    rooms.tick();
    expect(rooms.size).toBe(0);
  });

  test('that a follower has entered waits for it as for the first', async () => {
    const room = (await rooms.enter(trip.id))!;
    const { follower } = await join(room);
    room.leave(follower);
    clock.step(1_900);
    const again = (await rooms.enter(trip.id))!;
    clock.step(1_900); // its handshake goes on
    rooms.tick();
    const { socket } = await join(again);
    await store([at(0)]);
    expect(socket.times).toEqual([at(0)]);
  });

  test('that has gone takes nobody: who comes too late is sent round again', async () => {
    const room = (await rooms.enter(trip.id))!;
    clock.step(2_001);
    rooms.tick();
    expect((await join(room)).socket.closedWith).toBe(1012);
  });
});

describe.each([
  ['tripcast.v1', false],
  ['tripcast.v1+json', true],
])('a slow follower, %s,', (_name, isJson) => {
  test('[P3] is read forward from the track as its socket drains; a quick one hears at once', async () => {
    const room = (await rooms.enter(trip.id))!;
    const slow = await join(room, { isJson });
    const quick = await join(room, { isJson });
    slow.socket.room = 3;
    const times = range(500);
    for (let next = 0; next < 500; next += 25) await store(times.slice(next, next + 25));
    expect(quick.socket.times).toEqual(times);
    expect(slow.socket.times.length).toBeLessThan(500);
    for (let drains = 0; drains < 500 && slow.follower.position !== 'live'; drains++) {
      slow.socket.drain();
      room.drained(slow.follower);
      await settled();
    }
    expect(slow.socket.times).toEqual(times);
    slow.socket.drain();
    await store([at(500)]);
    expect(slow.socket.times).toEqual(range(501));
  });

  test('[F5] hears the newest state of a trip that changed while its buffer was full', async () => {
    const room = (await rooms.enter(trip.id))!;
    const { socket, follower } = await join(room, { isJson });
    socket.room = 0;
    await store(range(3));
    for (const version of [2, 3]) {
      await backend.trips.replace({ ...trip, version, eta: at(version) }, version - 1);
      await settled();
    }
    socket.room = Number.POSITIVE_INFINITY;
    socket.drain();
    room.drained(follower);
    await settled();
    const trips = socket.sent.filter(
      (message) => typeof message === 'string' && message.includes('"trip","trip"'),
    );
    expect(trips.map((text) => JSON.parse(text as string).trip.version)).toEqual([3]);
    expect(socket.times).toEqual(range(3));
  });
});

test('[C5] a token that expires closes its own socket alone', async () => {
  const room = (await rooms.enter(trip.id))!;
  const brief = await join(room, { expiresAtMs: clock.now() + 1_000 });
  const lasting = await join(room);
  clock.step(999);
  rooms.tick();
  expect(brief.socket.closedWith).toBeUndefined();
  clock.step(1);
  rooms.tick();
  expect(brief.socket.closedWith).toBe(4001);
  expect(lasting.socket.closedWith).toBeUndefined();
});

test('[F7] after the end: a follower that has all goes after 1 s, one that has not after 10 s', async () => {
  const room = (await rooms.enter(trip.id))!;
  const [quick, slow] = [await join(room), await join(room)];
  slow.socket.room = 0;
  await store(range(3));
  await backend.trips.replace({ ...trip, status: 'COMPLETE', version: 2, endedAt: at(100) }, 1);
  await settled();
  clock.step(999);
  rooms.tick();
  expect(quick.socket.closedWith).toBeUndefined();
  clock.step(1);
  rooms.tick();
  expect(quick.socket.closedWith).toBe(1000);
  expect(slow.socket.closedWith).toBeUndefined();
  clock.step(9_000);
  rooms.tick();
  expect(slow.socket.closedWith).toBe(1000);
});
