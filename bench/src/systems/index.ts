import { nats } from './nats.ts';
import { relay } from './relays.ts';
import type { System } from './system.ts';
import { tripcast } from './tripcast.ts';

export type { RunningSystem, System } from './system.ts';

const twoNodes = { redis: 'one' } as const;
const withRedis = { hasRedis: true } as const;

/** In the order in which tables show them. */
export const SYSTEMS: readonly System[] = [
  tripcast({ name: 'tripcast', title: 'Tripcast, 2 nodes + Redis', ...twoNodes }),
  tripcast({ name: 'tripcast-again', title: 'the same once more: the noise', ...twoNodes }),
  tripcast({ name: 'tripcast-cluster', title: 'Tripcast, 2 nodes + Redis Cluster of 3', redis: 'cluster' }),
  tripcast({ name: 'tripcast-memory', title: 'Tripcast, 1 node, memory', redis: 'none' }),
  tripcast({ name: 'tripcast-tls', title: 'Tripcast, 2 nodes + Redis, TLS', ...twoNodes, isTls: true }),
  tripcast({
    name: 'tripcast-processes',
    title: 'Tripcast, 2 nodes of 2 processes + Redis',
    processes: 2,
    ...twoNodes,
  }),
  relay({
    name: 'socket-io',
    title: 'Socket.IO + redis-adapter, 2 nodes + Redis',
    kind: 'peer',
    wire: 'socket-io',
    program: 'socket-io-relay',
    ...withRedis,
  }),
  relay({
    name: 'socket-io-sharded',
    title: 'Socket.IO + sharded redis-adapter, 2 nodes + Redis',
    kind: 'peer',
    wire: 'socket-io',
    program: 'socket-io-relay',
    env: { ADAPTER: 'sharded' },
    ...withRedis,
  }),
  relay({
    name: 'ws',
    title: 'ws + ioredis, 2 nodes + Redis',
    kind: 'peer',
    wire: 'json-relay',
    program: 'ws-relay',
    ...withRedis,
  }),
  nats,
  relay({
    name: 'uws-redis',
    title: 'bare uWebSockets.js + ioredis, 2 nodes + Redis',
    kind: 'limit',
    wire: 'binary-relay',
    program: 'uws-relay',
    ...withRedis,
  }),
  relay({
    name: 'uws',
    title: 'bare uWebSockets.js, 1 node, no Redis',
    kind: 'limit',
    wire: 'binary-relay',
    program: 'uws-relay',
    hasRedis: false,
  }),
];

export function systemNamed(name: string): System | undefined {
  return SYSTEMS.find((system) => system.name === name);
}
