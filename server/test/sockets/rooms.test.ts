import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Trip } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../../src/backend.ts';
import { tripChannel } from '../../src/bus/live-bus.ts';
import { writeLiveFixes } from '../../src/bus/live-message.ts';
import { writeTripEvent } from '../../src/bus/trip-event.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import { Follower } from '../../src/sockets/follower.ts';
import type { Room } from '../../src/sockets/room.ts';
import { Rooms, TICK_EVERY_MS } from '../../src/sockets/rooms.ts';
import { fixesAt, tripUnderWay } from '../contract/samples.ts';
import { SteppedClock } from '../live/stepped-clock.ts';
import { idleNode, sample } from '../metrics/idle-node.ts';
import { FakeSocket } from './fake-socket.ts';

let clock: SteppedClock;
let backend: Backend;
let rooms: Rooms;
let trip: Trip;
let metrics: Metrics;

beforeEach(async () => {
  clock = new SteppedClock();
  backend = createMemoryBackend({ clock });
  metrics = createMetrics(idleNode());
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

function followerOf(
  room: Room,
  { isJson = false, since = 0, expiresAtMs = Number.POSITIVE_INFINITY } = {},
): Follower {
  return new Follower({
    trip: room.followed,
    isJson,
    issuedAtMs: clock.now(),
    expiresAtMs,
    share: undefined,
    since,
  });
}

/** A follower in a room that was entered for it. */
async function join(room: Room, wish: Parameters<typeof followerOf>[1] = {}) {
  const socket = new FakeSocket();
  await room.followed.expect(Number.POSITIVE_INFINITY);
  const follower = followerOf(room, wish);
  follower.greet(socket, { time: clock.now(), atMs: clock.monotonic() });
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
    clock.step(TICK_EVERY_MS);
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

  test('reads its trip again for who comes later: its text is not kept for those who have it', async () => {
    const room = (await rooms.enter(trip.id))!;
    const { socket } = await join(room);
    clock.step(TICK_EVERY_MS);
    rooms.tick();
    expect(room.followed.text).toBeUndefined();
    const later = await join((await rooms.enter(trip.id))!);
    const trips = [socket, later.socket].map(({ sent }) => JSON.parse(String(sent[0])).trip);
    expect(trips).toEqual([trip, trip]);
  });

  test('[P8] that may not hear of revocations lets nobody in, until it can', async () => {
    const room = await rooms.enter(trip.id);
    backend.serves = () => false;
    await expect(rooms.enter(trip.id)).rejects.toThrow(BackendUnavailable);
    backend.serves = () => true;
    expect(await rooms.enter(trip.id)).toBe(room);
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
    const text = await metrics.text();
    const counted = (name: string) => sample(text, `tripcast_${name}`);
    const madeGood = counted('fixes_made_good_total')!;
    expect(counted('followers_fell_behind_total')).toBeGreaterThan(0);
    expect(counted('fixes_dropped_total')).toBeGreaterThan(0);
    expect(counted('fixes_delivered_total{from="track"}')).toBe(madeGood);
    expect(counted('fixes_delivered_total{from="live"}')).toBe(2 * 501 - madeGood);
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

describe('[P2] what a failover lost after it had been passed on', () => {
  /** The track that the promoted server has: `count` fixes of what was stored. */
  async function loseAllBut(count: number): Promise<void> {
    const promoted = createMemoryBackend({ clock });
    await promoted.trips.create(trip, '');
    await promoted.tracks.store(trip.id, 1, fixesAt(...range(count)));
    backend.tracks.read = (...query) => promoted.tracks.read(...query);
    backend.tracks.store = async (...fixes) => {
      const outcome = await promoted.tracks.store(...fixes);
      await backend.bus.publish(tripChannel(trip.id), writeLiveFixes(trip.version, at(count - 1), fixes[2]));
      return outcome;
    };
  }

  test.each([
    ['has nothing', () => 0, 0],
    ['has what is left', () => at(2), 3],
    ['has some of what was lost', () => at(3), 4],
  ])('a follower that joins meanwhile, and %s, hears once it is stored again', async (_what, since, has) => {
    const room = (await rooms.enter(trip.id))!;
    const before = await join(room);
    await store(range(6));
    await loseAllBut(3);
    const { socket, follower } = await join(room, { since: since() });
    await store(range(3, 3)); // as the driver's node does
    expect(socket.times).toEqual(range(6).slice(has));
    await store([at(6)]);
    expect(follower.position).toBe('live');
    expect(socket.times).toEqual(range(7).slice(has));
    expect(before.socket.times).toEqual(range(7));
  });

  test('and stored again while a follower that has just joined was being read', async () => {
    const room = (await rooms.enter(trip.id))!;
    await store(range(6));
    await loseAllBut(3);
    const { read } = backend.tracks;
    backend.tracks.read = async (...query) => {
      const page = await read(...query);
      if (page.byteLength > 0) return page;
      backend.tracks.read = read;
      await store(range(3, 3));
      return page; // empty: it was read before
    };
    const { socket } = await join(room);
    await settled();
    expect(socket.times).toEqual(range(6));
  });

  test('and stored again without anybody hearing of it, comes with the next check', async () => {
    const room = (await rooms.enter(trip.id))!;
    await store(range(6));
    await loseAllBut(3);
    const { socket } = await join(room);
    backend.bus.publish = async () => 0;
    await store(range(3, 3));
    expect(socket.times).toEqual(range(3));
    await room.followed.check();
    await settled();
    expect(socket.times).toEqual(range(6));
  });
});

describe('[F5] an event for which a full buffer has no room', () => {
  test.each([
    ['one that has all fixes', false],
    ['one that claims to have later ones', true],
  ])('is heard once it has drained, though no fix follows, by %s', async (_who, isAhead) => {
    const room = (await rooms.enter(trip.id))!;
    const { socket, follower } = await join(room, { since: isAhead ? at(1_000_000) : 0 });
    socket.room = 0;
    await backend.trips.replace({ ...trip, version: 2, eta: at(60_000) }, 1);
    await settled();
    room.vehicle({ online: true, time: at(5), paceMs: 1_000 });
    socket.room = Number.POSITIVE_INFINITY;
    socket.drain();
    room.drained(follower);
    await settled();
    const heard = socket.sent.map((message) => JSON.parse(message as string).type);
    expect(heard).toEqual(['hello', 'trip', 'vehicle']);
    await store([at(1_000_001)]);
    expect(socket.times).toEqual([at(1_000_001)]);
  });
});

test('[P7] followers of a trip that cannot be kept are told, and told when it can be again; no others', async () => {
  const other = tripUnderWay(clock.now());
  await backend.trips.create(other, '');
  const [here, there] = [(await rooms.enter(trip.id))!, (await rooms.enter(other.id))!];
  const [affected, untouched] = [await join(here), await join(there)];
  const told = (socket: FakeSocket) =>
    socket.sent.filter((message) => typeof message === 'string' && message.includes('"service"'));
  const tick = () => {
    clock.step(TICK_EVERY_MS);
    rooms.tick();
  };
  tick();
  backend.serves = (channel) => channel !== tripChannel(trip.id);
  tick();
  tick();
  backend.serves = () => true;
  tick();
  expect(told(affected.socket)).toEqual([
    '{"type":"service","available":false}',
    '{"type":"service","available":true}',
  ]);
  expect(told(untouched.socket)).toEqual([]);
});

test('[B3] [P7] cursors that cannot be read on hear a sign of life each 4 s all the same, and nothing else in between', async () => {
  await store(range(3));
  const room = (await rooms.enter(trip.id))!;
  const { read } = backend.tracks;
  backend.tracks.read = () => Promise.reject(new BackendUnavailable('away'));
  const { socket, follower } = await join(room);
  const isEmpty = (message: string | number[]) => typeof message !== 'string' && message.length === 0;
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 500) {
    clock.step(500);
    rooms.tick();
    await settled();
    expect(follower.position).toBe('stalled');
  }
  expect(socket.sent.filter(isEmpty).length).toBeGreaterThanOrEqual(60_000 / 4_500 - 1);
  expect(socket.sent.filter(isEmpty).length).toBeLessThanOrEqual(60_000 / 4_000);
  backend.tracks.read = read;
  clock.step(TICK_EVERY_MS);
  rooms.tick();
  await settled();
  expect(socket.times).toEqual(range(3));
  expect(follower.position).toBe('live');
});

test('a cursor whose read fails by a mistake of ours is to be read again', async () => {
  await store(range(3));
  const follower = followerOf((await rooms.enter(trip.id))!);
  follower.greet(new FakeSocket(), { time: clock.now(), atMs: clock.monotonic() });
  const mistake = new Error('a mistake of ours');
  const failing = { ...backend.tracks, read: () => Promise.reject(mistake) };
  await expect(follower.read(failing, 4)).rejects.toBe(mistake);
  expect(follower.position).toBe('stalled');
});

test('[C5] a token that expires closes its own socket alone', async () => {
  const room = (await rooms.enter(trip.id))!;
  const brief = await join(room, { expiresAtMs: clock.now() + 1_000 });
  const lasting = await join(room);
  clock.step(999);
  rooms.tick();
  expect(brief.socket.closedWith).toBeUndefined();
  clock.step(TICK_EVERY_MS);
  rooms.tick();
  expect(brief.socket.closedWith).toBe(4001);
  expect(lasting.socket.closedWith).toBeUndefined();
});

test('[F7] an end that was told and lost ends nothing: who follows then stays', async () => {
  const room = (await rooms.enter(trip.id))!;
  const ended = { ...trip, status: 'COMPLETE' as const, version: 2, endedAt: at(100), updatedAt: at(100) };
  await backend.bus.publish(tripChannel(trip.id), writeTripEvent(ended));
  await settled();
  await room.followed.check();
  const { socket } = await join(room);
  clock.step(2_000);
  rooms.tick();
  await store(range(3));
  expect(socket.closedWith).toBeUndefined();
  expect(socket.times).toEqual(range(3));
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
  clock.step(TICK_EVERY_MS);
  rooms.tick();
  expect(quick.socket.closedWith).toBe(1000);
  expect(slow.socket.closedWith).toBeUndefined();
  clock.step(9_000);
  rooms.tick();
  expect(slow.socket.closedWith).toBe(1000);
});
