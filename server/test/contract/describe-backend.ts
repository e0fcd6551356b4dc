import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { LIMITS } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { createRedisBackend, type RedisBackendOptions } from '../../src/redis/redis-backend.ts';
import { RedisServer } from './redis-server.ts';

/** What a contract test has to do with: a backend, and a clock that it may set forward. */
export interface World {
  readonly backend: Backend;
  readonly clock: { now(): number; stepMs(ms: number): void };
}

/** Tracks are cut to this many fixes here. */
export const TRACK_LIMIT = 5;

const silent = { info() {}, warn() {}, error() {} };

/** Options for a backend of the test's own; names that no other test has. */
export function redisOptions(url: string, more: Partial<RedisBackendOptions> = {}): RedisBackendOptions {
  const names = { prefix: `test-${randomUUID()}:`, node: `n-${randomUUID()}` };
  return {
    url,
    ...names,
    limits: { ...LIMITS, trackFixes: TRACK_LIMIT },
    log: silent,
    random: () => 0.5,
    ...more,
  };
}

/** Runs one contract against one adapter. `world` may be called in tests only. */
export function describeBackend(
  kind: 'memory' | 'redis',
  contract: string,
  tests: (world: () => World) => void,
): void {
  describe(`${contract}, kept in ${kind}`, () => {
    // Real time: Redis forgets by its own clock.
    let aheadMs = 0;
    const clock = {
      now: () => Date.now() + aheadMs,
      stepMs(ms: number) {
        aheadMs += ms;
      },
    };
    let server: RedisServer | undefined;
    let backend: Backend;

    beforeAll(async () => {
      if (kind === 'memory') {
        backend = createMemoryBackend({ clock, limits: { ...LIMITS, trackFixes: TRACK_LIMIT } });
      } else {
        server = await RedisServer.start();
        backend = await createRedisBackend(redisOptions(server.url));
      }
    });
    afterAll(async () => {
      await backend.close();
      await backend.close(); // may be called twice
      await server?.close();
    });
    tests(() => ({ backend, clock }));
  });
}
