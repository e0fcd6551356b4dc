import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { LIMITS } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { createRedisBackend, type RedisBackendOptions } from '../../src/redis/redis-backend.ts';
import { GATEWAY, gatewayUser, TEST_PREFIX } from './gateway-user.ts';
import { RedisCluster } from './redis-cluster.ts';
import { RedisSentinels } from './redis-sentinels.ts';
import { RedisServer } from './redis-server.ts';

/** What a contract test has to do with: a backend, and a clock that it may set forward. */
export interface World {
  readonly backend: Backend;
  readonly clock: { now(): number; stepMs(ms: number): void };
}

/** Tracks are cut to this many fixes here. */
export const TRACK_LIMIT = 5;

/** A start that waits for Redis until it can be used, however busy the machine. */
export const PATIENT = { firstTryMs: 25_000 };

const silent = { info() {}, warn() {}, error() {} };

/** Options for a backend of the test's own; names that no other test has. */
export function redisOptions(url: string, more: Partial<RedisBackendOptions> = {}): RedisBackendOptions {
  const names = { prefix: `${TEST_PREFIX}${randomUUID()}:`, node: `n-${randomUUID()}` };
  return {
    url,
    ...names,
    limits: { ...LIMITS, trackFixes: TRACK_LIMIT },
    log: silent,
    random: () => 0.5,
    ...more,
  };
}

/** Every kind of Redis that a node can be given, each with the users that operators are given. */
const REDIS = {
  'one Redis': startServer,
  'Redis under Sentinel': () => RedisSentinels.start(1),
  'a Redis Cluster': () => RedisCluster.start(),
} as const satisfies Record<string, () => Promise<{ url: string; close(): Promise<void> }>>;

export const KINDS = ['memory', ...(Object.keys(REDIS) as (keyof typeof REDIS)[])] as const;

/** Runs all contracts against one adapter. `world` may be called in tests only. */
export function describeBackend(
  kind: (typeof KINDS)[number],
  contracts: Record<string, (world: () => World) => void>,
): void {
  describe(`kept in ${kind}`, () => {
    // Real time: Redis forgets by its own clock.
    let aheadMs = 0;
    const clock = {
      now: () => Date.now() + aheadMs,
      stepMs(ms: number) {
        aheadMs += ms;
      },
    };
    let redis: { url: string; close(): Promise<void> } | undefined;
    let backend: Backend;

    beforeAll(async () => {
      if (kind === 'memory') {
        backend = createMemoryBackend({ clock, limits: { ...LIMITS, trackFixes: TRACK_LIMIT } });
      } else {
        redis = await REDIS[kind]();
        // What is slow here is the machine.
        const timing = { ...PATIENT, replyDeadlineMs: 20_000 };
        backend = await createRedisBackend(redisOptions(redis.url, { timing }));
      }
    });
    afterAll(async () => {
      await backend.close();
      await backend.close(); // may be called twice
      await redis?.close();
    });
    for (const [name, contract] of Object.entries(contracts)) {
      describe(name, () => contract(() => ({ backend, clock })));
    }
  });
}

async function startServer(): Promise<{ url: string; close(): Promise<void> }> {
  const server = await RedisServer.prepare();
  await server.start(...(await gatewayUser(server)));
  return { url: server.url.replace('//', `//${GATEWAY}@`), close: () => server.close() };
}
