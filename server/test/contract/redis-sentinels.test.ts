import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { LIMITS } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../../src/backend.ts';
import { createRedisBackend } from '../../src/redis/redis-backend.ts';
import { PATIENT, redisOptions } from './describe-backend.ts';
import { RedisSentinels } from './redis-sentinels.ts';
import type { RedisServer } from './redis-server.ts';
import { fixesAt, tripUnderWay } from './samples.ts';
import { StateLog } from './state-log.ts';
import { Traffic } from './traffic.ts';

const TRIPS = 6;
const SESSION = 1_700_000_000_000;

describe('a master under Sentinel fails', () => {
  let redis: RedisSentinels;
  let writer: Backend;
  let listener: Backend;
  let log: StateLog;
  let traffic: Traffic | undefined;

  beforeAll(async () => {
    redis = await RedisSentinels.start(2);
    log = new StateLog();
    const options = redisOptions(redis.url, { limits: LIMITS, timing: PATIENT });
    writer = await createRedisBackend({ ...options, log });
    listener = await createRedisBackend({ ...options, node: 'listener' });
  });
  afterEach(() => traffic?.stop());
  afterAll(async () => {
    await Promise.all([writer.close(), listener.close()]);
    await redis.close();
  });

  test('[P1] what no replica has is not acknowledged; repeated when one is back, it is', async () => {
    const trip = tripUnderWay(Date.now());
    await writer.trips.create(trip, '');
    const store = (time: number) => writer.tracks.store(trip.id, SESSION, fixesAt(time));
    const master = await redis.master();
    const [first, second] = redis.servers.filter((server) => server !== master) as [RedisServer, RedisServer];

    first.freeze();
    expect(await store(trip.createdAt)).toMatchObject({ verdicts: ['stored'] }); // one is enough
    second.freeze();
    await expect(store(trip.createdAt + 1)).rejects.toThrow(BackendUnavailable);
    await expect(store(trip.createdAt + 1)).rejects.toThrow(/replica/);
    first.thaw();
    second.thaw();
    expect(await store(trip.createdAt + 1)).toMatchObject({ verdicts: ['duplicate'] });
  });

  test.each<[string, (master: RedisServer) => Promise<void> | void]>([
    ['is killed', (master) => master.kill()],
    ['hangs', (master) => master.freeze()],
  ])('[P1] [P7] it %s: what was acknowledged is there, and everything flows again', async (_how, fail) => {
    traffic = await Traffic.between(writer, listener, TRIPS);
    let resubscribed = 0;
    const forget = listener.bus.onResubscribed(() => resubscribed++);
    const old = await redis.master();
    await fail(old);
    await redis.replaced(old);
    await traffic.flows();
    forget();
    expect(resubscribed).toBeGreaterThan(0);
    expect(await traffic.lost()).toMatchObject({ missing: 0 });
    expect(writer.unavailableBecause()).toBeUndefined();
  });
});
