import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { LIMITS } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { tripChannel } from '../../src/bus/live-bus.ts';
import { readLiveFixes } from '../../src/bus/live-message.ts';
import { createRedisBackend } from '../../src/redis/redis-backend.ts';
import type { StoreOutcome } from '../../src/trips/track-store.ts';
import { PATIENT, redisOptions } from './describe-backend.ts';
import { Ear } from './ear.ts';
import { RedisSentinels } from './redis-sentinels.ts';
import type { RedisServer } from './redis-server.ts';
import { fixesAt, tripUnderWay } from './samples.ts';
import { StateLog } from './state-log.ts';
import { Traffic } from './traffic.ts';
import { until } from './until.ts';

const TRIPS = 6;
const SESSION = 1_700_000_000_000;

/** Resolves when what was stored survives. */
async function keptOf(outcome: StoreOutcome): Promise<void> {
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome.kept;
}

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

  test('[P1] what a replica lacks is passed on and not acknowledged until sentinels call that one down, or it is back', async () => {
    const trip = tripUnderWay(Date.now());
    await writer.trips.create(trip, '');
    const store = (time: number) => writer.tracks.store(trip.id, SESSION, fixesAt(time));
    const master = await redis.master();
    const [first, second] = redis.servers.filter((server) => server !== master) as [RedisServer, RedisServer];

    first.freeze();
    const early = keptOf(await store(trip.createdAt));
    await log.until('no replica confirms');
    expect(writer.degradedBecause()).toMatch(/not all 2 replicas have confirmed a write for \d+ s/);
    await early; // the sentinels would not promote it
    await log.until('Redis can be used', 2);
    second.freeze();
    const ear = await Ear.on(listener, tripChannel(trip.id));
    let isKept = false;
    const late = keptOf(await store(trip.createdAt + 1)).then(() => {
      isKept = true;
    });
    expect(readLiveFixes(await ear.next())).toMatchObject({ after: trip.createdAt }); // riders see it
    await log.until('no replica confirms', 2);
    expect(writer.degradedBecause()).toMatch(/no replica has confirmed a write for \d+ s/);
    expect(writer.unavailableBecause()).toBeUndefined();
    await expect(writer.trips.create(tripUnderWay(Date.now()), '')).rejects.toThrow(/replica/);
    expect(isKept).toBe(false);
    first.thaw();
    second.thaw();
    await late; // one of the two is back
    await until(async () => writer.degradedBecause() === undefined); // both are
  });

  test('[P1] a replica that has just come back is waited for as the others are: it may be promoted as they may', async () => {
    const trip = tripUnderWay(Date.now());
    await writer.trips.create(trip, '');
    const store = (time: number) => writer.tracks.store(trip.id, SESSION, fixesAt(time));
    const master = await redis.master();
    const replica = redis.servers.find((server) => server !== master)!;
    replica.freeze();
    await keptOf(await store(trip.createdAt)); // without it, once the sentinels call it down
    replica.thaw();
    await redis.whole();
    replica.freeze();
    const told = log.count('no replica confirms');
    let isKept = false;
    const late = keptOf(await store(trip.createdAt + 1)).then(() => {
      isKept = true;
    });
    await log.until('no replica confirms', told + 1);
    expect(isKept).toBe(false);
    replica.thaw();
    await late;
    await redis.whole();
  });

  test('[P1] it is replaced though it is well, again and again: what was acknowledged is there', async () => {
    traffic = await Traffic.between(writer, listener, TRIPS);
    for (let failover = 0; failover < 3; failover++) {
      await redis.whole();
      const old = await redis.master();
      await redis.failOver();
      await redis.replaced(old);
      await traffic.flows();
    }
    expect(await traffic.lost()).toMatchObject({ missing: 0 });
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
