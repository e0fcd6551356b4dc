import { BackendUnavailable } from '../backend.ts';
import type { ServerAddress } from './redis-url.ts';
import { ErrorReply } from './resp/reply-reader.ts';

/** Redis says that it cannot do this now, or not for us. Other error replies are our own mistakes, or `PASSING`. */
const REFUSALS = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOAUTH',
  'NOPERM',
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'UNKILLABLE',
  'WRONGPASS',
]);

/** NOPERM, as Redis 7.0 says it of a command inside a script. */
const SCRIPT_NOT_PERMITTED = 'ERR The user executing the script can';

/** What concerns one key, or one moment: the server itself is well. */
const PASSING = new Set(['ASK', 'MOVED', 'TRYAGAIN', 'UNBLOCKED']);

/** Whether Redis answered, and refused. */
export function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return REFUSALS.has(codeOf(error)) || error.message.startsWith(SCRIPT_NOT_PERMITTED);
}

export function isUnknownScript(error: unknown): boolean {
  return error instanceof ErrorReply && codeOf(error) === 'NOSCRIPT';
}

/** `BackendUnavailable` for what the connection or the server is to blame for; our own mistakes as they are. */
export function asUnavailable(error: unknown): unknown {
  const isOurs =
    error instanceof TypeError ||
    (error instanceof ErrorReply && !isRefusal(error) && !PASSING.has(codeOf(error)));
  if (isOurs || error instanceof BackendUnavailable) return error;
  return new BackendUnavailable(`Redis cannot be used: ${inWords(error)}`, { cause: error });
}

/** Where a Cluster sends us instead: for good, when the slot has moved there, or for this command, while it moves. */
export interface Redirection {
  readonly kind: 'MOVED' | 'ASK';
  /** An empty host is that of the server that says so. */
  readonly to: ServerAddress;
}

/** The redirection in an error of `CommandConnection` or of a client. */
export function redirection(error: unknown): Redirection | undefined {
  const reply = error instanceof BackendUnavailable ? error.cause : error;
  const match = reply instanceof Error && /^(MOVED|ASK) \d+ (.*):(\d+)$/.exec(reply.message);
  if (!match) return undefined;
  const [, kind, host, port] = match as unknown as [string, 'MOVED' | 'ASK', string, string];
  return { kind, to: { host, port: Number(port) } };
}

/** An error of a client or of Redis, for people. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name; // the AggregateError of a failed connect has no message
}

function codeOf(error: Error): string {
  return error.message.split(' ', 1)[0] ?? '';
}
