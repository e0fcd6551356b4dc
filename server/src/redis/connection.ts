// How both clients reach Redis: `redis` for commands, `ioredis` for subscriptions. Both come back by themselves, queue
// nothing while they are away, and are replaced by their owners when they hang.

import { Redis as Ioredis } from 'ioredis';
import { createClient, RESP_TYPES } from 'redis';

/** The longest pause between two attempts to connect, ms. */
const RECONNECT_CAP_MS = 1_000;
const RECONNECT_BASE_MS = 50;
const CONNECT_TIMEOUT_MS = 3_000;
/** A subscriber has nothing to lose when it goes: it waits for the other end's farewell this long, ms. */
const DISCONNECT_TIMEOUT_MS = 500;

export interface RedisAddress {
  /** `redis://` or `rediss://`, with user, password and database where needed. */
  url: string;
  /** Spreads the nodes' attempts after an outage: 0 ≤ random < 1. */
  random: () => number;
}

/** The pause before an attempt, ms: half to all of 50 ms doubling to 1 s. */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  const ceilingMs = Math.min(RECONNECT_CAP_MS, RECONNECT_BASE_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceilingMs * (0.5 + random() / 2));
}

export type CommandClient = ReturnType<typeof createCommandClient>;

/** A client for commands, not yet connected. Strings in replies are Buffers: what we keep is binary. */
export function createCommandClient({ url, random }: RedisAddress) {
  return createClient({
    url,
    disableOfflineQueue: true,
    maintNotifications: 'disabled', // a feature of Redis Enterprise that others answer with an error
    // The per-command timeout costs five times the command itself, and does not cover what was sent.
    commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (attempt) => reconnectDelayMs(attempt, random),
    },
  });
}

/**
 * A client for subscriptions, already connecting.
 * @param replyDeadlineMs a connection on which a command is not answered for this long is given up
 */
export function createSubscriberClient({ url, random }: RedisAddress, replyDeadlineMs: number): Ioredis {
  return new Ioredis(url, {
    enableOfflineQueue: false,
    autoResubscribe: false, // it sends a command per channel; `Subscriber` sends one for hundreds
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0, // rejects what a lost connection left unanswered
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    socketTimeout: replyDeadlineMs,
    retryStrategy: (attempt) => reconnectDelayMs(attempt, random),
  });
}
