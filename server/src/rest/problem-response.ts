import type { Problem, ProblemCode } from '@tripcast/protocol';
import { PROBLEMS, problem } from '@tripcast/protocol';
import type { TypedResponse } from 'hono';
import type { Refusal } from '../trips/refusal.ts';

/** When to ask again after a 503, s. */
const RETRY_AFTER_S = 2;

/** Fits any call's definition. */
export type ProblemResponse = Response & TypedResponse<never, never, never>;

/** A refusal as RFC 9457 wants it, with the headers that belong to its status. */
export function problemResponse(
  code: ProblemCode,
  detail: string,
  errors?: Problem['errors'],
): ProblemResponse {
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff', // also of those that the bridge answers with
  });
  if (code === 'unauthenticated') headers.set('www-authenticate', 'Bearer realm="tripcast"');
  if (code === 'unavailable') headers.set('retry-after', `${RETRY_AFTER_S}`);
  const body = JSON.stringify(problem(code, detail, errors));
  return new Response(body, { status: PROBLEMS[code].status, headers }) as ProblemResponse;
}

export function refusalResponse({ refused, detail }: Refusal): ProblemResponse {
  return problemResponse(refused, detail);
}
