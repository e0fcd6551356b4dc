// The Redis of a run: one server, or a master with a replica and three sentinels, as operators are told to run them.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child.ts';

export type RedisKind = 'alone' | 'sentinel';

export const REDIS_PORTS: Record<RedisKind, number> = { alone: 1, sentinel: 5 };

const MASTER_NAME = 'score';
const SENTINELS = 3;
/** As in deploy/redis: a master that is silent for so long is replaced, ms. */
const DOWN_AFTER_MS = 3_000;
const FAILOVER_TIMEOUT_MS = 15_000;
const COMMAND = process.env.REDIS_SERVER ?? 'redis-server';

export class RedisServers {
  /** For `REDIS_URL`. */
  readonly url: string;
  /** Where everything is written at first. */
  readonly master: Child;
  readonly #replicas: readonly Child[];
  readonly #sentinels: readonly Child[];

  private constructor(url: string, master: Child, replicas: Child[], sentinels: Child[]) {
    this.url = url;
    this.master = master;
    this.#replicas = replicas;
    this.#sentinels = sentinels;
  }

  /**
   * None of them runs yet.
   * @param ports `REDIS_PORTS` of them, free
   * @param folder for their files
   */
  static async prepare(kind: RedisKind, ports: readonly number[], folder: string): Promise<RedisServers> {
    const [masterPort, replicaPort, ...sentinelPorts] = ports as [number, ...number[]];
    const master = new Child(await serverOn(masterPort, folder));
    if (kind === 'alone' || replicaPort === undefined) {
      return new RedisServers(`redis://127.0.0.1:${masterPort}`, master, [], []);
    }
    const replica = await serverOn(replicaPort, folder);
    const follows = ['--replicaof', `127.0.0.1 ${masterPort}`];
    const sentinels = await Promise.all(sentinelPorts.map((port) => sentinelOn(port, masterPort, folder)));
    const hosts = sentinelPorts.map((port) => `127.0.0.1:${port}`);
    return new RedisServers(
      `redis+sentinel://${hosts.join(',')}/${MASTER_NAME}`,
      master,
      [
        new Child({
          ...replica,
          args: [...replica.args, ...follows],
          isReady: (line) => line.includes('sync: Finished with success'),
        }),
      ],
      sentinels,
    );
  }

  /** Of the servers, not of the sentinels. */
  get pids(): (number | undefined)[] {
    return [this.master, ...this.#replicas].map(({ pid }) => pid);
  }

  /** Resolves when all of them run and know each other: a master that dies would be replaced. */
  async start(): Promise<void> {
    await this.master.start();
    await Promise.all(this.#replicas.map((replica) => replica.start()));
    await Promise.all(this.#sentinels.map((sentinel) => sentinel.start()));
  }

  /** May be called twice. */
  async close(): Promise<void> {
    this.master.thaw();
    await Promise.all([...this.#sentinels, ...this.#replicas, this.master].map((child) => child.kill()));
  }
}

async function serverOn(port: number, folder: string): Promise<ConstructorParameters<typeof Child>[0]> {
  const dir = join(folder, `redis-${port}`);
  await mkdir(dir);
  const settings = {
    port,
    bind: '127.0.0.1',
    dir,
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'repl-diskless-sync-delay': 0,
  };
  return {
    command: COMMAND,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    isReady: (line) => line.includes('Ready to accept connections'),
  };
}

async function sentinelOn(port: number, masterPort: number, folder: string): Promise<Child> {
  const file = join(folder, `sentinel-${port}.conf`);
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} ${Math.ceil(SENTINELS / 2)}`,
    `sentinel down-after-milliseconds ${MASTER_NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${MASTER_NAME} ${FAILOVER_TIMEOUT_MS}`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  let [replicas, others] = [0, 0];
  return new Child({
    command: COMMAND,
    args: [file, '--sentinel'],
    isReady: (line) => {
      if (line.includes('+slave ')) replicas++;
      if (line.includes('+sentinel ')) others++;
      return replicas > 0 && others === SENTINELS - 1;
    },
  });
}
