// How both clients reach one server: `redis` for commands, `ioredis` for subscriptions. Both come back by themselves,
// queue nothing while they are away, and are replaced by their owners when they hang. Neither is used as a Cluster or
// Sentinel client: which servers there are is for `RedisServers` (docs/decisions/0006).

import { Redis as Ioredis } from 'ioredis';
import { createClient, RESP_TYPES } from 'redis';
import type { Access, ServerAddress } from './redis-url.ts';

/** The longest pause between two attempts to connect, ms. */
const RECONNECT_CAP_MS = 1_000;
const RECONNECT_BASE_MS = 50;
const CONNECT_TIMEOUT_MS = 3_000;
/** A subscriber has nothing to lose when it goes: it waits for the other end's farewell this long, ms. */
const DISCONNECT_TIMEOUT_MS = 500;

/** One server, and how to come in. */
export interface Endpoint extends ServerAddress {
  readonly access: Access;
  /** Who has signed the servers' certificates, PEM; without it, the usual authorities. */
  readonly ca: string | undefined;
  /** Spreads the nodes' attempts after an outage: 0 ≤ random < 1. */
  readonly random: () => number;
}

/** The pause before an attempt, ms: half to all of 50 ms doubling to 1 s. */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  const ceilingMs = Math.min(RECONNECT_CAP_MS, RECONNECT_BASE_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceilingMs * (0.5 + random() / 2));
}

export type CommandClient = ReturnType<typeof createCommandClient>;

/** A client for commands, not yet connected. Strings in replies are Buffers: what we keep is binary. */
export function createCommandClient({ host, port, access, ca, random }: Endpoint) {
  const { username, password, database, tls } = access;
  return createClient({
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    database,
    disableOfflineQueue: true,
    maintNotifications: 'disabled', // a feature of Redis Enterprise that others answer with an error
    // The per-command timeout costs five times the command itself, and does not cover what was sent.
    commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    socket: {
      host,
      port,
      ...(tls && { tls: true as const, ...(ca !== undefined && { ca }) }),
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (attempt: number) => reconnectDelayMs(attempt, random),
    },
  });
}

/**
 * A client for subscriptions, already connecting.
 * @param replyDeadlineMs a connection on which a command is not answered for this long is given up
 */
export function createSubscriberClient(endpoint: Endpoint, replyDeadlineMs: number): Ioredis {
  const { host, port, access, ca, random } = endpoint;
  return new Ioredis({
    host,
    port,
    ...(access.username !== undefined && { username: access.username }),
    ...(access.password !== undefined && { password: access.password }),
    db: access.database,
    ...(access.tls && { tls: { ...(ca !== undefined && { ca }) } }),
    enableOfflineQueue: false,
    autoResubscribe: false, // it sends a command per channel; `SubscriberConnection` sends one for hundreds
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0, // rejects what a lost connection left unanswered
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    socketTimeout: replyDeadlineMs,
    retryStrategy: (attempt) => reconnectDelayMs(attempt, random),
  });
}
