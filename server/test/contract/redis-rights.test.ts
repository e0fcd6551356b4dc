// The users file that operators are given: that it suffices, all other tests here show; here, that nothing in it is too much.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { projectRoot } from '../../src/config/read-config.ts';
import { fleetChannelOf } from '../../src/fleet/fleet-note.ts';
import { hashSlot } from '../../src/redis/hash-slot.ts';
import { createRedisBackend } from '../../src/redis/redis-backend.ts';
import { PATIENT, redisOptions, TRACK_LIMIT } from './describe-backend.ts';
import { Ear } from './ear.ts';
import { RedisCluster } from './redis-cluster.ts';
import { fixesAt, tripUnderWay } from './samples.ts';

const SESSION = 1_700_000_000_000;

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
});
afterAll(() => cluster.close());

test('[P8] every command, key and channel of users.acl is needed', async () => {
  const options = redisOptions(cluster.url, { timing: { ...PATIENT, healEveryMs: 300 } });
  const backend = await createRedisBackend(options);
  const { trips, tracks, vehicles, nodes } = backend;
  try {
    const trip = tripUnderWay(Date.now() - 1_000);
    const { id, vehicleId } = trip;
    const ears = [`live:{${id}}`, `vehicle:{${vehicleId}}`, fleetChannelOf('n')] as const;
    for (const channel of ears) await Ear.on(backend, channel);
    (await Ear.on(backend, 'live:{left}')).unsubscribe();
    await trips.create(trip, '');
    await trips.list({ limit: 1 });
    const many = Array.from({ length: TRACK_LIMIT + 1 }, (_, index) => trip.createdAt + index);
    await tracks.store(id, SESSION, fixesAt(...many));
    await tracks.store(id, SESSION, fixesAt(many[0]! - 1)); // looks for one that was never there
    await tracks.newest(id);
    const session = await vehicles.takeOver(vehicleId, 'n', Date.now());
    await vehicles.keepNewest(vehicleId, session, fixesAt(Date.now()));
    await vehicles.newest(vehicleId);
    await vehicles.enterCell(vehicleId, 1, undefined);
    await vehicles.enterCell(vehicleId, 2, 1);
    await vehicles.vehiclesIn(2);
    await vehicles.revoke(vehicleId, 1);
    await nodes.announce('n', { followers: 0, drivers: 0, draining: false });
    await nodes.announce('gone', { followers: 0, drivers: 0, draining: false });
    await nodes.withdraw('gone');
    await nodes.loads();
    await vehicles.presence(vehicleId);
    await trips.replace({ ...trip, status: 'COMPLETE', version: 2, endedAt: Date.now() }, 1);
    await sendToSlotThatMoves();
    const forgotten = tripUnderWay(Date.now());
    await trips.create(forgotten, '');
    await (await cluster.masterOf(`{${forgotten.id}}`)).call(
      'DEL',
      `${options.prefix}trip:{${forgotten.id}}`,
    );

    const { commands, keys, channels } = await rights();
    const unused = async () => {
      const used = await calledCommands();
      return commands.filter((command) => !used.has(command));
    };
    for (let looks = 0; looks < 300 && (await unused()).length > 0; looks++) await pause(100); // what comes by itself
    expect(await unused()).toEqual([]);
    const names = (await Promise.all(cluster.servers.map((server) => server.call('KEYS', '*')))).flat();
    const heard = (
      await Promise.all(cluster.servers.map((server) => server.call('PUBSUB', 'SHARDCHANNELS')))
    ).flat();
    const matches = (all: unknown[], pattern: string) =>
      all.some((name) => String(name).startsWith(options.prefix + pattern.replace('*', '')));
    expect(keys.filter((pattern) => !matches(names, pattern))).toEqual([]);
    expect(channels.filter((pattern) => !matches(heard, pattern))).toEqual([]);
  } finally {
    await backend.close();
  }

  /** A trip that is not there yet, in a slot that is on its way: the new owner is asked. */
  async function sendToSlotThatMoves(): Promise<void> {
    const trip = tripUnderWay(Date.now());
    const from = await cluster.masterOf(`{${trip.id}}`);
    const to = (await cluster.masters()).find((master) => master !== from)!;
    const slot = hashSlot(`{${trip.id}}`);
    const [fromId, toId] = [await from.call('CLUSTER', 'MYID'), await to.call('CLUSTER', 'MYID')];
    await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(fromId));
    await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(toId));
    await trips.read(trip.id);
    for (const server of [to, from]) await server.call('CLUSTER', 'SETSLOT', slot, 'STABLE');
  }
});

/** What the file gives. */
async function rights(): Promise<{ commands: string[]; keys: string[]; channels: string[] }> {
  const words = (await readFile(join(projectRoot(), 'deploy/redis/users.acl'), 'utf8')).trim().split(' ');
  const after = (sign: string) => words.flatMap((word) => (word.startsWith(sign) ? [word.slice(1)] : []));
  return { commands: after('+'), keys: after('~'), channels: after('&') };
}

/** Commands that any server was called with, by scripts too. */
async function calledCommands(): Promise<Set<string>> {
  const stats = await Promise.all(cluster.servers.map((server) => server.call('INFO', 'commandstats')));
  return new Set([...stats.join('\n').matchAll(/^cmdstat_([^:]+):calls=[1-9]/gm)].map((match) => match[1]!));
}
