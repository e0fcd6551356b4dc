// A handshake that fails never becomes a socket: its status says why.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GatewayProcess } from '../support/gateway-process.ts';
import { restOk } from '../support/rest-client.ts';
import { Ride } from '../support/ride.ts';
import { driverToken, operatorToken, riderToken, token } from '../support/tokens.ts';
import { HandshakeRefused, type Offer, WireClient } from '../support/wire-client.ts';

const LISTED = 'https://ride.example.com';
const nowS = () => Date.now() / 1000;

let node: GatewayProcess;
let ride: Ride;
let ended: Ride;

beforeAll(async () => {
  node = await GatewayProcess.start({ TRIPCAST_ORIGINS: LISTED });
  ride = await Ride.start(node.url);
  ended = await Ride.start(node.url);
  await ended.become('COMPLETE');
});
afterAll(() => node.close());

describe('a socket opens', () => {
  const own = () => node.url;
  test.each<[string, () => Offer]>([
    ['[H3] with tripcast.v1', () => ({})],
    ['[H3] with tripcast.v1+json', () => ({ subprotocol: 'tripcast.v1+json' })],
    ["[H6] from a page of the node's own host", () => ({ headers: { origin: own() } })],
    ['[H6] from a page of a listed origin', () => ({ headers: { origin: LISTED } })],
  ])('%s, and is answered with the plain subprotocol', async (_title, offer) => {
    for (const [path, bearer] of [
      [ride.drivePath(), ride.driverToken],
      [ride.followPath(), ride.riderToken],
    ] as const) {
      const client = await WireClient.open(node.url + path, bearer, offer());
      expect(client.subprotocol).toBe(offer().subprotocol ?? 'tripcast.v1');
      await client.event('hello');
    }
  });

  test('[H3] with the first subprotocol that the server speaks, wherever the token stands', async () => {
    const url = node.url + ride.followPath();
    const later = await WireClient.open(url, ride.riderToken, { subprotocol: 'tripcast.v2' }).catch(statusOf);
    expect(later).toBe(400);
    const header = {
      'sec-websocket-protocol': `bearer.${ride.riderToken}, tripcast.v9, tripcast.v1+json, tripcast.v1`,
    };
    expect(await answeredSubprotocol(url, header)).toBe('tripcast.v1+json');
  });

  test('[H4] with the token in Authorization', async () => {
    const headers = { authorization: `Bearer ${ride.riderToken}` };
    const client = await WireClient.open(node.url + ride.followPath(), undefined, { headers });
    await client.event('hello');
  });

  test('[H7] with `since` and parameters that nobody knows', async () => {
    const client = await WireClient.open(`${node.url}${ride.followPath(0)}&colour=red`, ride.riderToken);
    await client.event('hello');
  });

  test('[H8] of a vehicle that nobody has heard of', async () => {
    const vehicle = `v-${randomUUID()}`;
    const client = await WireClient.open(`${node.url}/v1/vehicles/${vehicle}/drive`, driverToken(vehicle));
    expect((await client.event('hello')).event).toMatchObject({ trips: [], pace: { intervalMs: 5_000 } });
  });
});

interface Attempt {
  path?: string;
  bearer?: string | undefined;
  offer?: Offer;
}

