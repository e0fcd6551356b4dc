// Nodes that take tokens of another issuer, or of two secrets.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { issuerKey, KeyServer } from '../../server/test/auth/key-server.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { type NewTrip, rest } from '../support/rest-client.ts';
import { PLACES } from '../support/ride.ts';
import { SECRET, token } from '../support/tokens.ts';
import { HandshakeRefused, WireClient } from '../support/wire-client.ts';

let node: GatewayProcess;
let server: KeyServer;
beforeEach(async () => {
  server = await KeyServer.start();
});
afterEach(async () => {
  await node.close();
  await server.close();
});

const nowS = () => Math.floor(Date.now() / 1000);
const claims = (fields: object) => ({ aud: 'tripcast', iat: nowS(), exp: nowS() + 600, ...fields });

test.each(['RS256', 'ES256', 'EdDSA'])('[H5] a ride with %s tokens alone', async (alg) => {
  node = await GatewayProcess.start({ TRIPCAST_JWT_SECRET: '', TRIPCAST_JWKS_URL: server.url });
  const key = await issuerKey(alg, 'k1');
  server.keys.push(key.jwk);
  const operator = await key.sign(claims({ role: 'operator' }));
  const body = { id: 't1', vehicleId: 'v1', ...PLACES };
  const created = await rest<NewTrip>(node.url, '/v1/trips', { method: 'POST', token: operator, body });
  expect(created).toMatchObject({ status: 201, body: { trip: { id: 't1' } } });
  expect(created.body).not.toHaveProperty('riderToken'); // [R3] only a secret can sign ours
  const driver = await key.sign(claims({ role: 'driver', vehicle: 'v1' }));
  const rider = await key.sign(claims({ role: 'rider', trip: 't1' }));
  await (await WireClient.open(`${node.url}/v1/vehicles/v1/drive`, driver)).event('hello');
  await (await WireClient.open(`${node.url}/v1/trips/t1/follow`, rider)).event('hello');
  const own = token({ role: 'operator' });
  expect((await rest(node.url, '/v1/trips', { token: own })).status).toBe(401);
});

test('[H11] a node that cannot read the keys says 503, and takes tokens of its own secret', async () => {
  node = await GatewayProcess.start({ TRIPCAST_JWKS_URL: server.url });
  server.fault = (_, response) => void response.writeHead(500).end();
  const jwt = await (await issuerKey('ES256', 'k1')).sign(claims({ role: 'driver', vehicle: 'v1' }));
  expect(await rest(node.url, '/v1/trips/t1', { token: jwt })).toMatchObject({
    status: 503,
    body: { code: 'unavailable' },
  });
  const refused = await WireClient.open(`${node.url}/v1/vehicles/v1/drive`, jwt).catch((error) => error);
  expect(refused).toBeInstanceOf(HandshakeRefused);
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect((await rest(node.url, '/v1/trips')).status).toBe(200);
  expect((await rest(node.url, '/readyz')).status).toBe(200);
});

test('[H5] a node with two secrets takes tokens of both, and signs with the first', async () => {
  const next = `${SECRET}, the next one`;
  node = await GatewayProcess.start({ TRIPCAST_JWT_SECRET: next, TRIPCAST_JWT_SECRET_2: SECRET });
  const body = { id: 't1', vehicleId: 'v1', ...PLACES };
  const created = await rest<NewTrip>(node.url, '/v1/trips', { method: 'POST', body }); // by the old secret
  expect(created.status).toBe(201);
  const { riderToken } = created.body;
  expect((await rest(node.url, '/v1/trips/t1', { token: riderToken })).status).toBe(200);
  const byNext = token({ role: 'operator' }, { secret: next });
  expect((await rest(node.url, '/v1/trips', { token: byNext })).status).toBe(200);
  await node.close();
  node = await GatewayProcess.start({ TRIPCAST_JWT_SECRET: SECRET });
  expect((await rest(node.url, '/v1/trips/t1', { token: riderToken })).status).toBe(401);
  expect((await rest(node.url, '/v1/trips', { token: byNext })).status).toBe(401);
});
