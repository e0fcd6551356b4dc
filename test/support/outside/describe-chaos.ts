import { expect, test } from '@jest/globals';
import { RedisCluster } from '../../../server/test/contract/redis-cluster.ts';
import { RedisSentinels } from '../../../server/test/contract/redis-sentinels.ts';
import { RedisServer } from '../../../server/test/contract/redis-server.ts';
import { type ChaosPlan, chaos, clusterTroubles, sentinelTroubles, troublesOf } from './chaos.ts';

const SETUP_MS = 180_000;

/** The same troubles over each kind of Redis. */
export function describeChaos(plan: ChaosPlan): void {
  const timeout = plan.seconds * 1_000 + SETUP_MS;
  const title = (where: string) =>
    `[P1] [P2] [P4] [P5] [P7] [P9] ${where}: whatever fails, ${plan.followers} followers hold what drivers were acknowledged (seed ${plan.seed})`;

  test(
    title('one Redis'),
    async () => {
      const redis = await RedisServer.start();
      try {
        const troubles = (random: () => number) => troublesOf([redis], random);
        await survives(plan, { url: redis.url, troubles, heal: async () => {} });
      } finally {
        redis.thaw();
        await redis.close();
      }
    },
    timeout,
  );

  test(
    title('under Sentinel'),
    async () => {
      const redis = await RedisSentinels.start(2);
      try {
        const troubles = (random: () => number) => sentinelTroubles(redis, random);
        await survives(plan, { url: redis.url, troubles, heal: () => redis.whole() });
      } finally {
        await redis.close();
      }
    },
    timeout,
  );

  test(
    title('in a Cluster'),
    async () => {
      const redis = await RedisCluster.start();
      try {
        const troubles = (random: () => number) => clusterTroubles(redis, random);
        await survives(plan, { url: redis.url, troubles, heal: () => redis.whole() });
      } finally {
        await redis.close();
      }
    },
    timeout,
  );
}

async function survives(plan: ChaosPlan, redis: Parameters<typeof chaos>[1]): Promise<void> {
  const { acknowledged, delivered, troubles, ...outcome } = await chaos(plan, redis);
  const what = Object.entries(troubles).map(([name, times]) => `${name} ${times}×`);
  process.stdout.write(`${acknowledged} fixes acknowledged, ${delivered} delivered; ${what.join(', ')}\n`);
  expect(outcome).toEqual({ violations: [], lost: [], wrong: [], misled: [] });
  expect(acknowledged).toBeGreaterThan(plan.trips * plan.seconds);
}
