// The calls that change trips, kept up through a node's restart: a call is repeated until it has an answer.

import type { Clock } from '@tripcast/client';
import { type Problem, parseObject, TIMING } from '@tripcast/protocol';

/** What a node said at last: the body of its answer, or why it refuses. `undefined`: the simulation is leaving. */
export type Answer =
  | { ok: true; body: Record<string, unknown> }
  | { ok: false; status: number; problem: Partial<Problem>; attempts: number }
  | undefined;

export interface Call {
  method: 'POST' | 'PATCH' | 'GET';
  path: string;
  token: () => Promise<string>;
  body?: unknown;
}

export type TripApi = (call: Call, signal: AbortSignal) => Promise<Answer>;

/** A request without an answer after this long is given up, ms. */
const REQUEST_LIMIT_MS = 10_000;

export function createTripApi(options: {
  /** Any node's origin. */
  url: string;
  fetch: typeof fetch;
  clock: Clock;
  random: () => number;
}): TripApi {
  const { url, clock, random } = options;

  async function attempt(
    { method, path, token, body }: Call,
    signal: AbortSignal,
  ): Promise<Response | undefined> {
    try {
      return await options.fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await token()}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_LIMIT_MS)]),
      });
    } catch {
      return undefined; // no node there: the next attempt goes to another one
    }
  }

  return async function call(request, signal) {
    for (let attempts = 1; !signal.aborted; attempts++) {
      const response = await attempt(request, signal);
      const text = await response?.text().catch(() => undefined); // cut off: as if there was no answer
      if (response && text !== undefined && !isTransient(response.status)) {
        const body = parseObject(text) ?? {};
        return response.ok
          ? { ok: true, body }
          : { ok: false, status: response.status, problem: body as Partial<Problem>, attempts };
      }
      const ceilingMs = Math.min(TIMING.backoffCapMs, TIMING.backoffBaseMs * 2 ** (attempts - 1));
      await pause(random() * ceilingMs, clock, signal);
    }
    return undefined;
  };
}

function isTransient(status: number): boolean {
  return status === 429 || status >= 500;
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(done, ms);
    signal.addEventListener('abort', done);
    function done(): void {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
