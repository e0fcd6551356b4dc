// Links that a rider gives away.

import { expect, test } from '@jest/globals';
import type { Trip } from '@tripcast/protocol';
import { type RestNode, restNode } from './rest-node.ts';

interface Share {
  id: string;
  name: string;
  createdAt: number;
  expiresAt: number;
  followUrl: string;
}

const tokenIn = (share: Share) => new URL(share.followUrl).hash.slice(1);

async function share(node: RestNode, body: object = { name: 'Mum' }): Promise<Share> {
  const response = await node.call('POST', '/v1/trips/t1/shares', { as: 'rider', body });
  expect(response.status).toBe(201);
  return ((await response.json()) as { share: Share }).share;
}

async function underWay(): Promise<RestNode> {
  const node = await restNode();
  await node.createTrip();
  await node.move('ENROUTE_TO_PICKUP');
  return node;
}

test('[P8] a share reads trip and track, and does nothing else', async () => {
  const node = await underWay();
  const token = tokenIn(await share(node));
  const statuses = async (calls: [string, string, object?][]) =>
    Promise.all(
      calls.map(async ([method, path, body]) => (await node.call(method, path, { token, body })).status),
    );
  expect(
    await statuses([
      ['GET', '/v1/trips/t1'],
      ['GET', '/v1/trips/t1/track'],
    ]),
  ).toEqual([200, 200]);
  expect(
    await statuses([
      ['PATCH', '/v1/trips/t1', { status: 'CANCELED' }],
      ['POST', '/v1/trips/t1/shares', { name: 'more' }],
      ['GET', '/v1/trips/t1/shares'],
      ['GET', '/v1/trips'],
    ]),
  ).toEqual([403, 403, 403, 403]);
});

test('[P8] a share is dead when it expires, is taken back, is revoked with all, or the trip ends', async () => {
  const node = await underWay();
  const [short, taken, other] = [
    await share(node, { name: 'short', lastsMinutes: 1 }),
    await share(node, { name: 'taken back' }),
    await share(node, { name: 'other' }),
  ];
  const read = async (one: Share) => (await node.call('GET', '/v1/trips/t1', { token: tokenIn(one) })).status;
  expect(await Promise.all([short, taken, other].map(read))).toEqual([200, 200, 200]);

  node.clock.nowMs += 60_001;
  expect(await Promise.all([short, taken].map(read))).toEqual([401, 200]);
  const path = `/v1/trips/t1/shares/${taken.id}`;
  expect((await node.call('DELETE', path, { as: 'rider' })).status).toBe(204);
  expect((await node.call('DELETE', path, { as: 'rider' })).status).toBe(404);
  expect(await Promise.all([taken, other].map(read))).toEqual([401, 200]);

  await node.call('POST', '/v1/trips/t1/revoke', { as: 'operator' });
  expect(await read(other)).toBe(401);
  const last = await share(node);
  expect(await read(last)).toBe(200);
  await node.move('CANCELED');
  expect(await read(last)).toBe(410);
  expect((await node.call('POST', '/v1/trips/t1/shares', { as: 'rider', body: { name: 'x' } })).status).toBe(
    410,
  );
});

test('[R8] a share may be made before the trip starts: it shows the trip, and no position', async () => {
  const node = await restNode();
  await node.createTrip();
  const token = tokenIn(await share(node));
  const { trip } = (await (await node.call('GET', '/v1/trips/t1', { token })).json()) as { trip: Trip };
  expect(trip.status).toBe('NEW');
  const track = await (await node.call('GET', '/v1/trips/t1/track', { token })).json();
  expect(track).toEqual({ type: 'FeatureCollection', features: [] });
});

test('the shares are listed with their links until they expire', async () => {
  const node = await underWay();
  const short = await share(node, { name: 'short', lastsMinutes: 1 });
  const long = await share(node);
  expect(long.expiresAt - long.createdAt).toBe(240 * 60_000);
  const list = async () =>
    ((await (await node.call('GET', '/v1/trips/t1/shares', { as: 'rider' })).json()) as { shares: Share[] })
      .shares;
  expect(await list()).toEqual([short, long]);
  node.clock.nowMs += 60_001;
  expect(await list()).toEqual([long]);
});

test.each([
  [{}, 'name'],
  [{ name: '  ' }, 'name'],
  [{ name: 'x'.repeat(81) }, 'name'],
  [{ name: 'x', lastsMinutes: 0 }, 'lastsMinutes'],
  [{ name: 'x', lastsMinutes: 1_441 }, 'lastsMinutes'],
  [{ name: 'x', for: 'ever' }, 'for'],
])('the share %j is refused and the field named', async (body, field) => {
  const node = await underWay();
  const response = await node.call('POST', '/v1/trips/t1/shares', { as: 'rider', body });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'invalid_request', errors: [{ path: field }] });
});

test('a trip has at most 20 shares at a time', async () => {
  const node = await underWay();
  for (let made = 0; made < 20; made++) await share(node);
  const response = await node.call('POST', '/v1/trips/t1/shares', { as: 'rider', body: { name: 'x' } });
  expect(response.status).toBe(429);
  node.clock.nowMs += 240 * 60_000 + 1;
  await share(node);
});
