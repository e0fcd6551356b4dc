// All at once: nodes and Redis die, hang and come back, subscriptions are cut, driver and riders move about. At the end
// the track is all that the driver sent, and each rider has heard all of it, once, in order.
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { FaithfulRider, insist } from '../support/faithful-rider.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { NodePair, untilReady } from '../support/nodes.ts';
import { between, seededRandom } from '../support/random.ts';
import { numbers, Ride } from '../support/ride.ts';
import { JSON_FIXES } from '../support/wire-client.ts';

const ROUNDS = 120;

let pair: NodePair;
let spare: GatewayProcess[];
beforeEach(async () => {
  pair = await NodePair.start();
  spare = [];
});
afterEach(async () => {
  await Promise.all(spare.map((node) => node.close()));
  await pair.close();
});

test.each([41, 42])('[P1] [P2] [P5] [P7] whatever fails, nothing is lost (seed %i)', async (seed) => {
  const random = seededRandom(seed);
  const { redis } = pair;
  const nodes = [pair.one, pair.other];
  const anyUrl = () => nodes[between(random, 0, 1)]!.url;
  const ride = await Ride.start(anyUrl());
  const driver = await FaithfulDriver.on(ride, anyUrl());
  const riders = [new FaithfulRider(ride, {}), new FaithfulRider(ride, JSON_FIXES)];

  const troubles = [
    async () => {
      const index = between(random, 0, 1);
      await nodes[index]!.kill();
      nodes[index] = await GatewayProcess.start({ REDIS_URL: redis.url });
      spare.push(nodes[index]!);
    },
    async () => {
      await redis.kill();
      await redis.start();
    },
    async () => {
      redis.freeze();
      await pause(between(random, 10, 700)); // how long it hangs
      redis.thaw();
    },
    async () => {
      const admin = new Redis(redis.url);
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      admin.disconnect();
    },
    async () => driver.socket.drop(),
    async () => riders[between(random, 0, 1)]!.leave(),
  ];

  let trouble = Promise.resolve();
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 10 === 5) {
      const next = troubles[between(random, 0, troubles.length - 1)]!;
      trouble = trouble.then(next);
      if (random() < 0.5) await trouble;
    }
    if (driver.socket.isClosed) await insist(() => driver.comeBack(anyUrl()));
    for (const rider of riders) if (rider.isAway) await insist(() => rider.comeBack(anyUrl()));
    driver.send(ride.fixesAt(...numbers(between(random, 1, 8), driver.sent.length)));
    await pause(between(random, 0, 20)); // a driver's rhythm
  }
  await trouble;
  await untilReady(nodes);

  if (driver.socket.isClosed) await insist(() => driver.comeBack(anyUrl()));
  await driver.settled();
  expect(driver.socket.events('refused')).toEqual([]);
  expect(await ride.track(anyUrl())).toEqual(driver.times);
  for (const rider of riders) {
    if (rider.isAway) await insist(() => rider.comeBack(anyUrl()));
    await rider.hasHeard(driver.times.length);
    expect(rider.times).toEqual(driver.times);
  }
});
