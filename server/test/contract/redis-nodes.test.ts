import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LIMITS, type Trip } from '@tripcast/protocol';
import { Redis } from 'ioredis';
import type { Backend } from '../../src/backend.ts';
import { tripChannel, vehicleChannel } from '../../src/bus/live-bus.ts';
import { writeLiveFixes } from '../../src/bus/live-message.ts';
import { BackendFigures } from '../../src/metrics/backend-figures.ts';
import { RedisCommands } from '../../src/redis/commands.ts';
import { healIndex } from '../../src/redis/heal-index.ts';
import { fixedLayout } from '../../src/redis/layout.ts';
import { redisNames } from '../../src/redis/names.ts';
import { createRedisBackend, type RedisBackendOptions } from '../../src/redis/redis-backend.ts';
import { RedisServers } from '../../src/redis/redis-servers.ts';
import { RedisTripStore } from '../../src/redis/redis-trip-store.ts';
import type { ServerAddress } from '../../src/redis/redis-url.ts';
import { Shard } from '../../src/redis/shard.ts';
import { TripIndex } from '../../src/redis/trip-index.ts';
import { redisOptions } from './describe-backend.ts';
import { Ear } from './ear.ts';
import { RedisServer } from './redis-server.ts';
import { fixesAt, tripUnderWay } from './samples.ts';
import { StateLog } from './state-log.ts';

const SESSION = 1_700_000_000_000;
const LOAD = { followers: 3, drivers: 2, draining: false };

