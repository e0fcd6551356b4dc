// HTTP to the byte, against a real node: what clients send is not up to us, and none of it may end the process.

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { encodePolyline } from '@tripcast/protocol';
import { GatewayProcess } from '../support/gateway-process.ts';
import { rest } from '../support/rest-client.ts';
import { operatorToken } from '../support/tokens.ts';

let node: GatewayProcess;
beforeAll(async () => {
  node = await GatewayProcess.start();
});
afterAll(async () => {
  expect((await rest(node.url, '/healthz')).status).toBe(200);
  await node.close();
});

/** Sends bytes and resolves to all that comes back until the node closes, or until `isEnough`. */
async function exchange(request: string | Uint8Array, isEnough: (heard: string) => boolean): Promise<string> {
  const socket = connect(node.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  let heard = '';
  for await (const chunk of socket) {
    heard += (chunk as Buffer).toString('latin1');
    if (isEnough(heard)) break;
  }
  socket.destroy();
  return heard;
}

const statuses = (heard: string) =>
  [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
const head = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, `Host: 127.0.0.1:${node.port}`, ...headers, '', ''].join('\r\n');

test('HEAD has the length of GET and no body', async () => {
  const get = await fetch(`${node.url}/`);
  const { length } = await get.text();
  const heard = await exchange(head('HEAD /') + head('GET /healthz'), (text) => statuses(text).length === 2);
  expect(heard).toMatch(new RegExp(`content-length: ${length}\\r\\n`, 'i'));
  expect(heard).not.toContain('<html');
});

test('304 has neither body nor length', async () => {
  const etag = (await fetch(`${node.url}/`)).headers.get('etag');
  const heard = await exchange(
    head('GET /', `If-None-Match: ${etag}`) + head('GET /healthz'),
    (text) => statuses(text).length === 2,
  );
  expect(statuses(heard)).toEqual([304, 200]);
  expect(heard.split('\r\n\r\n')[0]).not.toMatch(/content-length/i);
});

test('requests that come in one piece are answered in order', async () => {
  const refused = `${head('POST /v1/trips', 'Content-Length: 5')}hello`;
  const heard = await exchange(
    head('GET /healthz') + refused + head('GET /nothing') + head('GET /healthz'),
    (text) => statuses(text).length === 4,
  );
  expect(statuses(heard)).toEqual([200, 401, 404, 200]);
});

test('a body of 64 KiB is read, a byte more is 413', async () => {
  const post = (bytes: number) =>
    rest(node.url, '/v1/trips', { method: 'POST', body: 'x'.repeat(bytes - 2) }); // and two quotation marks
  expect((await post(65_536)).status).toBe(400);
  expect(await post(65_537)).toMatchObject({ status: 413, body: { code: 'too_large' } });
});

test('a long answer comes whole, to a client that takes it slowly, too', async () => {
  const place = { latitude: 0, longitude: 0 };
  const points = Array.from({ length: 4_500 }, (_, index) => ({ latitude: 0, longitude: (index % 2) * 100 }));
  const route = encodePolyline(points);
  for (let count = 0; count < 200; count++) {
    const body = { vehicleId: 'v-long', pickup: place, dropoff: place, route };
    await rest(node.url, '/v1/trips', { method: 'POST', body });
  }
  const path = '/v1/trips?limit=200';
  const headers = { authorization: `Bearer ${operatorToken()}` };
  const [quick, slow] = await Promise.all([1, 2].map(() => fetch(node.url + path, { headers })));
  const text = await quick!.text();
  expect(text.length).toBeGreaterThan(4 * 1_048_576); // more than a kernel keeps
  let read = '';
  const decoder = new TextDecoder();
  for await (const chunk of slow!.body!) {
    read += decoder.decode(chunk as Uint8Array, { stream: true });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(read === text).toBe(true); // megabytes: not to be printed
});

test.each([
  ['no token', []],
  ['a token that nobody has signed', ['Authorization: Bearer a.b.c']],
])('[P8] a long body with %s is not waited for', async (_with, headers) => {
  for (const length of ['Content-Length: 60000', 'Transfer-Encoding: chunked']) {
    const heard = await exchange(head('POST /v1/trips', ...headers, length), () => false); // until it closes
    expect(statuses(heard)).toEqual([401]);
  }
});

test('a body without an end is refused at the limit, and not read on', async () => {
  const authorization = `Authorization: Bearer ${operatorToken()}`;
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  const heard = await exchange(
    head('POST /v1/trips', authorization, 'Transfer-Encoding: chunked') + chunk.repeat(6),
    () => false,
  );
  expect(statuses(heard)).toEqual([413]);
});

test('PATCH is PATCH', async () => {
  expect((await rest(node.url, '/v1/trips/none', { method: 'PATCH', body: {} })).status).toBe(404);
  expect((await rest(node.url, '/v1/trips/none', { method: 'PATCH', token: 'x' })).status).toBe(401);
});

test.each([
  ['a host with a path', 'GET / HTTP/1.1\r\nHost: evil/x\r\n\r\n'],
  ['a foreign method', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n'],
  [
    'a header that is no text',
    'GET /v1/trips HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \xe2\x82\xac\r\n\r\n',
  ],
])('%s is 400 or 401', async (_, request) => {
  const heard = await exchange(Buffer.from(request, 'latin1'), (text) => statuses(text).length === 1);
  expect([400, 401]).toContain(statuses(heard)[0]);
});

test('a client that goes in the middle is not missed', async () => {
  for (let round = 0; round < 50; round++) {
    const socket = connect(node.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      round % 2 ? head('GET /openapi.json').repeat(5) : `${head('POST /v1/trips', 'Content-Length: 99')}{`,
    );
    if (round % 3) await new Promise(setImmediate);
    socket.destroy();
  }
  expect((await rest(node.url, '/healthz')).status).toBe(200);
});
