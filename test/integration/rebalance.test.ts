// Nodes that come and go under load: sockets even out by themselves.
import { expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { NodeLoad } from '../../server/src/bus/node-registry.ts';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { Balancer } from '../support/balancer.ts';
import { eventually } from '../support/eventually.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { ReturningFollower } from '../support/returning-follower.ts';
import { numbers, Ride } from '../support/ride.ts';

const RESTARTING = 1012;
const RIDES = 4;
const FOLLOWERS = 36;
const FIX_EVERY_MS = 100;

/** The fullest node's part above the mean. */
function imbalance(counts: readonly number[]): number {
  return Math.max(...counts) / (counts.reduce((sum, count) => sum + count) / counts.length) - 1;
}

test('[P2] [C4] 1 → 4 → 2 nodes under load: sockets even out to 15 % within a minute, with 1012 alone, and nobody misses a fix', async () => {
  const redis = await RedisServer.start();
  const balancer = await Balancer.start();
  const nodes: GatewayProcess[] = [];
  const scaleOut = async () => {
    const node = await GatewayProcess.start({
      REDIS_URL: redis.url,
      TRIPCAST_DRAIN_MS: '2000',
      TRIPCAST_REBALANCE: 'on',
    });
    nodes.push(node);
    balancer.add(node);
  };
  let driving: NodeJS.Timeout | undefined;
  try {
    await scaleOut();
    const rides = await Promise.all(numbers(RIDES).map(() => Ride.start(nodes[0]!.url)));
    const drivers = await Promise.all(rides.map((ride) => FaithfulDriver.on(ride, balancer.url)));
    const followers = await Promise.all(
      numbers(FOLLOWERS).map((index) => ReturningFollower.of(balancer.url, rides[index % RIDES]!)),
    );
    let measured = 0;
    driving = setInterval(() => {
      measured += FIX_EVERY_MS;
      for (const [index, driver] of drivers.entries()) driver.send(rides[index]!.fixesAt(measured));
    }, FIX_EVERY_MS);

    await Promise.all(numbers(3).map(scaleOut));
    await eventually('even nodes', () => imbalance(balancer.counts) <= 0.15, 60_000);

    const staying = drivers.map(({ socket }) => socket.isClosed);
    expect(staying).toEqual(staying.map(() => false));
    for (const node of nodes.slice(2)) {
      balancer.remove(node);
      node.terminate();
    }
    for (const node of nodes.slice(2)) expect(await node.exit).toEqual({ code: 0, signal: null });
    await eventually('everybody to be back', () => followers.every(({ isConnected }) => isConnected));

    clearInterval(driving);
    await Promise.all(drivers.map((driver) => driver.settled()));
    for (const follower of followers) {
      const stored = drivers[rides.indexOf(follower.trip as Ride)]!.times;
      await eventually('the last fix', () => follower.times.at(-1) === stored.at(-1));
      expect(follower.times).toEqual(stored);
      expect(new Set(follower.closes)).toEqual(new Set(follower.closes.map(() => RESTARTING)));
    }
    for (const follower of followers) follower.stop();
  } finally {
    clearInterval(driving);
    await Promise.all(nodes.map((node) => node.close()));
    await balancer.close();
    await redis.close();
  }
}, 240_000);

test('[C4] a node that takes no more sockets says so to the others, and when it does again', async () => {
  const redis = await RedisServer.start();
  const reader = new Redis(redis.url);
  const node = await GatewayProcess.start({
    REDIS_URL: redis.url,
    TRIPCAST_LIMIT_SOCKETS_PER_NODE: '2',
  });
  try {
    const isFull = async () => {
      const [key] = await reader.keys('node:*');
      return (JSON.parse((await reader.get(key!))!) as NodeLoad).full;
    };
    expect(await isFull()).toBe(false);
    const ride = await Ride.start(node.url);
    const [follower] = [await ride.follow(), await ride.drive()];
    await eventually('it to say that it is full', async () => (await isFull()) === true);
    follower.drop();
    await eventually('it to say that it has room', async () => (await isFull()) === false);
  } finally {
    await node.close();
    reader.disconnect();
    await redis.close();
  }
});