describe('two nodes over one Redis', () => {
  let server: RedisServer;
  let options: RedisBackendOptions;
  let here: Backend;
  let there: Backend;
  let raw: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    options = redisOptions(server.url, { prefix: 'city*[1]:' }); // a prefix may look like a pattern
    [here, there] = await Promise.all([
      createRedisBackend(options),
      createRedisBackend({ ...options, node: 'there' }),
    ]);
    raw = new Redis(server.url);
  });
  afterAll(async () => {
    raw.disconnect();
    await Promise.all([here.close(), there.close()]);
    await server.close();
  });

  test('[P5] what one stores the other hears and reads', async () => {
    const trip = tripUnderWay(Date.now());
    const ears = await Promise.all([here, there].map((node) => Ear.on(node, tripChannel(trip.id))));
    await here.trips.create(trip, '');
    const fixes = fixesAt(trip.createdAt, trip.createdAt + 1);
    expect(await here.tracks.store(trip.id, SESSION, fixes)).toMatchObject({ listeners: 2 });
    const message = [...writeLiveFixes(1, 0, fixes)];
    for (const ear of ears) expect([...(await ear.next())]).toEqual(message);
    expect([...(await there.tracks.read(trip.id, 0, 10))]).toEqual([...fixes]);
  });

  test('the newest driver wins across nodes: the older is told, and refused', async () => {
    const trip = tripUnderWay(Date.now());
    await here.trips.create(trip, '');
    const older = await here.vehicles.takeOver(trip.vehicleId, options.node, Date.now());
    const ear = await Ear.on(here, vehicleChannel(trip.vehicleId));
    const newer = await there.vehicles.takeOver(trip.vehicleId, 'there', Date.now() - 5_000);
    expect(newer).toBeGreaterThan(older);
    expect(await ear.nextJson()).toEqual({ type: 'takeover', session: newer });
    await there.tracks.store(trip.id, newer, fixesAt(trip.createdAt));
    expect(await here.tracks.store(trip.id, older, fixesAt(trip.createdAt + 1))).toBe('superseded');
  });

  test('keys are those of the design, so that other versions of a node can read them', async () => {
    const trip = tripUnderWay(Date.now());
    await here.trips.create(trip, 'request');
    await here.tracks.store(trip.id, SESSION, fixesAt(trip.createdAt));
    await here.vehicles.takeOver(trip.vehicleId, options.node, 5);
    await here.nodes.announce(options.node, LOAD);

    const key = (name: string) => options.prefix + name;
    expect(await raw.hgetall(key(`trip:{${trip.id}}`))).toEqual({
      trip: JSON.stringify(trip),
      version: '1',
      startedAt: String(trip.startedAt),
      request: 'request',
      last: String(trip.createdAt),
      session: String(SESSION),
      fixes: '1',
    });
    const [[id, [field, fix]]] = (await raw.xrangeBuffer(key(`track:{${trip.id}}`), '-', '+')) as [
      [Buffer, [Buffer, Buffer]],
    ];
    expect([String(id), String(field)]).toEqual([`${trip.createdAt}-0`, 'f']);
    expect([...fix]).toEqual([...fixesAt(trip.createdAt)]);
    expect(await raw.hgetall(key(`vehicle:{${trip.vehicleId}}`))).toMatchObject({
      session: '5',
      node: options.node,
    });
    expect(await raw.smembers(key(`vehicle:{${trip.vehicleId}}:trips`))).toEqual([trip.id]);
    expect(await raw.zscore(key('trips:active'), trip.id)).toBe(String(trip.createdAt));
    expect(JSON.parse((await raw.get(key(`node:${options.node}`)))!)).toEqual(LOAD);
    expect(await raw.pttl(key(`node:${options.node}`))).toBeLessThanOrEqual(10_000);
    expect(await raw.pttl(key(`node:${options.node}`))).toBeGreaterThan(0);
  });

  test('trip and track go together 24 h after the end, also a track that began after it', async () => {
    const trip = tripUnderWay(Date.now() - 1_000);
    await here.trips.create(trip, '');
    const key = (kind: string) => `${options.prefix}${kind}:{${trip.id}}`;
    expect(await raw.pttl(key('trip'))).toBe(-1);
    const endedAt = trip.createdAt + 500;
    await here.trips.replace({ ...trip, status: 'COMPLETE', version: 2, endedAt }, 1);
    await here.tracks.store(trip.id, SESSION, fixesAt(trip.createdAt + 1));
    const forgottenAt = endedAt + LIMITS.keptAfterEndMs;
    expect(await raw.pexpiretime(key('trip'))).toBe(forgottenAt);
    expect(await raw.pexpiretime(key('track'))).toBe(forgottenAt);
  });

  test('[P8] a revocation outlives the vehicle that it was for', async () => {
    const { vehicleId: vehicle } = tripUnderWay(Date.now());
    await here.vehicles.revoke(vehicle, 2_000);
    await here.vehicles.takeOver(vehicle, options.node, Date.now());
    const names = redisNames(options.prefix);
    const days = (await raw.pttl(names.revocationOf(vehicle))) / 86_400_000;
    expect(days).toBeGreaterThan(399);
    await raw.del(names.vehicle(vehicle)); // as after 24 h
    expect(await there.vehicles.revokedBefore(vehicle)).toBe(2_000);
  });

  test('the index heals: lost trips are found, forgotten ones are dropped, once for all nodes', async () => {
    const names = redisNames(options.prefix);
    const { commands, close } = await readyCommands({ host: '127.0.0.1', port: server.port });
    const index = new TripIndex(commands, names);
    const trips = new RedisTripStore(commands, names, index, options.limits);
    const heal = () => healIndex({ commands, names, trips, index, everyMs: 60_000 });

    const lost = tripUnderWay(Date.now());
    const gone = tripUnderWay(Date.now());
    await Promise.all([trips.create(lost, ''), trips.create(gone, '')]);
    await raw.zrem(names.tripIndex, lost.id);
    await raw.srem(names.tripsOfVehicle(lost.vehicleId), lost.id);
    await raw.del(names.trip(gone.id));

    await heal();
    expect(await raw.zscore(names.tripIndex, lost.id)).toBe(String(lost.createdAt));
    expect(await raw.smembers(names.tripsOfVehicle(lost.vehicleId))).toEqual([lost.id]);
    expect(await raw.zscore(names.tripIndex, gone.id)).toBeNull();
    expect(await raw.exists(names.tripsOfVehicle(gone.vehicleId))).toBe(0);

    await raw.zrem(names.tripIndex, lost.id);
    await heal(); // another node has just done it
    expect(await raw.zscore(names.tripIndex, lost.id)).toBeNull();
    close();
  });

  test('a creation that was cut short is completed by its repetition', async () => {
    const names = redisNames(options.prefix);
    const trip = tripUnderWay(Date.now());
    await here.trips.create(trip, '');
    await raw.zrem(names.tripIndex, trip.id);
    await raw.srem(names.tripsOfVehicle(trip.vehicleId), trip.id);
    expect(await there.trips.create(trip, '')).toMatchObject({ created: false });
    expect((await there.trips.ofVehicle(trip.vehicleId)).map((record) => record.trip.id)).toEqual([trip.id]);
    const list: Trip[] = (await there.trips.list({ limit: 1_000 })).trips;
    expect(list.map(({ id }) => id)).toContain(trip.id);
  });

  test('[P1] a Redis that would lose what was acknowledged is warned of', async () => {
    const careless = await RedisServer.prepare();
    await careless.start('--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru');
    const log = new StateLog();
    const backend = await createRedisBackend(redisOptions(careless.url, { log }));
    await log.until('allkeys-lru');
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      expect.stringContaining('appendonly yes'),
      expect.stringContaining('noeviction'),
    ]);
    await backend.close();
    await careless.close();
  });
});

/** Commands to one server, without anything else of a backend. */
async function readyCommands({
  host,
  port,
}: ServerAddress): Promise<{ commands: RedisCommands; close(): void }> {
  const names = redisNames('');
  const timing = { replyDeadlineMs: 3_000, canaryEveryMs: 1_000, retryAfterMs: 1_000 };
  const access = { database: 0, tls: false };
  return new Promise((resolve) => {
    const servers = new RedisServers({
      source: fixedLayout({ host, port }),
      isCluster: false,
      refreshEveryMs: 1_000,
      connectMs: 3_000,
      openShard: (address, callbacks) =>
        new Shard({
          endpoint: { ...address, access, ca: undefined, random: () => 0 },
          ...{
            node: 'healer',
            isOfCluster: true,
            names,
            timing,
            log: new StateLog(),
            figures: new BackendFigures(),
          },
          ...callbacks,
        }),
      onLayout: () => {},
      onChange: () => {
        if (servers.trouble !== undefined) return;
        resolve({ commands: new RedisCommands(servers), close: () => servers.close() });
      },
    });
  });
}
