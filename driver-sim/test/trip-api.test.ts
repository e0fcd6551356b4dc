import { describe, expect, test } from '@jest/globals';
import { createTripApi } from '../src/trip-api.ts';
import { SteppedClock, settled } from './stepped-clock.ts';

const CALL = {
  method: 'POST',
  path: '/v1/trips',
  token: async () => 'jwt',
  body: { id: 'a' },
} as const;

/** A node that answers one after the other; an Error is no answer at all. */
function node(...answers: (Response | Error)[]) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const fetch = async (url: unknown, init?: RequestInit): Promise<Response> => {
    asked.push({ url: String(url), init });
    const answer = answers.shift();
    if (!answer || answer instanceof Error) throw answer ?? new Error('asked once too often');
    return answer;
  };
  const clock = new SteppedClock();
  return {
    asked,
    clock,
    api: createTripApi({
      url: 'http://node',
      fetch: fetch as typeof globalThis.fetch,
      clock,
      random: () => 0.999,
    }),
  };
}

const problem = (status: number, code: string) => Response.json({ code, detail: 'because' }, { status });

describe('a call that changes a trip', () => {
  test('carries the token and the body as JSON', async () => {
    const { api, asked } = node(Response.json({ trip: { id: 'a' } }, { status: 201 }));
    expect(await api(CALL, new AbortController().signal)).toEqual({ ok: true, body: { trip: { id: 'a' } } });
    expect(asked).toMatchObject([
      {
        url: 'http://node/v1/trips',
        init: {
          method: 'POST',
          headers: { authorization: 'Bearer jwt', 'content-type': 'application/json' },
          body: '{"id":"a"}',
        },
      },
    ]);
  });

  test('is repeated, later and later, while there is no node, or it is not fit', async () => {
    const { api, asked, clock } = node(
      new Error('refused'),
      problem(503, 'unavailable'),
      problem(429, 'too_many_requests'),
      Response.json({}),
    );
    const answer = api(CALL, new AbortController().signal);
    const askedAfter = async (ms: number) => {
      await clock.pass(ms);
      return asked.length;
    };
    expect(await askedAfter(0)).toBe(1);
    expect(await askedAfter(490)).toBe(1);
    expect(await askedAfter(10)).toBe(2);
    expect(await askedAfter(990)).toBe(2);
    expect(await askedAfter(10)).toBe(3);
    expect(await askedAfter(1_990)).toBe(3);
    expect(await askedAfter(10)).toBe(4);
    expect(await answer).toEqual({ ok: true, body: {} });
  });

  test('that is refused is not repeated, and says why', async () => {
    const { api, asked } = node(problem(409, 'invalid_transition'));
    expect(await api(CALL, new AbortController().signal)).toEqual({
      ok: false,
      status: 409,
      problem: { code: 'invalid_transition', detail: 'because' },
      attempts: 1,
    });
    expect(asked).toHaveLength(1);
  });

  test('ends without an answer when the simulation leaves while it waits', async () => {
    const { api, asked } = node(new Error('refused'));
    const leaving = new AbortController();
    const answer = api(CALL, leaving.signal);
    await settled();
    leaving.abort();
    expect(await answer).toBeUndefined();
    expect(asked).toHaveLength(1);
  });
});
