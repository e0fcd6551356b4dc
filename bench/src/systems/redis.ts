import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerProcess } from './server-process.ts';

const REDIS_SERVER = process.env.REDIS_SERVER ?? 'redis-server';

/** What keeps fixes must survive its own death; what only passes messages on has nothing to keep. */
export type Durability = 'append-only' | 'none';

/** A Redis without replicas. @param folder its own */
export function startRedis(
  name: string,
  port: number,
  folder: string,
  durability: Durability,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const all = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: durability === 'append-only' ? 'yes' : 'no',
    appendfsync: 'everysec',
    ...settings,
  };
  return ServerProcess.start({
    name,
    command: REDIS_SERVER,
    args: Object.entries(all).flatMap(([key, value]) => [`--${key}`, value]),
    isReady: (line) => line.includes('Ready to accept connections'),
  });
}

/** A Cluster of masters alone, one for each port. @throws Error when it does not come about */
export async function startRedisCluster(ports: readonly number[], folder: string): Promise<ServerProcess[]> {
  const servers = await Promise.all(
    ports.map(async (port, nth) => {
      const own = join(folder, String(port));
      await mkdir(own);
      return startRedis(`redis-${nth + 1}`, port, own, 'append-only', { 'cluster-enabled': 'yes' });
    }),
  );
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  const { status, stdout } = spawnSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the Redis Cluster could not be made: ${stdout}`);
  return servers;
}
