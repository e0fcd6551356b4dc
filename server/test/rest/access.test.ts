// Who may call what: the table of DESIGN §6, cell by cell.

import { describe, expect, test } from '@jest/globals';
import type { RestNode, Who } from './rest-node.ts';
import { restNode, TRIP_REQUEST } from './rest-node.ts';

const CALLS = {
  create: ['POST', '/v1/trips', { ...TRIP_REQUEST, id: 't9' }],
  list: ['GET', '/v1/trips'],
  read: ['GET', '/v1/trips/t1'],
  cancel: ['PATCH', '/v1/trips/t1', { status: 'CANCELED' }],
  'set the eta': ['PATCH', '/v1/trips/t1', { eta: 1_700_000_600_000 }],
  'read the track': ['GET', '/v1/trips/t1/track'],
  'revoke the trip': ['POST', '/v1/trips/t1/revoke'],
  'revoke the vehicle': ['POST', '/v1/vehicles/v1/revoke'],
  'make a token': ['POST', '/v1/trips/t1/tokens'],
  share: ['POST', '/v1/trips/t1/shares', { name: 'Mum' }],
  'see the shares': ['GET', '/v1/trips/t1/shares'],
} as const;
type Call = keyof typeof CALLS;

const PARTIES: readonly (Who | 'nobody')[] = [
  'operator',
  'driver',
  'rider',
  'other driver',
  'other rider',
  'nobody',
];

const TABLE: Record<Call, readonly number[]> = {
  //                    operator driver rider other-driver other-rider nobody
  create: /*          */ [201, 403, 403, 403, 403, 401],
  list: /*            */ [200, 403, 403, 403, 403, 401],
  read: /*            */ [200, 200, 200, 403, 403, 401],
  cancel: /*          */ [200, 200, 200, 403, 403, 401],
  'set the eta': /*   */ [200, 200, 403, 403, 403, 401],
  'read the track': /**/ [200, 200, 200, 403, 403, 401],
  'revoke the trip': /**/ [200, 403, 403, 403, 403, 401],
  'revoke the vehicle': [200, 403, 403, 403, 403, 401],
  'make a token': /*  */ [201, 403, 403, 403, 403, 401],
  share: /*           */ [201, 403, 201, 403, 403, 401],
  'see the shares': /**/ [200, 403, 200, 403, 403, 401],
};

function calling(node: RestNode, call: Call, who: Who | 'nobody'): Promise<Response> {
  const [method, path, body] = CALLS[call];
  return node.call(method, path, { ...(who !== 'nobody' && { as: who }), ...(body && { body }) });
}

const cells = Object.entries(TABLE).flatMap(([call, row]) =>
  row.map((status, column) => [PARTIES[column]!, call as Call, status] as const),
);

test.each(cells)('[P8] %s may %s: %i', async (who, call, status) => {
  const node = await restNode();
  await node.createTrip();
  const response = await calling(node, call, who);
  expect(response.status).toBe(status);
  if (status >= 400) {
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      type: `urn:tripcast:problem:${status === 401 ? 'unauthenticated' : 'forbidden'}`,
      code: status === 401 ? 'unauthenticated' : 'forbidden',
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
  }
});

describe('a trip that is not there', () => {
  test.each<[Who, number]>([
    ['operator', 404],
    ['driver', 404],
    ['rider', 404],
    ['other rider', 403],
  ])('%s: %i', async (who, status) => {
    const node = await restNode();
    for (const call of ['read', 'cancel', 'read the track'] as const) {
      expect((await calling(node, call, who)).status).toBe(status);
    }
  });

  test('nor can it be revoked or shared', async () => {
    const node = await restNode();
    expect((await calling(node, 'revoke the trip', 'operator')).status).toBe(404);
    expect((await calling(node, 'make a token', 'operator')).status).toBe(404);
  });

  test('because its id is none', async () => {
    const node = await restNode();
    expect((await node.call('GET', '/v1/trips/a%20b', { as: 'operator' })).status).toBe(404);
    expect((await node.call('POST', '/v1/vehicles/a%20b/revoke', { as: 'operator' })).status).toBe(400);
  });
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
    const token = await node.tokenOf('operator');
    expect((await node.call('GET', `/v1/trips?token=${token}&access_token=${token}`)).status).toBe(401);
  });

  test('expire', async () => {
    const node = await restNode();
    const token = await node.tokenOf('operator');
    node.clock.nowMs += 3_600_000;
    expect((await node.call('GET', '/v1/trips', { token })).status).toBe(401);
  });

  test("[P8] a trip's revocation kills its rider's earlier tokens, and no others", async () => {
    const node = await restNode();
    await node.createTrip();
    const before = { rider: await node.tokenOf('rider'), driver: await node.tokenOf('driver') };
    node.clock.nowMs += 1;
    await calling(node, 'revoke the trip', 'operator');
    expect((await node.call('GET', '/v1/trips/t1', { token: before.rider })).status).toBe(401);
    expect((await node.call('GET', '/v1/trips/t1', { token: before.driver })).status).toBe(200);
    expect((await node.call('GET', '/v1/trips/t1', { as: 'rider' })).status).toBe(200);
  });

  test("[P8] a vehicle's revocation kills its driver's earlier tokens, and no others", async () => {
    const node = await restNode();
    await node.createTrip();
    const before = { rider: await node.tokenOf('rider'), driver: await node.tokenOf('driver') };
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
