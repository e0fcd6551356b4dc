// Everything that can happen to a Redis under Sentinel or in a Cluster, one after the other, from a seed, while trips are
// written and heard. FAULTS_SEED takes another seed, FAULTS_SECONDS more time for each test.
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '@tripcast/protocol';
import { between, seededRandom } from '../../../test/support/random.ts';
import { createRedisBackend } from '../../src/redis/redis-backend.ts';
import { PATIENT, redisOptions } from '../contract/describe-backend.ts';
import { RedisCluster } from '../contract/redis-cluster.ts';
import { RedisSentinels } from '../contract/redis-sentinels.ts';
import type { RedisServer } from '../contract/redis-server.ts';
import { Traffic } from '../contract/traffic.ts';

const SECONDS = Number(process.env.FAULTS_SECONDS ?? 60);
const SEED = Number(process.env.FAULTS_SEED ?? 1);
const TRIPS = 30;

type Fault = [name: string, happen: () => Promise<unknown>];
type Random = () => number;

describe('Redis fails again and again', () => {
  test(
    `[P1] [P7] under Sentinel nothing acknowledged is lost, and everything flows (seed ${SEED})`,
    async () => {
      const redis = await RedisSentinels.start(2);
      await survive(redis, seededRandom(SEED), (random) => [
        ...faultsOf(redis.servers, random),
        ['planned failover', () => redis.failOver()],
      ]);
    },
    (SECONDS + 120) * 1_000,
  );

  test(
    `[P1] [P7] in a Cluster nothing acknowledged is lost, and everything flows (seed ${SEED})`,
    async () => {
      const redis = await RedisCluster.start();
      await survive(redis, seededRandom(SEED), (random) => [
        ...faultsOf(redis.servers, random),
        [
          'planned failover',
          async () => (await redis.replicaOf(`{${random()}}`)).call('CLUSTER', 'FAILOVER'),
        ],
        ['slots move', () => moveSlots(redis, random)],
      ]);
    },
    (SECONDS + 120) * 1_000,
  );
});

async function survive(
  redis: RedisSentinels | RedisCluster,
  random: Random,
  faultsWith: (random: Random) => Fault[],
): Promise<void> {
  const options = redisOptions(redis.url, { limits: LIMITS, timing: PATIENT });
  const writer = await createRedisBackend(options);
  const listener = await createRedisBackend({ ...options, node: 'listener' });
  const traffic = await Traffic.between(writer, listener, TRIPS);
  try {
    const faults = faultsWith(random);
    const until = performance.now() + SECONDS * 1_000;
    while (performance.now() < until) {
      const [name, happen] = faults[between(random, 0, faults.length - 1)]!;
      const began = performance.now();
      await happen();
      await traffic.flows();
      const flowsAfterMs = Math.round(performance.now() - began);
      await redis.whole();
      process.stdout.write(`${name}: flows after ${flowsAfterMs} ms\n`);
    }
    const { acknowledged, missing } = await traffic.lost();
    process.stdout.write(`${acknowledged} fixes acknowledged\n`);
    expect(missing).toBe(0);
    expect(writer.unavailableBecause()).toBeUndefined();
  } finally {
    await traffic.stop();
    await Promise.all([writer.close(), listener.close()]);
    await redis.close();
  }
}

/** What may happen to any server, master or replica. */
function faultsOf(servers: readonly RedisServer[], random: Random): Fault[] {
  const any = () => servers[between(random, 0, servers.length - 1)]!;
  return [
    [
      'a server is killed and comes back',
      async () => {
        const server = any();
        await server.kill();
        await pause(between(random, 0, 6_000));
        await server.start();
      },
    ],
    [
      'a server hangs for a while',
      async () => {
        const server = any();
        server.freeze();
        await pause(between(random, 100, 6_000));
        server.thaw();
      },
    ],
    ['subscribers are cut off', () => any().call('CLIENT', 'KILL', 'TYPE', 'pubsub')],
    ['all clients are cut off', () => any().call('CLIENT', 'KILL', 'TYPE', 'normal')],
    ['scripts are forgotten', () => any().call('SCRIPT', 'FLUSH', 'SYNC')],
  ];
}

async function moveSlots(redis: RedisCluster, random: Random): Promise<void> {
  const masters = await redis.masters();
  const first = between(random, 0, 16_000);
  for (let slot = first; slot < first + 100; slot++) {
    await redis.moveSlot(slot, masters[between(random, 0, masters.length - 1)]!);
  }
}
