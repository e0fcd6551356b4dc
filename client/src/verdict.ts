// Why a handshake failed. Browsers can't read its status, so the answer to a request tells, asked with the same token.

import {
  PROBLEMS,
  type Problem,
  type ProblemCode,
  parseObject,
  problem,
  type Trip,
} from '@tripcast/protocol';
import type { Platform } from './platform.ts';

/** What to do about a handshake that failed. */
export type Verdict =
  | { outcome: 'refused'; problem: Problem }
  | { outcome: 'ended'; trip?: Trip }
  | { outcome: 'retry'; problem?: Problem; retryAfterMs?: number; trip?: Trip };

/** An HTTP answer, as far as it matters here. `body` is the JSON object in it, if there is one. */
export interface HttpAnswer {
  status: number;
  body: Record<string, unknown> | undefined;
  retryAfterMs: number | undefined;
}

const REFUSALS: readonly ProblemCode[] = ['invalid_request', 'unauthenticated', 'forbidden', 'not_found'];

/**
 * What a gateway's refusal means. An answer without a stable `code` is not a gateway's own: a proxy without a node
 * behind it, a hotel's login page. That is network trouble, and passes.
 */
export function verdictOf(answer: HttpAnswer): Verdict {
  const refusal = problemOf(answer);
  if (refusal?.code === 'trip_ended') return { outcome: 'ended' };
  if (refusal && REFUSALS.includes(refusal.code)) return { outcome: 'refused', problem: refusal };
  return retry(refusal, answer.retryAfterMs);
}

/** The problem that the answer's body states, or `undefined`. */
export function problemOf(answer: HttpAnswer): Problem | undefined {
  const code = answer.body?.code;
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code)
    ? (answer.body as unknown as Problem)
    : undefined;
}

export function retry(refusal?: Problem, retryAfterMs?: number): Verdict {
  return {
    outcome: 'retry',
    ...(refusal && { problem: refusal }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** What a handshake's bare status says, for servers that give it no body. `undefined` when it may pass. */
export function refusalByStatus(status: number): Problem | undefined {
  const code = REFUSALS.find((candidate) => PROBLEMS[candidate].status === status);
  return code && problem(code, `the handshake was answered with ${status}`);
}

/** Asks a node; network trouble, which includes an aborted `signal`, is `undefined`. */
export async function ask(
  url: string,
  token: string,
  platform: Platform,
  signal: AbortSignal,
): Promise<HttpAnswer | undefined> {
  try {
    const response = await platform.fetch(url, { headers: { authorization: `Bearer ${token}` }, signal });
    return {
      status: response.status,
      body: parseObject(await response.text()),
      retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), platform.clock.now()),
    };
  } catch {
    return undefined; // no answer is one of the answers
  }
}

/** ms to wait according to `Retry-After` (seconds, or a date; RFC 9110 §10.2.3), at most a minute. */
export function parseRetryAfter(header: string | null | undefined, nowMs: number): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), RETRY_AFTER_CAP_MS);
}

/** Nobody waits longer than this for a node that may be back, or another that may answer. */
const RETRY_AFTER_CAP_MS = 60_000;
