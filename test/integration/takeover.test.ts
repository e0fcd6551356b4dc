// A vehicle's driver connects to several nodes: never two write, never nobody for longer than a second.
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { LossyProxy } from '../../server/test/contract/lossy-proxy.ts';
import { fairMs, longestFairGapMs, OTHERS_WAIT_MS } from '../support/fair-time.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { NodePair } from '../support/nodes.ts';
import { between, seededRandom } from '../support/random.ts';
import { dial, handshakeHead } from '../support/raw-socket.ts';
import { Ride } from '../support/ride.ts';
import type { WireClient } from '../support/wire-client.ts';

/** What is promised of a takeover. */
const NOBODY_WRITES_MS = 1_000;
const EVERY_MS = 20;

jest.setTimeout(90_000);

let pair: NodePair;
let ride: Ride;
let follower: WireClient;
/** Times, ms after the trip's start, grow over all connections of the vehicle. */
let next: number;

beforeAll(async () => {
  pair = await NodePair.start();
});
afterAll(() => pair.close());
beforeEach(async () => {
  ride = await Ride.start(pair.one.url);
  follower = await ride.follow(pair.other.url);
  next = 0;
});

test.each([
  ['one node and the other', () => [pair.one, pair.other]],
  ['the other and one', () => [pair.other, pair.one]],
  ['the same node twice', () => [pair.one, pair.one]],
])(
  '[D4] [P5] %s: the newest writes within a second, the older is sent away and writes nothing',
  async (_order, nodes) => {
    const [first, second] = nodes() as [GatewayProcess, GatewayProcess];
    const older = await FaithfulDriver.on(ride, first.url);
    await driveFor(older, 500);
    const takenAt = performance.now();
    const newer = await FaithfulDriver.on(ride, second.url);
    const [closed] = await Promise.all([older.socket.closed(), driveFor(newer, 1_500)]);
    expect(closed.code).toBe(4009);
    expect(fairMs(takenAt, closed.at)).toBeLessThan(NOBODY_WRITES_MS + OTHERS_WAIT_MS);
    await newer.settled();
    await follower.heardUpTo(newer.times.at(-1)!);
    expect(longestGapMs(follower)).toBeLessThan(NOBODY_WRITES_MS + OTHERS_WAIT_MS);
    expect(follower.times).toEqual(await ride.track());
    expect(offline(follower)).toEqual([]);
  },
);

test.each([1, 2, 3, 4])(
  '[D4] [P5] several at once, on any node: one is left, whose fixes are acknowledged (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const nodes = [pair.one, pair.other];
    for (let round = 0; round < 4; round++) {
      const sockets = await Promise.all(
        Array.from({ length: between(random, 2, 4) }, () => ride.drive(nodes[between(random, 0, 1)]!.url)),
      );
      const [winner, ...others] = await lastOneOf(sockets);
      expect(others).toEqual([]);
      winner!.sendFixes(ride.fixesAt(next++));
      await winner!.acknowledgedUpTo(ride.startedAt + next - 1);
    }
    await follower.heardUpTo(ride.startedAt + next - 1);
    expect(follower.times).toEqual(await ride.track());
    const late = await ride.follow(pair.one.url);
    expect(late.events('hello')[0]).toMatchObject({ vehicle: { online: true } });
  },
);

test('[D4] [P5] the note of a takeover is lost: the older writes nothing all the same, and is found out by its first fix', async () => {
  const proxy = await LossyProxy.to(pair.redis.port);
  const deaf = await GatewayProcess.start({ REDIS_URL: proxy.url });
  try {
    const older = await FaithfulDriver.on(ride, deaf.url);
    await driveFor(older, 500);
    proxy.deafen();
    const newer = await FaithfulDriver.on(ride, pair.other.url);
    const driving = driveFor(newer, 2_000);
    await newer.socket.event('ack');
    const between = next++;
    older.socket.sendFixes(ride.fixesAt(between));
    const foundOutFrom = performance.now();
    const closed = await older.socket.closed();
    expect(closed.code).toBe(4009);
    expect(fairMs(foundOutFrom, closed.at)).toBeLessThan(NOBODY_WRITES_MS + OTHERS_WAIT_MS);
    await driving;
    await newer.settled();
    await follower.heardUpTo(newer.times.at(-1)!);
    expect(await ride.track()).not.toContain(ride.startedAt + between);
    expect(follower.times).toEqual(await ride.track());
    expect(longestGapMs(follower)).toBeLessThan(NOBODY_WRITES_MS + OTHERS_WAIT_MS);
  } finally {
    await deaf.close();
    await proxy.close();
  }
});

