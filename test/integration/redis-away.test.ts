// Redis goes away: nodes stay up and say so, acknowledge nothing, queue nothing stale, and resume by themselves.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { NODE_GONE_AFTER_MS } from '../../server/src/bus/node-registry.ts';
import { TAKE_OVER } from '../../server/src/redis/scripts/vehicle.ts';
import { LossyProxy } from '../../server/test/contract/lossy-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { NodePair, untilReady } from '../support/nodes.ts';
import { between, seededRandom } from '../support/random.ts';
import { metric, rest } from '../support/rest-client.ts';
import { numbers, Ride } from '../support/ride.ts';
import { HandshakeRefused, WireClient } from '../support/wire-client.ts';

let pair: NodePair;
beforeAll(async () => {
  pair = await NodePair.start();
});
afterAll(() => pair.close());

test.each([
  ['is killed', () => pair.redis.kill(), () => pair.redis.start()],
  ['hangs', async () => pair.redis.freeze(), async () => pair.redis.thaw()],
])('[P7] Redis %s and comes back', async (_how, leave, comeBack) => {
  const { one, other } = pair;
  const ride = await Ride.start(one.url);
  const driver = await FaithfulDriver.on(ride, one.url);
  const follower = await ride.follow(other.url);
  driver.send(ride.fixesAt(...numbers(10)));
  await driver.settled();
  await follower.heardUpTo(driver.times.at(-1)!);

  await leave();
  driver.send(ride.fixesAt(...numbers(30, 10)));
  await Promise.all([one, other].map((node) => untilReadiness(node.url, 503)));
  driver.send(ride.fixesAt(...numbers(30, 40)));
  expect(await rest(one.url, '/readyz')).toMatchObject({
    body: { code: 'unavailable', detail: expect.stringMatching(/Redis/) },
  });
  expect((await rest(one.url, '/healthz')).status).toBe(200);
  expect(await rest(one.url, '/')).toMatchObject({
    status: 200,
    body: expect.stringContaining('A page that a node serves'),
  });
  expect((await rest(one.url, `/v1/trips/${ride.id}`)).status).toBe(503);
  for (const [path, token] of [
    [ride.drivePath(), ride.driverToken],
    [ride.followPath(), ride.riderToken], // though the node has the trip at hand: its token may have been revoked
  ] as const) {
    const refused = await WireClient.open(other.url + path, token).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(HandshakeRefused);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  }
  expect(driver.acknowledged).toBe(ride.startedAt + 9);
  for (const client of [driver.socket, follower]) {
    expect(client.heard.seen.filter(({ kind }) => kind === 'closed')).toEqual([]);
  }

  for (const client of [driver.socket, follower]) {
    await client.event('service', ({ available }) => available === false); // [E4]
  }

  await comeBack();
  await driver.settled();
  await follower.heardUpTo(driver.times.at(-1)!);
  expect(await ride.track(other.url)).toEqual(driver.times);
  expect(follower.times).toEqual(driver.times);
  expect(driver.socket.events('refused')).toEqual([]);
  await untilReady([one, other]);
  for (const client of [driver.socket, follower]) {
    await client.event('service', ({ available }) => available === true);
    expect(client.events('service').map(({ available }) => available)).toEqual([false, true]);
  }
  driver.send(ride.fixesAt(100));
  await follower.heardUpTo(ride.startedAt + 100);
});

test.each([
  ['is killed', () => pair.redis.kill(), () => pair.redis.start()],
  ['hangs', async () => pair.redis.freeze(), async () => pair.redis.thaw()],
])(
  '[P4] [P7] a driver who goes while Redis %s is offline as soon as that is back',
  async (_how, leave, comeBack) => {
    const { one, other } = pair;
    const ride = await Ride.start(one.url);
    const others = await connectedDrivers(one.url);
    const driver = await ride.drive(one.url);
    const follower = await ride.follow(other.url);
    driver.sendFixes(ride.fixesAt(0));
    await follower.heardUpTo(ride.startedAt);
    await leave();
    await untilReadiness(one.url, 503);
    driver.drop();
    await eventually('its end to be seen', async () => (await connectedDrivers(one.url)) === others);
    await comeBack();
    await follower.event('vehicle', ({ online }) => online === false);
    await untilReady([one, other]);
    const late = await ride.follow(one.url);
    expect(late.events('hello')[0]).toMatchObject({ vehicle: { online: false } });
  },
);

test('[P7] [P9] a Redis that hangs for longer than a node is remembered makes no driver seem gone, and sends none away', async () => {
  const { one, other, redis } = pair;
  const ride = await Ride.start(one.url);
  const driver = await FaithfulDriver.on(ride, one.url);
  const follower = await ride.follow(other.url);
  driver.send(ride.fixesAt(0));
  await driver.settled();
  redis.freeze();
  await pause(NODE_GONE_AFTER_MS + 2_000);
  redis.thaw();
  await untilReady([one, other]);
  for (let next = 1; next <= 80; next++) {
    driver.send(ride.fixesAt(next));
    await pause(100); // for as long as a false alarm would take
  }
  await driver.settled();
  await follower.heardUpTo(driver.times.at(-1)!);
  expect(driver.socket.isClosed).toBe(false);
  expect(follower.events('vehicle').filter(({ online }) => online === false)).toEqual([]);
});

test('[P4] [P7] a driver whose takeover is carried out, and its answer lost, is offline again when it does not come back', async () => {
  const { other, redis } = pair;
  const ride = await Ride.start(other.url);
  (await ride.drive(other.url)).drop(); // Redis knows the script
  const follower = await ride.follow(other.url);
  const proxy = await LossyProxy.to(redis.port);
  const node = await GatewayProcess.start({ REDIS_URL: proxy.url });
  try {
    const carriedOut = proxy.loseAnswerTo(TAKE_OVER.sha1);
    const outcome = ride.drive(node.url).catch((error: unknown) => error);
    await carriedOut;
    expect(await outcome).toMatchObject({ status: 503 });
    const isOnline = async () => {
      const late = await ride.follow(other.url);
      late.drop();
      return (late.events('hello')[0]!.vehicle as { online: boolean }).online;
    };
    await eventually('it to be offline', async () => !(await isOnline()));
    expect(follower.events('vehicle').at(-1)?.online ?? false).toBe(false);
  } finally {
    await node.close();
    await proxy.close();
  }
});

test('[P2] subscriptions are cut again and again: followers have no hole (seed 21)', async () => {
  const random = seededRandom(21);
  const { one, other, redis } = pair;
  const admin = new Redis(redis.url);
  try {
    const ride = await Ride.start(one.url);
    const driver = await FaithfulDriver.on(ride, one.url);
    const followers = [await ride.follow(one.url), await ride.follow(other.url)];
    let cuts = 0;
    for (let next = 0; next < 600; ) {
      const count = between(random, 1, 8);
      driver.send(ride.fixesAt(...numbers(count, next)));
      next += count;
      await pause(between(random, 0, 4)); // a driver's rhythm
      if (random() < 0.05) cuts += (await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')) as number;
    }
    expect(cuts).toBeGreaterThan(0);
    await driver.settled();
    for (const follower of followers) {
      await follower.heardUpTo(driver.times.at(-1)!);
      expect(follower.times).toEqual(driver.times);
    }
  } finally {
    admin.disconnect();
  }
});

const connectedDrivers = (url: string) => metric(url, 'tripcast_connections{role="driver"}');

async function untilReadiness(url: string, status: number): Promise<void> {
  await eventually(`/readyz to be ${status}`, async () => (await rest(url, '/readyz')).status === status);
}
