// Access over time: what ends with the trip, what a revocation kills. Who may do what, cell by cell, is in docs/access.md
// and its test.

import { describe, expect, test } from '@jest/globals';
import type { Backend } from '../../src/backend.ts';
import type { RestNode, Who } from './rest-node.ts';
import { restNode } from './rest-node.ts';

const CALLS = {
  read: ['GET', '/v1/trips/t1'],
  cancel: ['PATCH', '/v1/trips/t1', { status: 'CANCELED' }],
  'read the track': ['GET', '/v1/trips/t1/track'],
  'revoke the trip': ['POST', '/v1/trips/t1/revoke'],
  'revoke the vehicle': ['POST', '/v1/vehicles/v1/revoke'],
  'make a token': ['POST', '/v1/trips/t1/tokens'],
} as const;
type Call = keyof typeof CALLS;

function calling(node: RestNode, call: Call, as: Who): Promise<Response> {
  const [method, path, body] = CALLS[call];
  return node.call(method, path, { as, ...(body && { body }) });
}

test.each<Who>(['rider', 'driver', 'operator'])('a call by the %s reads the trip once', async (who) => {
  let reads = 0;
  const counted = (backend: Backend): Backend => {
    const read = backend.trips.read.bind(backend.trips);
    backend.trips.read = (id) => {
      reads++;
      return read(id);
    };
    return backend;
  };
  const node = await restNode({ wrapBackend: counted });
  await node.createTrip();
  reads = 0;
  expect((await calling(node, 'read', who)).status).toBe(200);
  expect(reads).toBe(1);
});

test('a trip whose id is none is not there, and a vehicle whose id is none is a mistake', async () => {
  const node = await restNode();
  expect((await node.call('GET', '/v1/trips/a%20b', { as: 'operator' })).status).toBe(404);
  expect((await node.call('POST', '/v1/vehicles/a%20b/revoke', { as: 'operator' })).status).toBe(400);
});

test('a driver is told the same of a trip that is not his and of one that is not there', async () => {
  const node = await restNode();
  await node.createTrip();
  const [foreign, missing] = [
    await node.call('GET', '/v1/trips/t1', { as: 'other driver' }),
    await node.call('GET', '/v1/trips/t2', { as: 'other driver' }),
  ];
  expect(foreign.status).toBe(403);
  expect([missing.status, await missing.text()]).toEqual([403, await foreign.text()]);
});

describe('a trip that has ended', () => {
  async function ended(afterMs: number): Promise<RestNode> {
    const node = await restNode();
    await node.createTrip();
    await node.move('CANCELED');
    node.clock.nowMs += afterMs;
    return node;
  }

  test("[P8] the rider's own token reads trip and track for one hour more", async () => {
    const node = await ended(3_600_000);
    expect((await calling(node, 'read', 'rider')).status).toBe(200);
    expect((await calling(node, 'read the track', 'rider')).status).toBe(200);
  });

  test('[P8] after that hour it is gone for the rider, not for the others', async () => {
    const node = await ended(3_600_001);
    for (const call of ['read', 'read the track', 'cancel'] as const) {
      const response = await calling(node, call, 'rider');
      expect(response.status).toBe(410);
      expect(await response.json()).toMatchObject({ code: 'trip_ended' });
    }
    expect((await calling(node, 'read', 'driver')).status).toBe(200);
    expect((await calling(node, 'read', 'operator')).status).toBe(200);
  });

  test('[P8] no new tokens are made for it', async () => {
    const node = await ended(0);
    const response = await calling(node, 'make a token', 'operator');
    expect(response.status).toBe(410);
  });
});

describe('tokens', () => {
  test.each([
    ['no Bearer', 'Basic dTpw'],
    ['no JWT', 'Bearer hello'],
    ['nothing', 'Bearer '],
    ['bytes', 'Bearer \u00e9\u00e9'],
  ])('%s in the header is 401, and says how', async (_, authorization) => {
    const node = await restNode();
    const response = await node.call('GET', '/v1/trips', { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  test('are never taken from the address', async () => {
    const node = await restNode();
    const token = node.tokenOf('operator');
    expect((await node.call('GET', `/v1/trips?token=${token}&access_token=${token}`)).status).toBe(401);
  });

  test('expire', async () => {
    const node = await restNode();
    const token = node.tokenOf('operator');
    node.clock.nowMs += 3_600_000;
    expect((await node.call('GET', '/v1/trips', { token })).status).toBe(401);
  });

  test("[P8] a trip's revocation kills its rider's earlier tokens, and no others", async () => {
    const node = await restNode();
    await node.createTrip();
    const before = { rider: node.tokenOf('rider'), driver: node.tokenOf('driver') };
    node.clock.nowMs += 1;
    await calling(node, 'revoke the trip', 'operator');
    expect((await node.call('GET', '/v1/trips/t1', { token: before.rider })).status).toBe(401);
    expect((await node.call('GET', '/v1/trips/t1', { token: before.driver })).status).toBe(200);
    expect((await node.call('GET', '/v1/trips/t1', { as: 'rider' })).status).toBe(200);
  });

  test("[P8] a vehicle's revocation kills its driver's earlier tokens, and no others", async () => {
    const node = await restNode();
    await node.createTrip();
    const before = { rider: node.tokenOf('rider'), driver: node.tokenOf('driver') };
    node.clock.nowMs += 1;
    await calling(node, 'revoke the vehicle', 'operator');
    expect((await node.call('GET', '/v1/trips/t1', { token: before.driver })).status).toBe(401);
    expect((await node.call('GET', '/v1/trips/t1', { token: before.rider })).status).toBe(200);
    expect((await node.call('GET', '/v1/trips/t1', { as: 'driver' })).status).toBe(200);
  });

  test('a token made right after a revocation lives, also when the clock has not moved', async () => {
    const node = await restNode();
    await node.createTrip();
    await calling(node, 'revoke the trip', 'operator');
    node.clock.nowMs -= 5; // another node, whose clock is a little behind
    const made = await calling(node, 'make a token', 'operator');
    const { riderToken } = (await made.json()) as { riderToken: string };
    expect((await node.call('GET', '/v1/trips/t1', { token: riderToken })).status).toBe(200);
  });
});
