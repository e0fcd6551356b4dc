import type { Backend, KeepLimits } from '../backend.ts';
import type { Log } from '../log.ts';
import { BackendFigures } from '../metrics/backend-figures.ts';
import { clusterLayout } from './cluster-layout.ts';
import { RedisCommands } from './commands.ts';
import { healIndex } from './heal-index.ts';
import { fixedLayout, type LayoutSource } from './layout.ts';
import { redisNames } from './names.ts';
import { RedisBus } from './redis-bus.ts';
import { inWords } from './redis-errors.ts';
import { RedisNodeRegistry } from './redis-node-registry.ts';
import { RedisServers } from './redis-servers.ts';
import { RedisTrackStore } from './redis-track-store.ts';
import { RedisTripStore } from './redis-trip-store.ts';
import { type Access, nameOf, parseRedisUrl, type ServerAddress } from './redis-url.ts';
import { RedisVehicleStore } from './redis-vehicle-store.ts';
import type { Endpoint } from './resp/client.ts';
import { sentinelLayout } from './sentinel-layout.ts';
import { Shard, type WatchTiming } from './shard.ts';
import { StoreCalls } from './store-calls.ts';
import { Subscriber } from './subscriber.ts';
import { TripIndex } from './trip-index.ts';

export interface RedisBackendOptions {
  /** As `redis-url.ts` reads it: one server, Sentinel or Cluster. */
  url: string;
  /** Who has signed the servers' certificates, PEM; without it, the usual authorities. */
  ca?: string | undefined;
  /** Begins every name in Redis. */
  prefix: string;
  /** This node's name among the others. */
  node: string;
  limits: KeepLimits;
  log: Log;
  random?: () => number;
  timing?: Partial<RedisTiming>;
}

export interface RedisTiming extends WatchTiming {
  /** How often sentinels or cluster are asked who is master of what. */
  layoutEveryMs: number;
  /** How long the start waits for Redis before it goes on without. */
  firstTryMs: number;
  healEveryMs: number;
}

const USABLE = 'Redis can be used';
const UNUSABLE = 'Redis cannot be used';
const PARTLY = 'a part of Redis cannot be used';
const DELAYED = 'no replica confirms what Redis is given: nothing is acknowledged';

/** ms. */
const TIMING: RedisTiming = {
  replyDeadlineMs: 3_000,
  canaryEveryMs: 1_000,
  retryAfterMs: 1_000,
  layoutEveryMs: 1_000,
  firstTryMs: 2_000,
  healEveryMs: 600_000,
};

/**
 * Keeps everything in Redis, which nodes share. Starts without it too, says so, and connects when it comes.
 * @throws Error for a Redis that is too old, when it answers within the first two seconds, or a URL that is none
 */
export async function createRedisBackend(options: RedisBackendOptions): Promise<Backend> {
  const { node, limits, log } = options;
  const timing = { ...TIMING, ...options.timing };
  const names = redisNames(options.prefix);
  const figures = new BackendFigures();
  const { source, endpointOf, isCluster } = findRedis(options, timing);

  let told: string | undefined; // nothing until the first try is over
  let closed = false;
  let onSettled = () => {};

  const servers = new RedisServers({
    source,
    isCluster,
    refreshEveryMs: timing.layoutEveryMs,
    connectMs: timing.replyDeadlineMs,
    openShard: (address, callbacks) =>
      new Shard({
        ...{ endpoint: endpointOf(address), node, names, timing, log, figures, ...callbacks },
        isOfCluster: isCluster,
      }),
    onLayout: (masters) => {
      log.info({ masters: masters.map(nameOf) }, 'Redis has these masters');
      void subscriber.rehome();
    },
    onChange: noteChange,
  });
  const commands = new RedisCommands(servers);
  const subscriber = new Subscriber(servers, timing.replyDeadlineMs, figures);
  figures.servers = () => servers.all.map((shard) => shard.figures);

  function unavailableBecause(): string | undefined {
    if (closed) return 'closed';
    return servers.fault ?? (servers.isUsable ? undefined : `Redis: ${servers.trouble}`);
  }

  function degradedBecause(): string | undefined {
    const why = unavailableBecause() === undefined ? (servers.trouble ?? servers.delay) : undefined;
    return why && `Redis: ${why}`;
  }

  function noteChange(): void {
    if (closed) return;
    subscriber.noteChange();
    if (servers.trouble === undefined || servers.fault) onSettled();
    if (told !== undefined) tellState();
  }

  /** One line for each change. */
  function tellState(): void {
    const outage = unavailableBecause();
    const reason = outage ?? degradedBecause();
    const state = outage ? UNUSABLE : servers.trouble ? PARTLY : reason ? DELAYED : USABLE;
    if (state === told) return;
    told = state;
    if (reason === undefined) log.info({}, state);
    else log.warn({ reason }, state);
  }

  const index = new TripIndex(commands, names);
  const trips = new RedisTripStore(commands, names, index, limits);
  const nodes = new RedisNodeRegistry(commands, names);
  const healing = setInterval(() => {
    healIndex({ commands, names, trips, index, everyMs: timing.healEveryMs }).catch((error) => {
      if (!closed) log.warn({ reason: inWords(error) }, 'the index of trips could not be healed');
    });
  }, timing.healEveryMs);

  async function close(): Promise<void> {
    closed = true;
    clearInterval(healing);
    servers.close();
  }

  await new Promise<void>((resolve) => {
    const patience = setTimeout(resolve, timing.firstTryMs);
    onSettled = () => {
      clearTimeout(patience);
      resolve();
    };
  });
  const { fault } = servers;
  if (fault !== undefined) {
    await close();
    throw new Error(fault);
  }
  tellState();
  return {
    kind: 'redis',
    trips,
    tracks: new RedisTrackStore(new StoreCalls(commands, names, limits), commands, names),
    vehicles: new RedisVehicleStore(commands, names, nodes),
    bus: new RedisBus(commands, subscriber, names),
    nodes,
    figures,
    unavailableBecause,
    degradedBecause,
    serves: (channel) => servers.trouble === undefined || servers.serves(names.channel(channel)),
    close,
  };
}

/** From the URL: how to find the masters, and how to come to each. */
function findRedis(
  { url, ca, random = Math.random }: RedisBackendOptions,
  { replyDeadlineMs }: RedisTiming,
): { source: LayoutSource; endpointOf: (address: ServerAddress) => Endpoint; isCluster: boolean } {
  const place = parseRedisUrl(url);
  if (!place) throw new Error('not a URL of Redis: see docs/operations.md');
  const withAccess =
    (access: Access) =>
    ({ host, port }: ServerAddress): Endpoint => ({ host, port, access, ca, random });
  const endpointOf = withAccess(place.access);
  const isCluster = place.kind === 'cluster';
  switch (place.kind) {
    case 'standalone':
      return { source: fixedLayout(place.hosts[0]!), endpointOf, isCluster };
    case 'sentinel': {
      const sentinels = place.hosts.map(withAccess(place.sentinelAccess));
      return {
        source: sentinelLayout({ sentinels, masterName: place.masterName, replyDeadlineMs }),
        endpointOf,
        isCluster,
      };
    }
    case 'cluster':
      return {
        source: clusterLayout({ seeds: place.hosts, endpointOf, replyDeadlineMs }),
        endpointOf,
        isCluster,
      };
    default:
      return place satisfies never;
  }
}
