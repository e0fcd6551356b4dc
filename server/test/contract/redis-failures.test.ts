import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tripId } from '@tripcast/protocol';
import { Redis } from 'ioredis';
import { type Backend, BackendUnavailable } from '../../src/backend.ts';
import { tripChannel, vehicleChannel } from '../../src/bus/live-bus.ts';
import { readLiveFixes } from '../../src/bus/live-message.ts';
import { createRedisBackend, type RedisBackendOptions } from '../../src/redis/redis-backend.ts';
import { redisOptions } from './describe-backend.ts';
import { Ear } from './ear.ts';
import { LossyProxy } from './lossy-proxy.ts';
import { RedisServer } from './redis-server.ts';
import { fixesAt, timesOf, tripUnderWay } from './samples.ts';
import { StateLog } from './state-log.ts';
import { until } from './until.ts';

const USABLE = 'Redis can be used';
const UNUSABLE = 'Redis cannot be used';
/** A part of what a node waits: the order of things is the same, and a busy machine is not taken for a Redis that hangs. */
const SWIFT = { replyDeadlineMs: 1_000, canaryEveryMs: 300, retryAfterMs: 100, firstTryMs: 10_000 };
const SESSION = 1_700_000_000_000;

type Step = () => Promise<unknown>;

describe('Redis fails', () => {
  let server: RedisServer;
  let log: StateLog;
  let closing: (() => Promise<void>)[];

  beforeEach(async () => {
    server = await RedisServer.start('--enable-protected-configs', 'yes');
    log = new StateLog();
    closing = [];
  });
  afterEach(async () => {
    for (const close of closing) await close();
    server.thaw();
    await server.close();
  });

  async function aBackend(more: Partial<RedisBackendOptions> = {}): Promise<Backend> {
    const backend = await createRedisBackend(redisOptions(server.url, { log, timing: SWIFT, ...more }));
    closing.push(() => backend.close());
    return backend;
  }

  /** Resolves when the bus says that all subscriptions are back. */
  function resubscribed(backend: Backend): Promise<void> {
    return new Promise((resolve) => {
      backend.bus.onResubscribed(resolve);
    });
  }

  /** Snapshots fail, and a Redis that is told to keep them takes no writes then. */
  async function failToSave(): Promise<void> {
    await server.call('CONFIG', 'SET', 'save', '3600 1');
    await server.call('CONFIG', 'SET', 'dir', '/proc');
    await server.call('BGSAVE');
    await until(async () =>
      String(await server.call('INFO', 'persistence')).includes('last_bgsave_status:err'),
    );
  }

  async function saveAgain(): Promise<void> {
    await server.call('CONFIG', 'SET', 'dir', server.directory);
    await server.call('BGSAVE');
    await until(async () =>
      String(await server.call('INFO', 'persistence')).includes('last_bgsave_status:ok'),
    );
  }

  /** One call of each kind. */
  function callsTo({ trips, tracks, vehicles, bus, nodes }: Backend): Promise<unknown>[] {
    const trip = tripUnderWay(Date.now());
    return [
      trips.create(trip, ''),
      trips.read(trip.id),
      trips.replace(trip, 1),
      trips.changeAccess(trip.id, (access) => access),
      trips.ofVehicle(trip.vehicleId),
      trips.list({ limit: 1 }),
      Promise.resolve(tracks.store(trip.id, SESSION, fixesAt(Date.now()))),
      tracks.read(trip.id, 0, 1),
      vehicles.takeOver(trip.vehicleId, 'a', 1),
      vehicles.presence(trip.vehicleId),
      bus.publish(tripChannel(trip.id), ''),
      nodes.announce('a', { followers: 0, drivers: 0, draining: false }),
    ];
  }

  async function areRefused(calls: Promise<unknown>[]): Promise<void> {
    const refused = { status: 'rejected', reason: expect.any(BackendUnavailable) };
    expect(await Promise.allSettled(calls)).toEqual(calls.map(() => refused));
  }

  test('[P7] five thousand subscriptions come back with 500 in a command', async () => {
    const backend = await aBackend({ timing: { ...SWIFT, replyDeadlineMs: 20_000, canaryEveryMs: 5_000 } });
    const channels = Array.from({ length: 5_000 }, (_, index) => tripChannel(tripId(`t-${index}`)));
    await Promise.all(channels.map((channel) => backend.bus.subscribe(channel, { hear: () => {} })));
    await server.call('CONFIG', 'RESETSTAT');
    const back = resubscribed(backend);
    await server.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await back;
    const stats = String(await server.call('INFO', 'commandstats'));
    const calls = Number(/cmdstat_ssubscribe:calls=(\d+)/.exec(stats)?.[1]);
    expect(calls).toBe(Math.ceil((channels.length + 1) / 500)); // and the canary's
    const ear = await Ear.on(backend, channels[4_321]!);
    await backend.bus.publish(channels[4_321]!, 'heard');
    expect(await ear.nextText()).toBe('heard');
  });

  test('[P7] killed and back: calls are refused meanwhile, then all is there, and subscriptions flow', async () => {
    const backend = await aBackend();
    const trip = tripUnderWay(Date.now());
    await backend.trips.create(trip, '');
    await backend.tracks.store(trip.id, SESSION, fixesAt(trip.createdAt));
    const ears = await Promise.all([
      Ear.on(backend, tripChannel(trip.id)),
      Ear.on(backend, vehicleChannel(trip.vehicleId)),
    ]);

    const back = resubscribed(backend);
    await server.kill();
    await log.until(UNUSABLE);
    expect(backend.unavailableBecause()).toMatch(/^Redis/);
    await areRefused(callsTo(backend));
    await expect(Ear.on(backend, 'live:{new}')).rejects.toThrow(BackendUnavailable);

    await server.start();
    await Promise.all([log.until(USABLE, 2), back]);
    expect(backend.unavailableBecause()).toBeUndefined();
    expect(timesOf((await backend.tracks.newest(trip.id))!)).toEqual([trip.createdAt]); // [P1] it was acknowledged
    expect(await backend.tracks.store(trip.id, SESSION, fixesAt(trip.createdAt + 1))).toMatchObject({
      listeners: 1,
    });
    expect(readLiveFixes(await ears[0].next())).toMatchObject({ after: trip.createdAt });
    await backend.bus.publish(vehicleChannel(trip.vehicleId), 'note');
    expect(await ears[1].nextText()).toBe('note');
    expect(log.count(UNUSABLE)).toBe(1);
  });

  test('[P7] a node starts while Redis is away, says why, and connects when it comes', async () => {
    await server.kill();
    const backend = await aBackend({ timing: { ...SWIFT, firstTryMs: 100 } });
    expect(backend.unavailableBecause()).toMatch(/not connected/);
    await areRefused(callsTo(backend));
    await server.start();
    await log.until(USABLE);
    const ear = await Ear.on(backend, 'live:{x}');
    expect(await backend.bus.publish('live:{x}', 'hello')).toBe(1);
    expect(await ear.nextText()).toBe('hello');
  });

  test('[P7] frozen: what waits is refused at the deadline, and a thawed Redis is used again', async () => {
    const backend = await aBackend();
    server.freeze();
    const calls = callsTo(backend);
    await areRefused(calls);
    await log.until(UNUSABLE);
    expect(backend.unavailableBecause()).toMatch(/^Redis/);
    server.thaw();
    await log.until(USABLE, 2);
    const trip = tripUnderWay(Date.now());
    expect(await backend.trips.create(trip, '')).toMatchObject({ created: true });
  });

  test('[P7] a lost subscriber connection comes back by itself with every channel', async () => {
    const backend = await aBackend();
    const ears = await Promise.all(
      Array.from({ length: 1_200 }, (_, index) => Ear.on(backend, `live:{${index}}`)),
    );
    const admin = new Redis(server.url);
    closing.push(async () => admin.disconnect());
    const back = resubscribed(backend);
    expect(await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(1);
    await back;
    const counts = await Promise.all(
      ears.map((_, index) => backend.bus.publish(`live:{${index}}`, `m${index}`)),
    );
    expect(new Set(counts)).toEqual(new Set([1]));
    expect(await Promise.all(ears.map((ear) => ear.nextText()))).toEqual(ears.map((_, index) => `m${index}`));
  });

  test('[P7] who left during a break stays away, who came is there', async () => {
    const backend = await aBackend();
    const leaver = await Ear.on(backend, 'live:{left}');
    const back = resubscribed(backend);
    await server.kill();
    await log.until(UNUSABLE);
    leaver.unsubscribe();
    await server.start();
    await Promise.all([log.until(USABLE, 2), back]);
    await Ear.on(backend, 'live:{new}');
    expect(await backend.bus.publish('live:{left}', '')).toBe(0);
    expect(await backend.bus.publish('live:{new}', '')).toBe(1);
  });

  test('[P7] a subscriber that only looks alive is rebuilt', async () => {
    const proxy = await LossyProxy.to(server.port);
    closing.push(() => proxy.close());
    const backend = await aBackend({ url: proxy.url });
    const ear = await Ear.on(backend, 'live:{x}');
    expect(proxy.subscribers).toBe(1);

    const back = resubscribed(backend);
    proxy.deafen();
    await back;
    expect(proxy.subscribers).toBe(2);
    expect(backend.unavailableBecause()).toBeUndefined();
    await backend.bus.publish('live:{x}', 'heard again');
    expect(await ear.nextText()).toBe('heard again');
  });

  test('[P7] a follower that subscribes on a dead connection is refused, not left waiting', async () => {
    const proxy = await LossyProxy.to(server.port);
    closing.push(() => proxy.close());
    const backend = await aBackend({ url: proxy.url });
    proxy.deafen();
    await expect(backend.bus.subscribe('live:{x}', { hear: () => {} })).rejects.toThrow(BackendUnavailable);
  });

  test('scripts that Redis has forgotten are sent again', async () => {
    const backend = await aBackend();
    const admin = new Redis(server.url);
    closing.push(async () => admin.disconnect());
    const trip = tripUnderWay(Date.now());
    await backend.trips.create(trip, '');
    await admin.script('FLUSH', 'SYNC');
    const outcome = await backend.tracks.store(trip.id, SESSION, fixesAt(trip.createdAt));
    expect(outcome).toMatchObject({ verdicts: ['stored'], listeners: 0 });
  });

  test.each<[string, refuse: Step, relent: Step]>([
    [
      'OOM',
      () => server.call('CONFIG', 'SET', 'maxmemory', 1),
      () => server.call('CONFIG', 'SET', 'maxmemory', 0),
    ],
    ['MISCONF', failToSave, saveAgain],
    [
      'NOREPLICAS',
      () => server.call('CONFIG', 'SET', 'min-replicas-to-write', 1),
      () => server.call('CONFIG', 'SET', 'min-replicas-to-write', 0),
    ],
    [
      'The user executing the script',
      () => server.call('ACL', 'SETUSER', 'gateway', '-xadd', '-set'),
      () => server.call('ACL', 'SETUSER', 'gateway', '+xadd', '+set'),
    ],
    ['replica', () => server.call('REPLICAOF', '127.0.0.1', 1), () => server.call('REPLICAOF', 'NO', 'ONE')],
  ])(
    '[P1] [P7] refused with %s, nothing is stored, the reason is told, and it ends by itself',
    async (reason, refuse, relent) => {
      await server.call('ACL', 'SETUSER', 'gateway', 'on', 'nopass', '~*', '&*', '+@all');
      const backend = await aBackend({ url: server.url.replace('//', '//gateway:x@') });
      const trip = tripUnderWay(Date.now());
      await backend.trips.create(trip, '');

      await refuse();
      const stored = Promise.resolve(backend.tracks.store(trip.id, SESSION, fixesAt(trip.createdAt)));
      const error = await stored.catch((reason) => reason);
      expect(error).toBeInstanceOf(BackendUnavailable);
      await log.until(UNUSABLE);
      expect(log.lines.find(({ message }) => message === UNUSABLE)!.fields).toEqual({
        reason: expect.stringContaining(reason),
      });

      await relent();
      await log.until(USABLE, 2);
      expect(backend.unavailableBecause()).toBeUndefined();
      expect(await backend.tracks.newest(trip.id)).toBeUndefined();
      const outcome = await backend.tracks.store(trip.id, SESSION, fixesAt(trip.createdAt));
      expect(outcome).toMatchObject({ verdicts: ['stored'], listeners: 0 });
    },
  );

  test('[P7] a subscriber that Redis cuts off for being slow comes back, and says that it has missed something', async () => {
    const backend = await aBackend();
    const ear = await Ear.on(backend, 'live:{x}');
    await server.call('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 65536 0 0');
    const back = resubscribed(backend);
    await backend.bus.publish('live:{x}', new Uint8Array(1_000_000)); // as the backlog of a node that does not read
    await back;
    await backend.bus.publish('live:{x}', 'heard again');
    expect(await ear.nextText()).toBe('heard again');
  });

  test('our own mistakes are not blamed on Redis', async () => {
    const backend = await aBackend({ prefix: 'mine:' });
    const admin = new Redis(server.url);
    closing.push(async () => admin.disconnect());
    const trip = tripUnderWay(Date.now());
    await admin.set(`mine:trip:{${trip.id}}`, 'not a hash');
    const error = await backend.trips.read(trip.id).catch((reason) => reason);
    expect(error).not.toBeInstanceOf(BackendUnavailable);
    expect(error.message).toMatch(/WRONGTYPE/);
  });

  test('[P1] a trip whose keys are spoilt keeps no other trip of the same moment from being stored', async () => {
    const backend = await aBackend({ prefix: 'mine:' });
    const trips = Array.from({ length: 9 }, () => tripUnderWay(Date.now()));
    await Promise.all(trips.map((trip) => backend.trips.create(trip, '')));
    await server.call('SET', `mine:track:{${trips[4]!.id}}`, 'not a stream');
    const outcomes = await Promise.allSettled(
      trips.map(({ id, createdAt }) => backend.tracks.store(id, SESSION, fixesAt(createdAt))),
    );
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(trips.map((_, nth) => nth !== 4));
    for (const [nth, { id, createdAt }] of trips.entries()) {
      if (nth !== 4) expect(timesOf(await backend.tracks.read(id, 0, 9))).toEqual([createdAt]);
    }
    expect(backend.unavailableBecause()).toBeUndefined();
  });

  test('a wrong password is told without showing it', async () => {
    const url = server.url.replace('redis://', 'redis://someone:s3cret@');
    const backend = await aBackend({ url, timing: { ...SWIFT, firstTryMs: 200 } });
    expect(backend.unavailableBecause()).toMatch(/WRONGPASS/);
    expect(JSON.stringify([backend.unavailableBecause(), log.lines])).not.toContain('s3cret');
  });

  test('what waits when a backend closes is refused', async () => {
    const backend = await aBackend();
    server.freeze();
    const calls = callsTo(backend);
    await backend.close();
    await areRefused(calls);
    await areRefused(callsTo(backend));
  });
});
