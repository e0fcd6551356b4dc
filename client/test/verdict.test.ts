import { describe, expect, test } from '@jest/globals';
import { problem } from '@tripcast/protocol';
import { parseRetryAfter, verdictOf } from '../src/verdict.ts';

const answer = (status: number, body?: object, retryAfterMs?: number) => ({
  status,
  body: body as Record<string, unknown> | undefined,
  retryAfterMs,
});

describe('the verdict on an answer', () => {
  test.each(['invalid_request', 'unauthenticated', 'forbidden', 'not_found'] as const)(
    '%s is final',
    (code) => {
      const refusal = problem(code, 'why');
      expect(verdictOf(answer(refusal.status, refusal))).toEqual({ outcome: 'refused', problem: refusal });
    },
  );

  test('trip_ended ends', () => {
    expect(verdictOf(answer(410, problem('trip_ended', 'over')))).toEqual({ outcome: 'ended' });
  });

  test.each(['too_many_requests', 'unavailable'] as const)('%s passes, after Retry-After', (code) => {
    const refusal = problem(code, 'later');
    expect(verdictOf(answer(refusal.status, refusal, 3_000))).toEqual({
      outcome: 'retry',
      problem: refusal,
      retryAfterMs: 3_000,
    });
  });

  test.each([
    ["a proxy's 404 without a node behind it", 404, undefined],
    ["a hotel's login page", 200, undefined],
    ["somebody else's JSON", 403, { code: 'toString' }],
  ])('%s is no refusal of ours and passes', (_what, status, body) => {
    expect(verdictOf(answer(status, body)).outcome).toBe('retry');
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);
  test.each([
    ['7', 7_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['86400', 60_000],
    ['soon', undefined],
    [null, undefined],
  ])('%s is %s ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});
