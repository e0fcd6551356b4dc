import { expect, test } from '@jest/globals';
import { TripCalls } from '../../src/trips/trip-calls.ts';

/** A node that answers once, and what it was asked. */
function nodeThatSays(status: number, body: string) {
  const asked: { url: string; init: RequestInit }[] = [];
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    asked.push({ url: String(url), init });
    return new Response(status === 204 ? null : body, { status });
  };
  return {
    asked,
    calls: new TripCalls('https://node.test', 'ride-7', 'a.b.c', fetch as typeof globalThis.fetch),
  };
}

test('a share is asked for with its name and how long it lasts; the token is in no address', async () => {
  const share = {
    id: 's1',
    name: 'Mum',
    createdAt: 1,
    expiresAt: 2,
    followUrl: 'https://node.test/trips/ride-7#x',
  };
  const { calls, asked } = nodeThatSays(201, JSON.stringify({ share }));
  await expect(calls.share('Mum', 60)).resolves.toEqual({ ok: true, value: share });
  expect(asked[0]!.url).toBe('https://node.test/v1/trips/ride-7/shares');
  expect(asked[0]!.init).toMatchObject({
    method: 'POST',
    headers: { authorization: 'Bearer a.b.c', 'content-type': 'application/json' },
    body: '{"name":"Mum","lastsMinutes":60}',
  });
});

test('taking one back is answered with nothing', async () => {
  const { calls, asked } = nodeThatSays(204, '');
  await expect(calls.unshare('s1')).resolves.toEqual({ ok: true, value: undefined });
  expect(asked[0]!.url).toBe('https://node.test/v1/trips/ride-7/shares/s1');
});

test('a refusal is a value with its code', async () => {
  const { calls } = nodeThatSays(409, '{"code":"invalid_transition","detail":"too late"}');
  await expect(calls.cancel()).resolves.toEqual({
    ok: false,
    problem: { code: 'invalid_transition', detail: 'too late' },
  });
});

test.each([
  [502, '<html>a proxy</html>'],
  [200, 'no json'],
])('%d "%s" is a failure, not an exception', async (status, body) => {
  const { calls } = nodeThatSays(status, body);
  await expect(calls.shares()).resolves.toMatchObject({ ok: false, problem: { code: 'unavailable' } });
});

test('a network that fails is one, too', async () => {
  const calls = new TripCalls('https://node.test', 'ride-7', 'a.b.c', () =>
    Promise.reject(new TypeError('no network')),
  );
  await expect(calls.gpx()).resolves.toMatchObject({ ok: false, problem: { code: 'unavailable' } });
});