test('[D4] [P5] the node of the older is frozen: the newer writes within a second', async () => {
  const frozen = await GatewayProcess.start({ REDIS_URL: pair.redis.url });
  try {
    const older = await FaithfulDriver.on(ride, frozen.url);
    await driveFor(older, 500);
    await older.settled(); // nobody drives meanwhile
    frozen.freeze();
    const frozenAt = performance.now();
    const newer = await FaithfulDriver.on(ride, pair.one.url);
    await driveFor(newer, 1_000);
    frozen.thaw();
    const [closed] = await Promise.all([older.socket.closed(), driveFor(newer, 500)]);
    expect(closed.code).toBe(4009);
    await newer.settled();
    await follower.heardUpTo(newer.times.at(-1)!);
    expect(longestGapMs(follower, frozenAt)).toBeLessThan(NOBODY_WRITES_MS + OTHERS_WAIT_MS);
    expect(follower.times).toEqual([...older.times, ...newer.times]);
    expect(offline(follower)).toEqual([]);
  } finally {
    await frozen.close();
  }
});

test.each([
  ['an end', (socket: Socket) => socket.destroy()],
  ['a reset', (socket: Socket) => socket.resetAndDestroy()],
])(
  '[D4] [P5] a node that wakes with handshakes whose driver has given up, by %s, takes nothing over',
  async (_how, giveUp) => {
    const frozen = await GatewayProcess.start({ REDIS_URL: pair.redis.url });
    try {
      frozen.freeze();
      for (let tries = 0; tries < 5; tries++) {
        const socket = await dial(frozen.port);
        await new Promise<void>((sent) => {
          socket.write(handshakeHead(ride.drivePath(), ride.driverToken), () => sent());
        });
        giveUp(socket);
      }
      const driver = await FaithfulDriver.on(ride, pair.one.url);
      await driveFor(driver, 200);
      frozen.thaw();
      await (await Ride.start(pair.one.url)).drive(frozen.url); // by then it has been through what came before
      await driveFor(driver, 500);
      expect(driver.socket.isClosed).toBe(false);
      await driver.settled();
    } finally {
      await frozen.close();
    }
  },
);

/** Sends a fix each 20 ms. */
async function driveFor(driver: FaithfulDriver, ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    driver.send(ride.fixesAt(next++));
    await pause(EVERY_MS); // the driver's rhythm
  }
}

/** Those that are open once all the others were closed with 4009. */
async function lastOneOf(sockets: readonly WireClient[]): Promise<readonly WireClient[]> {
  let left = sockets;
  while (left.length > 1) {
    const closed = left.map(async (socket) => {
      expect((await socket.closed()).code).toBe(4009);
      return socket;
    });
    const gone = await Promise.any(closed);
    for (const wait of closed) wait.catch(() => {}); // the last one is never closed
    left = left.filter((socket) => socket !== gone);
  }
  return left;
}

/** Between two messages with fixes, or from a moment to the first after it, in fair ms. */
function longestGapMs({ heard }: WireClient, from?: number): number {
  const at = heard.seen.flatMap((item) => (item.kind === 'fixes' ? [item.at] : []));
  return longestFairGapMs(from === undefined ? at : [from, ...at.filter((time) => time > from)]);
}

function offline(client: WireClient): unknown[] {
  return client.events('vehicle').filter(({ online }) => online === false);
}
