import { GATEWAY, gatewayUser, SENTINEL_USERS } from './gateway-user.ts';
import { RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const MASTER_NAME = 'city';
const SENTINELS = 3;
/** A master that is silent for this long is replaced, ms: not one that a busy machine gives no turn for a second. */
const DOWN_AFTER_MS = 2_000;

/** A master with replicas, and three sentinels that replace it when it dies: real processes. */
export class RedisSentinels {
  readonly servers: readonly RedisServer[];
  readonly #sentinels: readonly RedisServer[];

  private constructor(servers: RedisServer[], sentinels: RedisServer[]) {
    this.servers = servers;
    this.#sentinels = sentinels;
  }

  /** Resolves when a failover could happen. */
  static async start(replicas = 2): Promise<RedisSentinels> {
    const servers = await Promise.all(
      Array.from({ length: 1 + replicas }, () => RedisServer.prepare('--repl-diskless-sync-delay', '0')),
    );
    const [master, ...others] = servers as [RedisServer, ...RedisServer[]];
    for (const server of servers) server.set(...(await gatewayUser(server)));
    await master.start();
    for (const replica of others) await replica.start('--replicaof', `127.0.0.1 ${master.port}`);
    await until(async () => (await onlineReplicas(master)) === replicas);

    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, () =>
        RedisServer.prepareSentinel([
          `aclfile ${SENTINEL_USERS}`,
          `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master.port} 2`,
          `sentinel down-after-milliseconds ${MASTER_NAME} ${DOWN_AFTER_MS}`,
          `sentinel failover-timeout ${MASTER_NAME} 5000`,
          `sentinel parallel-syncs ${MASTER_NAME} ${replicas}`,
        ]),
      ),
    );
    await Promise.all(sentinels.map((sentinel) => sentinel.start()));
    const group = new RedisSentinels(servers, sentinels);
    await group.#settled(replicas);
    return group;
  }

  get url(): string {
    const hosts = this.#sentinels.map(({ port }) => `127.0.0.1:${port}`);
    const [user, password] = GATEWAY.split(':');
    const asWhom = `sentinelUser=${user}&sentinelPassword=${password}`;
    return `redis+sentinel://${GATEWAY}@${hosts.join(',')}/${MASTER_NAME}?${asWhom}`;
  }

  /** Whom the sentinels call master. */
  async master(): Promise<RedisServer> {
    const [, port] = (await this.#sentinels[0]!.call(
      'SENTINEL',
      'GET-MASTER-ADDR-BY-NAME',
      MASTER_NAME,
    )) as string[];
    return this.servers.find((server) => server.port === Number(port))!;
  }

  /** Resolves when the sentinels have agreed on another one. */
  async replaced(old: RedisServer): Promise<RedisServer> {
    await until(async () => (await this.master()) !== old);
    return this.master();
  }

  /** Resolves when all replicas have what the master has: one more failure loses nothing. */
  async whole(): Promise<void> {
    const isWhole = wholeWith(this.servers.length - 1);
    await until(async () => isWhole(await this.master()));
  }

  /** Has the sentinels replace the master though it is well. */
  async failOver(): Promise<void> {
    // They refuse while another one is under way.
    await until(async () => (await this.#sentinels[0]!.call('SENTINEL', 'FAILOVER', MASTER_NAME)) === 'OK');
  }

  async close(): Promise<void> {
    for (const server of this.servers) server.thaw();
    await Promise.all([...this.#sentinels, ...this.servers].map((server) => server.close()));
  }

  async #settled(replicas: number): Promise<void> {
    for (const sentinel of this.#sentinels) {
      await until(async () => {
        const about = (await sentinel.call('SENTINEL', 'MASTER', MASTER_NAME)) as string[];
        const value = (name: string) => Number(about[about.indexOf(name) + 1]);
        return value('num-slaves') === replicas && value('num-other-sentinels') === SENTINELS - 1;
      });
    }
  }
}

/** How many replicas follow the server. */
export async function onlineReplicas(server: RedisServer): Promise<number> {
  return (await replication(server)).online.length;
}

/**
 * Tells of a server whether so many replicas follow it and say that they have all that it had when they were first seen to:
 * one that hangs follows it, too, and one that has just come has yet to be sent what it lacks.
 */
export function wholeWith(count: number): (server: RedisServer) => Promise<boolean> {
  const due = new Map<RedisServer, number>();
  return async (server) => {
    const { offset, online } = await replication(server);
    if (online.length < count) {
      due.delete(server);
      return false;
    }
    if (!due.has(server)) due.set(server, offset);
    return online.every((its) => its >= due.get(server)!);
  };
}

/** How far a server has written, and how far each replica that follows it says that it has come, bytes. */
async function replication(server: RedisServer): Promise<{ offset: number; online: number[] }> {
  const info = (await server.call('INFO', 'replication')) as string;
  const online = info.matchAll(/^slave\d+:.*state=online,offset=(\d+)/gm);
  return {
    offset: Number(/^master_repl_offset:(\d+)/m.exec(info)![1]),
    online: Array.from(online, ([, its]) => Number(its)),
  };
}
