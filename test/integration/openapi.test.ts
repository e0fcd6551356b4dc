// What a client does wrong is answered as /openapi.json describes it, too.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AccessCalls } from '../support/access-calls.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { Contract } from '../support/openapi.ts';
import { PLACES } from '../support/ride.ts';
import { operatorToken, riderToken } from '../support/tokens.ts';

let node: GatewayProcess;
let calls: AccessCalls;
let contract: Contract;

beforeAll(async () => {
  node = await GatewayProcess.start();
  calls = new AccessCalls(node.url);
  contract = await Contract.read(JSON.parse((await calls.ask('/openapi.json')).text));
  const created = await ask('POST', '/v1/trips', {}, { id: 't1', vehicleId: 'v1', ...PLACES });
  expect(created.status).toBe(201);
});
afterAll(() => node.close());

type Names = Record<string, string>;

/** A call by an operator. `names` fill the route; `?` is what follows it. */
async function ask(
  method: string,
  route: string,
  names: Names,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const path = route.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name]!) + (names['?'] ?? '');
  const response = await fetch(node.url + path, {
    method,
    headers: {
      authorization: `Bearer ${operatorToken()}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const contentType = response.headers.get('content-type') ?? '';
  return { method, path: route, status: response.status, contentType, body: await response.text() };
}

const TRIP = '/v1/trips/{id}';
const T1 = { id: 't1' };
const NONE = { id: 'a b' };
const LARGE = `{"name":"${'x'.repeat(70_000)}"}`;

test.each<[number, string, string, Names, unknown?, Record<string, string>?]>([
  [400, 'POST', '/v1/trips', {}, {}],
  [400, 'POST', '/v1/trips', {}, 'no JSON'],
  [400, 'POST', '/v1/trips', {}, 'text', { 'content-type': 'text/plain' }],
  [400, 'POST', '/v1/trips', {}, { vehicleId: 'v1', ...PLACES, colour: 'red' }],
  [409, 'POST', '/v1/trips', {}, { id: 't1', vehicleId: 'v2', ...PLACES }],
  [413, 'POST', '/v1/trips', {}, LARGE],
  [400, 'GET', '/v1/trips', { '?': '?status=LOST' }],
  [400, 'GET', '/v1/trips', { '?': '?limit=0' }],
  [400, 'GET', '/v1/trips', { '?': '?cursor=x' }],
  [404, 'GET', TRIP, NONE],
  [400, 'GET', `${TRIP}/track`, { ...T1, '?': '?since=now' }],
  [400, 'GET', `${TRIP}/track`, { ...T1, '?': '?format=kml' }],
  [200, 'GET', `${TRIP}/track`, { ...T1, '?': '?format=gpx' }],
  [404, 'GET', `${TRIP}/track`, NONE],
  [400, 'PATCH', TRIP, T1, {}],
  [400, 'PATCH', TRIP, T1, { status: 'LOST' }],
  [400, 'PATCH', TRIP, T1, { eta: 1 }, { 'if-match': 'yesterday' }],
  [409, 'PATCH', TRIP, T1, { eta: 1 }, { 'if-match': '"9"' }],
  [409, 'PATCH', TRIP, T1, { status: 'COMPLETE' }],
  [413, 'PATCH', TRIP, T1, LARGE],
  [404, 'PATCH', TRIP, NONE, { eta: 1 }],
  [400, 'POST', `${TRIP}/shares`, T1, {}],
  [413, 'POST', `${TRIP}/shares`, T1, LARGE],
  [404, 'POST', `${TRIP}/shares`, NONE, { name: 'x' }],
  [404, 'GET', `${TRIP}/shares`, NONE],
  [404, 'DELETE', `${TRIP}/shares/{shareId}`, { ...T1, shareId: 's1' }],
  [400, 'DELETE', `${TRIP}/shares/{shareId}`, { ...T1, shareId: 'a b' }],
  [404, 'POST', `${TRIP}/tokens`, NONE],
  [413, 'POST', `${TRIP}/tokens`, T1, LARGE],
  [400, 'POST', `${TRIP}/revoke`, NONE],
  [413, 'POST', `${TRIP}/revoke`, T1, LARGE],
  [400, 'POST', '/v1/vehicles/{id}/revoke', NONE],
  [413, 'POST', '/v1/vehicles/{id}/revoke', { id: 'v1' }, LARGE],
])('[R2] %i %s %s %j %#', async (...row) => {
  const [status, method, route, names, body, headers] = row;
  const answer = await ask(method, route, names, body, headers);
  expect([answer.status, answer.body.slice(0, 300)]).toEqual([status, expect.anything()]);
  expect(contract.faultsOf(answer)).toEqual([]);
  if (status === 400) expect(JSON.parse(answer.body)).toMatchObject({ code: 'invalid_request' });
});

test('[R2] a share too many is 429', async () => {
  const body = { name: 'x' };
  const headers = { authorization: `Bearer ${riderToken('t1')}` };
  let answer = await ask('POST', `${TRIP}/shares`, T1, body, headers);
  while (answer.status === 201) answer = await ask('POST', `${TRIP}/shares`, T1, body, headers);
  expect(answer.status).toBe(429);
  expect(contract.faultsOf(answer)).toEqual([]);
});

test('[R1] its examples are what they are examples of', () => {
  const examples = Object.entries(contract.schemas).filter(([, { example }]) => example !== undefined);
  expect(examples.length).toBeGreaterThan(3);
  for (const [name, schema] of examples)
    expect([name, contract.mismatch(schema, schema.example)]).toEqual([name, []]);
});
