import type { Backend, KeepLimits } from '../backend.ts';
import type { Log } from '../log.ts';
import { keepCanary } from './canary.ts';
import { RedisCommands } from './commands.ts';
import { createCommandClient, createSubscriberClient } from './connection.ts';
import { healIndex } from './heal-index.ts';
import { redisNames } from './names.ts';
import { RedisBus } from './redis-bus.ts';
import { inWords } from './redis-errors.ts';
import { RedisNodeRegistry } from './redis-node-registry.ts';
import { RedisTrackStore } from './redis-track-store.ts';
import { RedisTripStore } from './redis-trip-store.ts';
import { RedisVehicleStore } from './redis-vehicle-store.ts';
import { checkServer } from './server-check.ts';
import { Subscriber } from './subscriber.ts';
import { TripIndex } from './trip-index.ts';

export interface RedisBackendOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** Begins every name in Redis. */
  prefix: string;
  /** This node's name among the others. */
  node: string;
  limits: KeepLimits;
  log: Log;
  random?: () => number;
  timing?: Partial<typeof TIMING>;
}

/** How the backend watches over its connections, ms. */
const TIMING = {
  /** No reply for this long while commands wait: the connection hangs. */
  replyDeadlineMs: 3_000,
  /** Three canaries that are not heard make a subscriber deaf. */
  canaryEveryMs: 1_000,
  /** Between two attempts at subscriptions that Redis refuses. */
  retryAfterMs: 1_000,
  /** How long the start waits for Redis before it goes on without. */
  firstTryMs: 2_000,
  healEveryMs: 600_000,
};

/**
 * Keeps everything in Redis, which nodes share. Starts without it too, says so, and connects when it comes.
 * @throws Error for a Redis that is too old, when it answers within the first two seconds
 */
export async function createRedisBackend(options: RedisBackendOptions): Promise<Backend> {
  const { url, node, limits, log, random = Math.random } = options;
  const timing = { ...TIMING, ...options.timing };
  const address = { url, random };
  const names = redisNames(options.prefix);

  let fault: string | undefined;
  let wasUsable: boolean | undefined; // unknown until the first try is over
  let lastWarnings = '';
  let closed = false;
  let onSettled = () => {};

  const commands = new RedisCommands({
    createClient: () => createCommandClient(address),
    replyDeadlineMs: timing.replyDeadlineMs,
    onReady: () => void inspect(),
    onChange: noteChange,
  });
  const subscriber = new Subscriber({
    createClient: () => createSubscriberClient(address, timing.replyDeadlineMs),
    retryAfterMs: timing.retryAfterMs,
    onChange: noteChange,
  });

  function unavailableBecause(): string | undefined {
    if (fault) return fault;
    if (commands.trouble) return `Redis: ${commands.trouble}`;
    return subscriber.trouble && `Redis, subscriptions: ${subscriber.trouble}`;
  }

  function noteChange(): void {
    const reason = unavailableBecause();
    if (reason === undefined) onSettled();
    if (closed || wasUsable === undefined || wasUsable === (reason === undefined)) return;
    noteState(reason);
  }

  function noteState(reason: string | undefined): void {
    wasUsable = reason === undefined;
    if (reason === undefined) log.info({}, 'Redis can be used');
    else log.warn({ reason }, 'Redis cannot be used');
  }

  async function inspect(): Promise<void> {
    try {
      const check = await checkServer(commands);
      fault = check.fault;
      if (check.warnings.join() !== lastWarnings) for (const warning of check.warnings) log.warn({}, warning);
      lastWarnings = check.warnings.join();
      if (fault) onSettled();
    } catch (error) {
      if (!closed) log.warn({ reason: inWords(error) }, 'Redis did not describe itself');
    }
    noteChange();
  }

  const index = new TripIndex(commands, names);
  const trips = new RedisTripStore(commands, names, index, limits);
  const nodes = new RedisNodeRegistry(commands, names);
  const stopCanary = keepCanary({
    commands,
    subscriber,
    channel: names.canary(node),
    everyMs: timing.canaryEveryMs,
  });
  const healing = setInterval(() => {
    healIndex({ commands, names, trips, index, everyMs: timing.healEveryMs }).catch((error) => {
      if (!closed) log.warn({ reason: inWords(error) }, 'the index of trips could not be healed');
    });
  }, timing.healEveryMs);

  async function close(): Promise<void> {
    closed = true;
    clearInterval(healing);
    stopCanary();
    subscriber.close();
    commands.close();
  }

  await new Promise<void>((resolve) => {
    const patience = setTimeout(resolve, timing.firstTryMs);
    onSettled = () => {
      clearTimeout(patience);
      resolve();
    };
  });
  if (fault) {
    await close();
    throw new Error(fault);
  }
  noteState(unavailableBecause());
  return {
    kind: 'redis',
    trips,
    tracks: new RedisTrackStore(commands, names, limits),
    vehicles: new RedisVehicleStore(commands, names, nodes),
    bus: new RedisBus(commands, subscriber, names),
    nodes,
    unavailableBecause,
    close,
  };
}
