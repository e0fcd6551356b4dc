import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { LIMITS, type TripId } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { tripChannel } from '../../src/bus/live-bus.ts';
import { hashSlot } from '../../src/redis/hash-slot.ts';
import { createRedisBackend } from '../../src/redis/redis-backend.ts';
import { PATIENT, redisOptions } from './describe-backend.ts';
import { Drivers } from './drivers.ts';
import { RedisCluster } from './redis-cluster.ts';
import type { RedisServer } from './redis-server.ts';
import { Traffic } from './traffic.ts';
import { until } from './until.ts';

const TRIPS = 12;

describe('a Redis Cluster changes', () => {
  let redis: RedisCluster;
  let writer: Backend;
  let listener: Backend;
  let traffic: Traffic;

  beforeAll(async () => {
    redis = await RedisCluster.start();
    const options = redisOptions(redis.url, { limits: LIMITS, timing: PATIENT });
    [writer, listener] = await Promise.all([
      createRedisBackend(options),
      createRedisBackend({ ...options, node: 'listener' }),
    ]);
  });
  afterEach(() => traffic?.stop());
  afterAll(async () => {
    await Promise.all([writer.close(), listener.close()]);
    await redis.close();
  });

  /** The master of one of the trips, and the name by which it was found. */
  async function aMaster(): Promise<{ master: RedisServer; channel: string }> {
    const channel = tripChannel(traffic.ids[0]!);
    return { master: await redis.masterOf(channel), channel };
  }

  test('[P7] a slot moves with everything in it while it is written and heard', async () => {
    traffic = await Traffic.between(writer, listener, TRIPS);
    const { master } = await aMaster();
    const others = [];
    for (const id of traffic.ids) {
      const other = await redis.masterOf(tripChannel(id));
      if (other !== master) others.push(other);
    }
    for (const id of traffic.ids) {
      await redis.moveSlot(hashSlot(tripChannel(id)), others[0] ?? redis.servers[1]!);
    }
    await traffic.flows();
    expect(await traffic.lost()).toMatchObject({ missing: 0 });
  });

  test('[P7] a master that is gone with its replica takes down its own trips only', async () => {
    traffic = await Traffic.between(writer, listener, TRIPS);
    const { master, channel } = await aMaster();
    const replica = await redis.replicaOf(channel);
    const lost: TripId[] = [];
    for (const id of traffic.ids) if ((await redis.masterOf(tripChannel(id))) === master) lost.push(id);
    await Promise.all([master.kill(), replica.kill()]);
    await until(async () => !writer.serves(tripChannel(lost[0]!)));
    for (const id of traffic.ids) expect(writer.serves(tripChannel(id))).toBe(!lost.includes(id));
    expect(writer.unavailableBecause()).toBeUndefined();
    expect(writer.degradedBecause()).toMatch(/Redis/);
    await traffic.flows(lost);

    await Promise.all([master.start(), replica.start()]);
    await until(async () => writer.degradedBecause() === undefined);
    await traffic.flows();
    await redis.whole();
    expect(await traffic.lost()).toMatchObject({ missing: 0 });
  });

  test('[P7] a planned failover is hardly felt', async () => {
    traffic = await Traffic.between(writer, listener, TRIPS);
    const { master, channel } = await aMaster();
    await (await redis.replicaOf(channel)).call('CLUSTER', 'FAILOVER');
    await redis.replaced(channel, master);
    await traffic.flows();
    expect(await traffic.lost()).toMatchObject({ missing: 0 });
    await redis.rejoined(master);
  });

  test.each<
    [string, (master: RedisServer) => Promise<void> | void, (master: RedisServer) => Promise<void> | void]
  >([
    ['is killed', (master) => master.kill(), (master) => master.start()],
    ['hangs', (master) => master.freeze(), (master) => master.thaw()],
  ])(
    '[P1] [P7] a master %s: what was acknowledged is there, and everything flows again',
    async (_how, fail, heal) => {
      traffic = await Traffic.between(writer, listener, TRIPS);
      const { master, channel } = await aMaster();
      await fail(master);
      await redis.replaced(channel, master);
      await traffic.flows();
      await heal(master);
      await redis.rejoined(master);
      expect(await traffic.lost()).toMatchObject({ missing: 0 });
    },
  );

  test.each<
    [string, (master: RedisServer) => Promise<void> | void, (master: RedisServer) => Promise<void> | void]
  >([
    ['is killed', (master) => master.kill(), (master) => master.start()],
    ['hangs', (master) => master.freeze(), (master) => master.thaw()],
  ])(
    '[P1] a master %s while drivers send: every fix is there, in order, and none is refused',
    async (_how, fail, heal) => {
      const drivers = await Drivers.on(writer, TRIPS);
      try {
        const channel = tripChannel(drivers.trips[0]!);
        const master = await redis.masterOf(channel);
        await fail(master);
        await redis.replaced(channel, master);
        await heal(master);
        await redis.rejoined(master);
        for (const { sent, stored, refused, closedWith } of await drivers.outcomes()) {
          expect(stored).toEqual(sent);
          expect([...refused, ...closedWith]).toEqual([]);
        }
      } finally {
        await drivers.close();
      }
    },
  );
});
