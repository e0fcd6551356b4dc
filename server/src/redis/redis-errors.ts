import { ErrorReply } from 'redis';
import { BackendUnavailable } from '../backend.ts';

/** Redis says that it cannot do this now, or not for us. Other error replies are our own mistakes. */
const REFUSALS = new Set([
  'ASK',
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'MOVED',
  'NOAUTH',
  'NOPERM',
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'TRYAGAIN',
  'UNKILLABLE',
  'WRONGPASS',
]);

/** Whether Redis answered, and refused. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && REFUSALS.has(codeOf(error));
}

export function isUnknownScript(error: unknown): boolean {
  return error instanceof ErrorReply && codeOf(error) === 'NOSCRIPT';
}

/** `BackendUnavailable` for what the connection or the server is to blame for; our own mistakes as they are. */
export function asUnavailable(error: unknown): unknown {
  const isOurs = error instanceof TypeError || (error instanceof ErrorReply && !isRefusal(error));
  if (isOurs || error instanceof BackendUnavailable) return error;
  return new BackendUnavailable(`Redis cannot be used: ${inWords(error)}`, { cause: error });
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
