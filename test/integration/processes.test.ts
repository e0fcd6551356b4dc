// Several processes on one port, as `npm run gateway -- --processes 2` starts them.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess, type LogLine } from '../support/gateway-process.ts';
import { numbers, Ride } from '../support/ride.ts';
import { Scrape } from '../support/scrape.ts';

jest.setTimeout(60_000);

const PROCESSES = 2;
/** Each goes to either process with the same chance: all to one, once in 2^39. */
const FOLLOWERS = 40;

let redis: RedisServer;
let node: GatewayProcess | undefined;

beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.close());
afterEach(async () => {
  node?.terminate();
  await node?.exit;
  node = undefined;
});

test('[P6] processes that share a port are one service: what comes to either is heard at both, and all leave politely', async () => {
  const port = await portsInARow(1 + PROCESSES);
  node = await GatewayProcess.start({ REDIS_URL: redis.url, PORT: String(port) }, { processes: PROCESSES });
  await ready(PROCESSES);

  const ride = await Ride.start(node.url);
  const followers = await Promise.all(Array.from({ length: FOLLOWERS }, () => ride.follow(node!.url)));
  const driver = await FaithfulDriver.on(ride, node.url);
  for (const offset of numbers(5)) driver.send(ride.fixesAt(offset));
  await Promise.all(followers.map((follower) => follower.heardUpTo(ride.startedAt + 4)));

  const there = await Promise.all(ownUrls(port).map((url) => Scrape.of(url)));
  const riders = there.map((scrape) => scrape.value('connections{role="rider"}'));
  expect(Math.min(...riders)).toBeGreaterThan(0);
  expect(riders.reduce((sum, count) => sum + count)).toBe(FOLLOWERS);

  node.terminate();
  for (const follower of followers) expect((await follower.closed()).code).toBe(1012);
  expect(await node.exit).toEqual({ code: 0, signal: null });
});

test('[P5] a process that dies is replaced, and the others live on', async () => {
  const port = await portsInARow(1 + PROCESSES);
  node = await GatewayProcess.start({ REDIS_URL: redis.url, PORT: String(port) }, { processes: PROCESSES });
  await ready(PROCESSES);
  const ride = await Ride.start(node.url);
  const [first, second] = ownUrls(port) as [string, string];
  const [there, elsewhere] = await Promise.all([ride.follow(first), ride.follow(second)]);

  process.kill(await processOn(first, node.pid), 'SIGKILL');
  expect((await there.closed()).code).toBe(1006);
  await ready(PROCESSES + 1);
  await ride.follow(first);
  expect(elsewhere.isClosed).toBe(false);
});

test.each([
  ['without Redis', { PORT: '18080' }, /REDIS_URL/],
  ['on any free port', { PORT: '0', REDIS_URL: 'redis://127.0.0.1:1' }, /PORT/],
])('several processes %s are refused with what to do', async (_how, env, what) => {
  node = GatewayProcess.spawn(env, { processes: PROCESSES });
  expect(await node.exit).toEqual({ code: 1, signal: null });
  expect(node.told()).toMatch(what);
});

test('a port that another program has is told, and nothing is left running', async () => {
  const port = await portsInARow(1 + PROCESSES);
  const holder = createServer();
  await listening(holder, port + PROCESSES);
  node = GatewayProcess.spawn({ REDIS_URL: redis.url, PORT: String(port) }, { processes: PROCESSES });
  expect((await node.exit).code).toBe(1);
  expect(node.told()).toMatch(new RegExp(`cannot listen on 127.0.0.1:${port + PROCESSES}`));
  holder.close();
});

/** So many processes have said so by now. */
function ready(count: number): Promise<void> {
  const isReady = ({ msg }: LogLine) => msg === 'ready';
  return node!.log.untilAll(`${count} to be ready`, (lines) => lines.filter(isReady).length === count);
}

function ownUrls(port: number): string[] {
  return Array.from({ length: PROCESSES }, (_, nth) => `http://127.0.0.1:${port + 1 + nth}`);
}

/** The process, one of the parent's, that listens at a port of its own. */
async function processOn(url: string, parent: number): Promise<number> {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  const port = new URL(url).port;
  const own = children.find((pid) =>
    readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TRIPCAST_OWN_PORT=${port}`),
  );
  return Number(own);
}

/** The first of so many ports in a row that nobody has. */
async function portsInARow(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const servers = Array.from({ length: count }, () => createServer());
    const taken = await Promise.allSettled(servers.map((server, nth) => listening(server, first + nth)));
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (taken.every(({ status }) => status === 'fulfilled')) return first;
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
}
