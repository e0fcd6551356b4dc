// The servers of a run: Redis and gateway nodes, on free ports, with files and a secret of their own.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import { REDIS_PORTS, type RedisKind, RedisServers } from './redis-servers.ts';

/** How long a node takes to leave after SIGTERM, ms: short, as in a test environment. */
const DRAIN_MS = 3_000;
const NODE_ENTRY = fileURLToPath(new URL('../../../server/dist/run.js', import.meta.url));

export class Servers {
  readonly redis: RedisServers;
  readonly nodes: readonly Child[];
  /** Origins of the nodes. */
  readonly urls: string[];
  readonly secret: string;
  readonly #folder: string;

  private constructor(folder: string, redis: RedisServers, nodePorts: number[]) {
    this.#folder = folder;
    this.secret = randomBytes(48).toString('base64');
    this.urls = nodePorts.map((port) => `http://127.0.0.1:${port}`);
    this.redis = redis;
    this.nodes = nodePorts.map((port, index) => {
      const env = {
        PORT: String(port),
        REDIS_URL: redis.url,
        TRIPCAST_JWT_SECRET: this.secret,
        TRIPCAST_NODE: `score-${index + 1}`,
        TRIPCAST_DRAIN_MS: String(DRAIN_MS),
        LOG_LEVEL: 'info',
      };
      return new Child({
        command: process.execPath,
        args: [NODE_ENTRY],
        env,
        isReady: (line) => line.includes('"msg":"ready"'),
      });
    });
  }

  /** @throws Error with what a server said when it can't start */
  static async start(nodes: number, redisKind: RedisKind): Promise<Servers> {
    const ports = await freePorts(REDIS_PORTS[redisKind] + nodes);
    const folder = await mkdtemp(join(tmpdir(), 'tripcast-score-'));
    const redis = await RedisServers.prepare(redisKind, ports.splice(0, REDIS_PORTS[redisKind]), folder);
    const servers = new Servers(folder, redis, ports);
    try {
      await servers.redis.start();
      await Promise.all(servers.nodes.map((node) => node.start()));
      return servers;
    } catch (error) {
      await servers.close();
      throw error;
    }
  }

  /** Ends them all; may be called twice. */
  async close(): Promise<void> {
    for (const node of this.nodes) node.thaw();
    await Promise.all(this.nodes.map((node) => node.kill()));
    await this.redis.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Ports that are free now: all are held until all are known. */
async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(probes.map((probe) => once(probe, 'listening')));
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
  await Promise.all(probes.map((probe) => once(probe.close(), 'close')));
  return ports;
}
