// What befalls a process that goes on living: it is frozen for half a minute, its event loop stands still, it runs out of
// files, its clock is set. What it promises is measured from outside.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { NodePair } from '../support/nodes.ts';
import { metric, rest } from '../support/rest-client.ts';
import { numbers, Ride } from '../support/ride.ts';
import type { WireClient } from '../support/wire-client.ts';

const FROZEN_MS = 30_000;
const BLOCKED_MS = 2_000;
const HALF_AN_HOUR_MS = 1_800_000; // tokens live longer
const STEPPABLE = new URL('../support/steppable-clock.mjs', import.meta.url).href;

jest.setTimeout(150_000);

let pair: NodePair;
beforeAll(async () => {
  pair = await NodePair.start();
});
afterAll(() => pair.close());

const aNode = (env: Record<string, string> = {}) =>
  GatewayProcess.start({ REDIS_URL: pair.redis.url, ...env });

test.concurrent('[P4] [P5] a node frozen for 30 s that wakes writes nothing of a driver who has gone elsewhere, and tells its followers the whole track and nothing stale', async () => {
  const doomed = await aNode();
  try {
    const ride = await Ride.start(pair.one.url);
    const first = await ride.drive(doomed.url);
    const [inside, outside] = await Promise.all([ride.follow(doomed.url), ride.follow(pair.other.url)]);
    first.sendFixes(ride.fixesAt(0));
    await Promise.all([inside, outside].map((follower) => follower.heardUpTo(ride.startedAt)));
    doomed.freeze();
    const frozenAt = performance.now();
    first.sendFixes(ride.fixesAt(...numbers(50, 500))); // between those of the second
    const second = await FaithfulDriver.on(ride, pair.one.url);
    for (let next = 1; performance.now() - frozenAt < FROZEN_MS; next += 100) {
      second.send(ride.fixesAt(next));
      await pause(100); // the driver's rhythm
    }
    await second.settled();
    const expected = [ride.startedAt, ...second.times];
    await outside.heardUpTo(expected.at(-1)!);
    const [insideBefore, outsideBefore] = [inside.heard.seen.length, outside.heard.seen.length];

    doomed.thaw();
    expect((await first.closed()).code).toBe(4009);
    expect(first.acknowledged).toBe(ride.startedAt);
    await inside.heardUpTo(expected.at(-1)!);
    const last = second.sent.at(-1)!.time - ride.startedAt + 1;
    second.send(ride.fixesAt(last));
    await Promise.all([inside, outside].map((follower) => follower.heardUpTo(ride.startedAt + last)));
    expected.push(ride.startedAt + last);
    expect(inside.times).toEqual(expected);
    expect(outside.times).toEqual(expected);
    expect(await ride.track(pair.one.url)).toEqual(expected);
    expect(saidOffline(inside, insideBefore)).toEqual([]);
    expect(saidOffline(outside, outsideBefore)).toEqual([]);
  } finally {
    await doomed.close();
  }
});

test.concurrent('[P1] [P2] an event loop that stands still for 2 s loses nothing and sends nobody away', async () => {
  const node = await aNode();
  try {
    const ride = await Ride.start(pair.one.url);
    const driver = await FaithfulDriver.on(ride, node.url);
    const followers = await Promise.all([ride.follow(node.url), ride.follow(pair.other.url)]);
    await node.log.until('the driver to be told of', ({ msg }) => msg === 'driver connected');
    const states = node.log.seen.length;
    for (let round = 0; round < 2; round++) {
      driver.send(ride.fixesAt(...numbers(20, round * 100)));
      node.freeze(); // no turn of the loop can tell it from a long one
      driver.send(ride.fixesAt(...numbers(20, round * 100 + 50)));
      await pause(BLOCKED_MS);
      node.thaw();
      await driver.settled();
    }
    for (const follower of followers) {
      await follower.heardUpTo(driver.times.at(-1)!);
      expect(follower.times).toEqual(driver.times);
      expect(follower.events('service')).toEqual([]);
      expect(saidOffline(follower, 0)).toEqual([]);
    }
    expect(await ride.track(pair.one.url)).toEqual(driver.times);
    expect(node.log.seen.slice(states)).toEqual([]);
  } finally {
    await node.close();
  }
});

