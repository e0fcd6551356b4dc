import { afterAll, beforeAll, describe } from '@jest/globals';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { eventually } from './eventually.ts';
import { GatewayProcess } from './gateway-process.ts';
import { rest } from './rest-client.ts';

/** The nodes that a test has to do with: two over one Redis, or one and the same that keeps all in its memory. */
export interface Nodes {
  readonly one: GatewayProcess;
  readonly other: GatewayProcess;
}

/** Two nodes over a Redis of their own. */
export class NodePair implements Nodes {
  readonly one: GatewayProcess;
  readonly other: GatewayProcess;
  readonly redis: RedisServer;

  private constructor(redis: RedisServer, one: GatewayProcess, other: GatewayProcess) {
    this.redis = redis;
    this.one = one;
    this.other = other;
  }

  static async start(env: Record<string, string> = {}): Promise<NodePair> {
    const redis = await RedisServer.start();
    const start = () => GatewayProcess.start({ REDIS_URL: redis.url, ...env });
    const [one, other] = await Promise.all([start(), start()]);
    return new NodePair(redis, one, other);
  }

  async close(): Promise<void> {
    await Promise.all([this.one.close(), this.other.close()]);
    this.redis.thaw();
    await this.redis.close();
  }
}

/** Resolves when all of them can use Redis, each by its own connections. */
export async function untilReady(nodes: readonly GatewayProcess[]): Promise<void> {
  for (const { url } of nodes) {
    await eventually(`${url} to be ready`, async () => (await rest(url, '/readyz')).status === 200);
  }
}

/** Runs the same tests against one node with its own memory and against two over one Redis. */
export function describeNodes(subject: string, tests: (nodes: () => Nodes) => void): void {
  describe(`${subject}: one node`, () => {
    let node: GatewayProcess;
    beforeAll(async () => {
      node = await GatewayProcess.start();
    });
    afterAll(() => node.close());
    tests(() => ({ one: node, other: node }));
  });
  describe(`${subject}: two nodes over one Redis`, () => {
    let pair: NodePair;
    beforeAll(async () => {
      pair = await NodePair.start();
    });
    afterAll(() => pair.close());
    tests(() => pair);
  });
}