describe('a handshake is refused', () => {
  test.each<[number, string, string, () => Attempt]>([
    [400, 'invalid_request', '[H3] without a subprotocol', () => ({ offer: { subprotocol: null } })],
    [
      400,
      'invalid_request',
      '[H3] with a foreign subprotocol',
      () => ({ offer: { subprotocol: 'graphql-ws' } }),
    ],
    [400, 'invalid_request', '[H2] with a bad trip id', () => ({ path: '/v1/trips/a%20b/follow' })],
    [
      400,
      'invalid_request',
      '[H2] with a trip id that is too long',
      () => ({ path: `/v1/trips/${'a'.repeat(65)}/follow` }),
    ],
    [
      400,
      'invalid_request',
      '[H2] with a bad vehicle id',
      () => ({ path: '/v1/vehicles/a.b/drive', bearer: ride.driverToken }),
    ],
    ...['abc', '-1', '1.5', '', '1e3'].map((since): [number, string, string, () => Attempt] => [
      400,
      'invalid_request',
      `[H7] with since=${since}`,
      () => ({ path: `${ride.followPath()}?since=${since}` }),
    ]),
    [401, 'unauthenticated', '[H4] without a token', () => ({ bearer: undefined })],
    [
      401,
      'unauthenticated',
      '[H4] with a token in the URL',
      () => ({ path: `${ride.followPath()}?token=${ride.riderToken}`, bearer: undefined }),
    ],
    [401, 'unauthenticated', '[H5] with what is no token', () => ({ bearer: 'abc' })],
    [
      401,
      'unauthenticated',
      '[H5] with an expired token',
      () => ({ bearer: riderToken(ride.id, { exp: nowS() - 1 }) }),
    ],
    [
      401,
      'unauthenticated',
      '[H5] with a token from the future',
      () => ({ bearer: riderToken(ride.id, { iat: nowS() + 120 }) }),
    ],
    [
      401,
      'unauthenticated',
      '[H5] with a token without `exp`',
      () => ({ bearer: token({ role: 'rider', trip: ride.id, exp: undefined as never }) }),
    ],
    [
      401,
      'unauthenticated',
      '[H5] with a token without `iat`',
      () => ({ bearer: token({ role: 'rider', trip: ride.id, iat: undefined as never }) }),
    ],
    [
      401,
      'unauthenticated',
      '[H5] with a token for somebody else',
      () => ({ bearer: riderToken(ride.id, { aud: 'taxi' }) }),
    ],
    [401, 'unauthenticated', '[H5] with a token of no role', () => ({ bearer: token({ role: 'king' }) })],
    [
      401,
      'unauthenticated',
      '[H5] with a token of alg none',
      () => ({ bearer: token({ role: 'rider', trip: ride.id }, { alg: 'none' }) }),
    ],
    [
      401,
      'unauthenticated',
      '[H5] with a token of alg HS512',
      () => ({ bearer: token({ role: 'rider', trip: ride.id }, { alg: 'HS512' }) }),
    ],
    [
      401,
      'unauthenticated',
      '[H5] with a token of another secret',
      () => ({ bearer: token({ role: 'rider', trip: ride.id }, { secret: 'another one' }) }),
    ],
    [
      403,
      'forbidden',
      '[H6] from a page of a foreign origin',
      () => ({ offer: { headers: { origin: 'https://evil.example.com' } } }),
    ],
    [403, 'forbidden', '[H6] from a page of no origin', () => ({ offer: { headers: { origin: 'null' } } })],
    [
      403,
      'forbidden',
      "[H6] from a page of the node's host on another port",
      () => ({ offer: { headers: { origin: 'http://127.0.0.1:1' } } }),
    ],
    [403, 'forbidden', "[H1] with another trip's token", () => ({ bearer: riderToken('another') })],
    [
      403,
      'forbidden',
      "[H1] with another vehicle's token",
      () => ({ path: ride.drivePath(), bearer: driverToken('another') }),
    ],
    [403, 'forbidden', "[H1] to follow with the driver's token", () => ({ bearer: ride.driverToken })],
    [403, 'forbidden', "[H1] to follow with an operator's token", () => ({ bearer: operatorToken() })],
    [403, 'forbidden', "[H1] to drive with the rider's token", () => ({ path: ride.drivePath() })],
    [
      403,
      'forbidden',
      "[H1] to drive with an operator's token",
      () => ({ path: ride.drivePath(), bearer: operatorToken() }),
    ],
    [
      404,
      'not_found',
      '[H8] of an unknown trip',
      () => ({ path: '/v1/trips/nowhere/follow', bearer: riderToken('nowhere') }),
    ],
    [
      403,
      'forbidden',
      "[O1] of the fleet with a rider's token",
      () => ({ path: '/v1/fleet/follow', bearer: ride.riderToken }),
    ],
    [404, 'not_found', '[H8] of an unknown path', () => ({ path: '/v1/socket' })],
    [
      410,
      'trip_ended',
      '[H8] of a trip that has ended',
      () => ({ path: ended.followPath(), bearer: ended.riderToken }),
    ],
  ])('%i %s: %s', async (status, code, _title, attempt) => {
    const { path = ride.followPath(), offer, ...rest } = attempt();
    const bearer = 'bearer' in rest ? rest.bearer : ride.riderToken;
    const refused = await refusal(node.url + path, bearer, offer);
    expect(refused.status).toBe(status);
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(refused.body)).toMatchObject({
      status,
      code,
      title: expect.any(String),
      detail: expect.any(String),
    });
  });

  test('401: [R6] with tokens that were revoked, and not with ones made right after', async () => {
    const other = await Ride.start(node.url);
    await restOk(node.url, `/v1/trips/${other.id}/revoke`, { method: 'POST' });
    await restOk(node.url, `/v1/vehicles/${other.vehicleId}/revoke`, { method: 'POST' });
    expect((await refusal(node.url + other.followPath(), other.riderToken)).status).toBe(401);
    expect((await refusal(node.url + other.drivePath(), other.driverToken)).status).toBe(401);
    const path = `/v1/trips/${other.id}/tokens`;
    const fresh = await restOk<{ riderToken: string }>(node.url, path, { method: 'POST' });
    await (await WireClient.open(node.url + other.followPath(), fresh.riderToken)).event('hello');
    const driver = driverToken(other.vehicleId);
    await (await WireClient.open(node.url + other.drivePath(), driver)).event('hello');
  });
});

test('429: [L1] more followers than a trip may have', async () => {
  const small = await GatewayProcess.start({ TRIPCAST_LIMIT_FOLLOWERS_PER_TRIP: '2' });
  try {
    const crowded = await Ride.start(small.url);
    const [first] = [await crowded.follow(), await crowded.follow()];
    const refused = await refusal(small.url + crowded.followPath(), crowded.riderToken);
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    first.drop();
    await untilOpen(small.url + crowded.followPath(), crowded.riderToken);
  } finally {
    await small.close();
  }
});

async function refusal(url: string, bearer: string | undefined, offer?: Offer): Promise<HandshakeRefused> {
  const outcome = await WireClient.open(url, bearer, offer).catch((error: unknown) => error);
  if (outcome instanceof HandshakeRefused) return outcome;
  throw new Error('it became a socket', { cause: outcome });
}

function statusOf(error: unknown): number {
  return (error as HandshakeRefused).status;
}

async function untilOpen(url: string, bearer: string): Promise<WireClient> {
  for (;;) {
    const outcome = await WireClient.open(url, bearer).catch(statusOf);
    if (outcome instanceof WireClient) return outcome;
    expect(outcome).toBe(429);
  }
}

/** As the response's header says it, without a client that minds. */
async function answeredSubprotocol(
  url: string,
  headers: Record<string, string>,
): Promise<string | undefined> {
  const { get } = await import('node:http');
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  };
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { ...upgrade, ...headers } });
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.headers['sec-websocket-protocol']);
    });
    request.on('response', (response) => reject(new Error(`${response.statusCode}`)));
    request.on('error', reject);
  });
}
