import { hashSlot, SLOTS } from '../../src/redis/hash-slot.ts';
import { GATEWAY, gatewayUser } from './gateway-user.ts';
import { onlineReplicas, wholeWith } from './redis-sentinels.ts';
import { freePort, RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const MASTERS = 3;
/** A node that is silent for this long is replaced, ms. */
const NODE_TIMEOUT_MS = 2_000;

/** A Redis Cluster of three masters with a replica each: real processes. */
export class RedisCluster {
  readonly servers: readonly RedisServer[];
  readonly #ids = new Map<RedisServer, string>();

  private constructor(servers: RedisServer[]) {
    this.servers = servers;
  }

  /** Resolves when every node knows every slot's master, and every master has its replica. */
  static async start(): Promise<RedisCluster> {
    const servers = await Promise.all(
      Array.from({ length: 2 * MASTERS }, () => RedisServer.prepare(...SETTINGS)),
    );
    await Promise.all(
      servers.map(async (server) => {
        server.set('--cluster-port', String(await freePort()), ...(await gatewayUser(server)));
        await server.start();
      }),
    );
    const cluster = new RedisCluster(servers);
    await cluster.#form();
    return cluster;
  }

  get url(): string {
    return `redis+cluster://${GATEWAY}@${this.servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  /** The master that has a key or channel, as `asked` sees it; any that runs, by default. */
  async masterOf(name: string, asked?: RedisServer): Promise<RedisServer> {
    return (await this.#serversOf(hashSlot(name), asked))[0]!;
  }

  async replicaOf(name: string): Promise<RedisServer> {
    return (await this.#serversOf(hashSlot(name)))[1]!;
  }

  /** Resolves when all that `asked` tells is that another one is master of the name. */
  async replaced(name: string, old: RedisServer): Promise<RedisServer> {
    const asked = this.servers.find((server) => server !== old)!;
    await until(async () => (await this.masterOf(name, asked)) !== old);
    return this.masterOf(name, asked);
  }

  /** Those that are masters with slots, as any that runs sees it. */
  async masters(): Promise<RedisServer[]> {
    const slots = Array.from({ length: SLOTS / 512 }, (_, index) => index * 512);
    const asked = await this.#anyThatRuns();
    const masters = await Promise.all(slots.map(async (slot) => (await this.#serversOf(slot, asked))[0]!));
    return [...new Set(masters)];
  }

  /** Resolves when every master has a replica that has all of it: one more failure loses nothing. */
  async whole(): Promise<void> {
    const isWhole = wholeWith(1);
    await until(async () => {
      const are = await Promise.all((await this.masters()).map(isWhole));
      return are.length === MASTERS && are.every(Boolean);
    });
  }

  /** Moves a slot with all its keys, as `redis-cli --cluster reshard` does. */
  async moveSlot(slot: number, to: RedisServer): Promise<void> {
    const [from] = await this.#serversOf(slot);
    if (from === undefined || from === to) return;
    const [fromId, toId] = [this.#ids.get(from)!, this.#ids.get(to)!];
    await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
    await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
    while (true) {
      const keys = (await from.call('CLUSTER', 'GETKEYSINSLOT', slot, 10)) as string[];
      if (keys.length === 0) break;
      await from.call('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...keys);
    }
    await to.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
    await from.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
  }

  /** Resolves when it follows the master that has its slots now, after it was away. */
  async rejoined(server: RedisServer): Promise<void> {
    await until(async () => {
      const info = (await server.call('INFO', 'replication')) as string;
      return info.includes('role:slave') && info.includes('master_link_status:up');
    });
  }

  async close(): Promise<void> {
    for (const server of this.servers) server.thaw();
    await Promise.all(this.servers.map((server) => server.close()));
  }

  async #form(): Promise<void> {
    const [first] = this.servers as [RedisServer];
    const [, busPort] = (await first.call('CONFIG', 'GET', 'cluster-port')) as [string, string];
    const masters = this.servers.slice(0, MASTERS);
    await Promise.all(
      masters.map(async (master, index) => {
        await master.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
        const bound = (part: number) => Math.floor((part * SLOTS) / MASTERS);
        await master.call('CLUSTER', 'ADDSLOTSRANGE', bound(index), bound(index + 1) - 1);
      }),
    );
    for (const server of this.servers) {
      this.#ids.set(server, (await server.call('CLUSTER', 'MYID')) as string);
      if (server !== first) await server.call('CLUSTER', 'MEET', '127.0.0.1', first.port, busPort);
    }
    await this.#everyone(async (server) => infoOf(server, 'cluster_known_nodes', this.servers.length));
    for (const [index, master] of masters.entries()) {
      const replica = this.servers[MASTERS + index]!;
      await until(async () => (await replica.call('CLUSTER', 'REPLICATE', this.#ids.get(master)!)) === 'OK');
    }
    for (const master of masters) await until(async () => (await onlineReplicas(master)) === 1);
    await this.#everyone(async (server) => {
      const slots = (await server.call('CLUSTER', 'SLOTS')) as unknown[][];
      const isWhole = slots.length === MASTERS && slots.every((entry) => entry.length === 4);
      return isWhole && (await infoOf(server, 'cluster_state', 'ok'));
    });
  }

  async #everyone(isSo: (server: RedisServer) => Promise<boolean>): Promise<void> {
    await Promise.all(this.servers.map((server) => until(() => isSo(server))));
  }

  async #serversOf(slot: number, asked?: RedisServer): Promise<RedisServer[]> {
    const whom = asked ?? (await this.#anyThatRuns());
    const ranges = (await whom.call('CLUSTER', 'SLOTS')) as [number, number, ...[string, number, string][]][];
    const [, , ...nodes] = ranges.find(([from, to]) => from <= slot && slot <= to)!;
    return nodes.map(([, port]) => this.servers.find((server) => server.port === port)!);
  }

  async #anyThatRuns(): Promise<RedisServer> {
    return Promise.any(this.servers.map(async (server) => server.call('PING').then(() => server)));
  }
}

const SETTINGS = [
  ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(NODE_TIMEOUT_MS)],
  ...['--cluster-require-full-coverage', 'no', '--repl-diskless-sync-delay', '0'],
];

async function infoOf(server: RedisServer, name: string, value: string | number): Promise<boolean> {
  return ((await server.call('CLUSTER', 'INFO')) as string).includes(`${name}:${value}\r\n`);
}
