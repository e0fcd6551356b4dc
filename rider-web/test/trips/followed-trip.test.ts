import { afterEach, describe, expect, test } from '@jest/globals';
import { encodeFixes, encodePolyline, type Fix, type Trip } from '@tripcast/protocol';
import { FollowedTrip } from '../../src/trips/followed-trip.ts';
import { at, CORNERS } from '../glide/streams.ts';
import { aTrip } from './a-trip.ts';
import { SteppedClock, settled } from './stepped-clock.ts';

const START_MS = 1_800_000_000_000;
const SERVER_AHEAD_MS = 30_000;

/** A node at the other end of the socket; its clock is half a minute ahead of the page's. */
class NodeSocket {
  static last: NodeSocket | undefined;
  binaryType = 'arraybuffer';
  readonly bufferedAmount = 0;
  readonly offered: readonly string[];
  readonly url: string;
  isClosed = false;
  readonly #listeners = new Map<string, ((event: never) => void)[]>();

  constructor(url: string, offered: string[]) {
    this.url = url;
    this.offered = offered;
    NodeSocket.last = this;
  }

  send(): void {}

  close(): void {
    this.isClosed = true;
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  tell(type: string, event: object = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }

  hello(trip: Trip, serverTime: number, fix?: Fix): void {
    const hello = {
      type: 'hello',
      serverTime,
      trip,
      vehicle: { online: true, time: serverTime, paceMs: 1000 },
    };
    this.tell('open');
    this.tell('message', { data: JSON.stringify(fix ? { ...hello, fix: { type: 'fix', ...fix } } : hello) });
  }

  fixes(...fixes: Fix[]): void {
    this.tell('message', { data: encodeFixes(fixes).buffer });
  }
}

let followed: FollowedTrip | undefined;
afterEach(() => followed?.close());

async function follow(trip: Trip, fix?: Fix, helloAfterMs = 0) {
  const clock = new SteppedClock(START_MS);
  let network = (_isOnline: boolean) => {};
  followed = new FollowedTrip({
    url: 'http://node.test',
    tripId: trip.id,
    token: 'secret',
    platform: {
      clock,
      WebSocket: NodeSocket,
      fetch: () => new Promise<Response>(() => {}),
      random: () => 0.5,
      onWake: () => () => {},
      onNetwork: (listener) => {
        network = listener;
        return () => {};
      },
    },
  });
  await settled();
  const socket = NodeSocket.last!;
  await clock.pass(helloAfterMs);
  socket.hello(trip, START_MS + SERVER_AHEAD_MS, fix);
  await settled();
  return { followed, clock, socket, network };
}

function fixAt(eastMetres: number, ms: number): Fix {
  return { ...at(eastMetres, 0), heading: 90, speed: 10, accuracy: 5, time: START_MS + SERVER_AHEAD_MS + ms };
}

const onRoute = aTrip({ route: encodePolyline(CORNERS), eta: START_MS + SERVER_AHEAD_MS + 180_000 });

test('[P9] the newest fix of the hello is shown at once, its age by the server’s clock', async () => {
  const { followed } = await follow(onRoute, fixAt(100, -2_000));
  const pose = followed.poseAt(START_MS)!;
  expect(pose.ageMs).toBe(2_000);
  expect(pose.onRoute?.metres).toBeGreaterThan(100);
  expect(pose.onRoute?.metres).toBeLessThan(120); // 2 s at 10 m/s
  expect(followed.facts()).toMatchObject({
    truth: { kind: 'live' },
    fixAgeSeconds: 0,
    remainingMetres: 980,
  });
});

test('the token is never in an address', async () => {
  const { socket } = await follow(onRoute);
  expect(socket.url).not.toContain('secret');
  expect(socket.offered.join()).toContain('secret');
});

test('fixes move the car without telling the screen', async () => {
  const { followed, clock, socket } = await follow(onRoute, fixAt(100, 0));
  let told = 0;
  followed.subscribe(() => told++);
  const before = followed.poseAt(clock.now())!;
  for (let second = 1; second <= 3; second++) {
    socket.fixes(fixAt(100 + second * 10, second * 1000));
  }
  expect(told).toBe(0);
  expect(followed.poseAt(clock.now() + 3_000)!.onRoute!.metres).toBeGreaterThan(before.onRoute!.metres + 10);
});

describe('the facts', () => {
  test('are the same object until a screen would show something else', async () => {
    const { followed, clock, socket } = await follow(onRoute, fixAt(100, 0));
    socket.fixes({ ...fixAt(100, 100), speed: 0 });
    await clock.pass(2_000);
    const facts = followed.facts();
    socket.fixes({ ...fixAt(100, 1_900), speed: 0 });
    await clock.pass(1_000);
    expect(followed.facts()).toBe(facts);
  });

  test('[P9] grow old by themselves, and stop being live after 10 s', async () => {
    const { followed, clock, socket } = await follow(onRoute, fixAt(100, 0));
    for (let second = 0; second < 12; second += 3) {
      await clock.pass(3_000);
      socket.tell('message', { data: new ArrayBuffer(0) });
    }
    expect(followed.facts()).toMatchObject({ truth: { kind: 'silent' }, fixAgeSeconds: 12 });
  });

  test('[P9] stop being live in the moment in which the newest fix is 10 s old', async () => {
    const { followed, clock } = await follow(onRoute, fixAt(100, -2_700));
    await clock.pass(7_300);
    expect(followed.facts().truth.kind).toBe('live');
    await clock.pass(1);
    expect(followed.facts().truth.kind).toBe('silent');
  });

  test('[P9] stop being live at once on a device that stalled when the newest fix grew too old', async () => {
    const { followed, clock } = await follow(onRoute, fixAt(100, -2_700));
    const now = clock.now.bind(clock);
    let readings = 0;
    const hasStalled = () => now() === START_MS + 7_000 && readings++ > 0;
    clock.now = () => now() + (hasStalled() ? 400 : 0);
    await clock.pass(7_000);
    expect(followed.facts().truth.kind).toBe('silent');
  });

  test('[P9] that are live again only for a moment stop being so in that moment', async () => {
    const { followed, clock, socket } = await follow(onRoute, fixAt(100, -300));
    const service = (available: boolean) =>
      socket.tell('message', { data: JSON.stringify({ type: 'service', available }) });
    service(false);
    await clock.pass(5_000);
    service(false);
    await clock.pass(4_100);
    expect(followed.facts().truth.kind).toBe('disturbed');
    service(true);
    expect(followed.facts().truth.kind).toBe('live'); // the newest fix is 9.4 s old
    await clock.pass(601);
    expect(followed.facts().truth.kind).toBe('silent');
  });

  test('[P9] are never live in a frame that comes before a tick that is late', async () => {
    const { followed, clock } = await follow(onRoute, fixAt(100, -2_700));
    await clock.pass(7_000);
    const now = clock.now.bind(clock);
    clock.now = () => now() + 400; // and no timer has fired yet
    followed.poseAt(clock.now());
    expect(followed.facts().truth.kind).toBe('silent');
  });

  test('are live again with the first fix after a silence, not with the next whole second', async () => {
    const { followed, clock, socket } = await follow(onRoute, fixAt(100, -9_000));
    await clock.pass(3_400);
    expect(followed.facts().truth.kind).toBe('silent');
    socket.fixes(fixAt(150, 3_300));
    expect(followed.facts().truth.kind).toBe('live');
  });

  test('show no age any more with the first new fix, not with the next whole second', async () => {
    const { followed, clock, socket } = await follow(onRoute, fixAt(100, 0));
    await clock.pass(8_400);
    expect(followed.facts()).toMatchObject({ truth: { kind: 'live' }, fixAgeSeconds: 8 });
    socket.fixes(fixAt(180, 8_300));
    expect(followed.facts()).toMatchObject({ truth: { kind: 'live' }, fixAgeSeconds: 0 });
  });

  test('[P9] on a slow link stop being live earlier, by what the clock is unsure of', async () => {
    const { followed, clock } = await follow(onRoute, fixAt(100, 0), 4_000);
    await clock.pass(5_999); // the hello was on its way for up to 4 s: 2 s are older by its clock, and 2 s more perhaps
    expect(followed.facts().truth.kind).toBe('live');
    await clock.pass(2);
    expect(followed.facts().truth.kind).toBe('silent');
  });

  test('[P9] say at once that this device is offline; the car rolls out, and is no measurement any more', async () => {
    const { followed, clock, socket, network } = await follow(onRoute, fixAt(100, 0));
    const metres = () => followed.poseAt(clock.now())!.onRoute!.metres;
    network(false);
    expect(followed.facts().truth.kind).toBe('noNetwork');
    const before = metres();
    await clock.pass(1_000);
    expect(metres()).toBeGreaterThan(before + 5);
    await clock.pass(8_500);
    expect(followed.facts()).toMatchObject({ truth: { kind: 'noNetwork' }, fixAgeSeconds: 9 });
    expect(followed.poseAt(clock.now())!.kind).toBe('stale');
    socket.fixes(fixAt(195, 9_500)); // it was wrong
    expect(followed.facts().truth.kind).toBe('live');
  });

  test('[P9] are live again when the device was wrong, by an empty message too', async () => {
    const { followed, clock, socket, network } = await follow(onRoute, fixAt(100, 0));
    network(false);
    await clock.pass(4_000);
    socket.tell('message', { data: new ArrayBuffer(0) });
    expect(followed.facts().truth.kind).toBe('live');
    network(true);
    expect(NodeSocket.last).toBe(socket);
    expect(socket.isClosed).toBe(false);
  });

  test('follow the trip through its changes', async () => {
    const { followed, socket } = await follow(onRoute, fixAt(100, 0));
    let told = 0;
    followed.subscribe(() => told++);
    const trip = aTrip({ version: 2, status: 'ARRIVED_AT_PICKUP' });
    socket.tell('message', { data: JSON.stringify({ type: 'trip', trip }) });
    expect(followed.facts().trip?.status).toBe('ARRIVED_AT_PICKUP');
    expect(followed.route).toBeUndefined();
    expect(told).toBe(1);
  });
});

test('close() leaves nothing behind, and may be called twice', async () => {
  const { followed, clock, socket } = await follow(onRoute, fixAt(100, 0));
  followed.close();
  followed.close();
  followed.poseAt(START_MS + 60_000); // a last frame
  expect(socket.isClosed).toBe(true);
  expect(clock.pending).toBe(0);
});