test.concurrent('[P3] [P7] out of files a node takes nobody, serves who is there, says so, and takes them again', async () => {
  const node = await aNode();
  const crowd: Socket[] = [];
  try {
    const ride = await Ride.start(pair.one.url);
    const driver = await FaithfulDriver.on(ride, node.url);
    const follower = await ride.follow(node.url);
    const open = readdirSync(`/proc/${node.pid}/fd`).length;
    const highest = Math.max(...readdirSync(`/proc/${node.pid}/fd`).map(Number));
    limitFiles(node, highest + 20);
    for (let count = 0; count < highest + 40 - open; count++) {
      const socket = connect(node.port, '127.0.0.1');
      socket.on('error', () => {}); // it is one too many
      crowd.push(socket);
    }
    await node.log.until('that it is out of files', ({ msg }) => msg.startsWith('out of files'));
    driver.send(ride.fixesAt(...numbers(20)));
    await driver.settled();
    await follower.heardUpTo(driver.times.at(-1)!);

    for (const socket of crowd) socket.destroy();
    await node.log.until('that files are there', ({ msg }) => msg === 'files can be opened again');
    const late = await ride.follow(node.url);
    await late.heardUpTo(driver.times.at(-1)!);
    expect(late.times).toEqual(driver.times);
    expect(follower.times).toEqual(driver.times);
    expect((await rest(node.url, '/readyz')).status).toBe(200);
    expect(await metric(node.url, 'tripcast_out_of_files')).toBe(0);
  } finally {
    for (const socket of crowd) socket.destroy();
    await node.close();
  }
});

test.concurrent.each([
  ['back', -HALF_AN_HOUR_MS],
  ['forward', HALF_AN_HOUR_MS],
])(
  '[P4] [P9] a clock that is set %s by half an hour is told; nobody falls silent, and no fix is refused for it',
  async (_way, stepMs) => {
    const node = await aNode({ NODE_OPTIONS: `--import=${STEPPABLE}`, CLOCK_STEP_MS: String(stepMs) });
    try {
      const [ride, quiet] = await Promise.all([Ride.start(pair.one.url), Ride.create(pair.one.url)]);
      const driver = await FaithfulDriver.on(ride, node.url);
      const followers = await Promise.all([ride.follow(node.url), ride.follow(pair.other.url)]);
      const listener = await quiet.follow(node.url);
      driver.send(ride.fixesAt(0));
      await driver.settled();

      node.signal('SIGUSR2');
      const { stepMs: told } = await node.log.until('the step', ({ msg }) => msg.includes('clock was set'));
      expect(Math.abs((told as number) - stepMs)).toBeLessThan(1_000);
      expect(await metric(node.url, 'tripcast_clock_steps_total')).toBe(1);
      driver.send(ride.fixesAt(...numbers(20, 1)));
      if (stepMs < 0) {
        // By this node's clock they come from the future: the driver is sent to ask for the time again, and finds another.
        expect((await driver.socket.closed()).code).toBe(1012);
        expect(driver.socket.events('refused')).toEqual([]);
        await driver.comeBack(pair.other.url);
      }
      await driver.settled();
      for (const follower of followers) {
        await follower.heardUpTo(driver.times.at(-1)!);
        expect(follower.times).toEqual(driver.times);
      }
      const heard = listener.heard.seen.length;
      await listener.heard.until('a sign of life', ({ kind }) => kind === 'empty', { from: heard });
      expect(listener.isClosed).toBe(false);
    } finally {
      await node.close();
    }
  },
);

function saidOffline(follower: WireClient, from: number): unknown[] {
  return follower.heard.seen
    .slice(from)
    .filter((item) => item.kind === 'event' && item.event.type === 'vehicle' && item.event.online === false);
}

/** Sets how many files a running node may have open. */
function limitFiles(node: GatewayProcess, count: number): void {
  execFileSync('prlimit', ['--pid', String(node.pid), `--nofile=${count}:`]);
}
