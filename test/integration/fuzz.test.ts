// No input ends the process. Garbage from a seed, on sockets, routes and bare connections; after it the node still relays.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { encodeFixes } from '@tripcast/protocol';
import { GatewayProcess } from '../support/gateway-process.ts';
import { between, seededRandom } from '../support/random.ts';
import { rest } from '../support/rest-client.ts';
import { fixAt, numbers, Ride } from '../support/ride.ts';
import { operatorToken } from '../support/tokens.ts';
import { JSON_FIXES, type WireClient } from '../support/wire-client.ts';

type Random = () => number;

let node: GatewayProcess;
beforeAll(async () => {
  node = await GatewayProcess.start();
});
afterAll(() => node.close());

afterEach(async () => {
  const ride = await Ride.start(node.url);
  const [driver, follower] = [await ride.drive(), await ride.follow()];
  driver.sendFixes(ride.fixesAt(0));
  await follower.heardUpTo(ride.startedAt);
  await driver.acknowledgedUpTo(ride.startedAt);
  expect(node.words.filter((line) => /error|exception/i.test(line))).toEqual([]);
});

test.each([31, 32])(
  '[E1] 2,000 messages of garbage from drivers and followers, of both subprotocols (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const ride = await Ride.start(node.url);
    const openings = [
      () => ride.drive(),
      () => ride.drive(node.url, JSON_FIXES),
      () => ride.follow(),
      () => ride.follow(node.url, JSON_FIXES),
    ];
    let client: WireClient | undefined;
    for (let sent = 0; sent < 2_000; sent++) {
      if (!client || random() < 0.02 || client.heard.seen.some(({ kind }) => kind === 'closed')) {
        client?.drop();
        client = await pick(random, openings)();
      }
      client.send(garbageMessage(random));
      if (random() < 0.1) await new Promise(setImmediate); // let it hear how it is closed
    }
    client?.drop();
    const track = await ride.track();
    expect(track).toEqual([...new Set(track)].sort((a, b) => a - b));
  },
);

test('[R2] 600 requests of garbage are answered with problems or answers, never with 500 (seed 33)', async () => {
  const random = seededRandom(33);
  const ride = await Ride.start(node.url);
  const statuses = new Set<number>();
  for (let sent = 0; sent < 600; sent++) {
    const path = pick(random, [
      '/v1/trips',
      `/v1/trips/${ride.id}`,
      `/v1/trips/${ride.id}/track`,
      `/v1/trips/${ride.id}/tokens`,
      `/v1/trips/${encodeURIComponent(text(random, 20))}`,
      `/v1/vehicles/${encodeURIComponent(text(random, 8))}/revoke`,
      `/${encodeURIComponent(text(random, 30))}`,
      `/v1/trips?limit=${between(random, -5, 500)}&cursor=${encodeURIComponent(text(random, 12))}&status=${encodeURIComponent(text(random, 5))}`,
    ]);
    const method = pick(random, ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS']);
    const token = random() < 0.8 ? operatorToken() : text(random, 40).replace(/[^!-~]/g, 'x');
    const hasBody = method !== 'GET' && method !== 'OPTIONS';
    const answer = await rest(node.url, path, {
      method,
      token,
      ...(hasBody && { body: garbageJson(random, 3) }),
    });
    statuses.add(answer.status);
    expect(answer.status === 503 || answer.status < 500).toBe(true);
    if (answer.status >= 400)
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  }
  expect(statuses).toContain(400);
  expect(statuses).toContain(200);
});

test('[H8] bare connections, 400 of them: noise, cut requests, aborted uploads, cut frames (seed 34)', async () => {
  const random = seededRandom(34);
  const ride = await Ride.start(node.url);
  for (let batch = 0; batch < 20; batch++) {
    await Promise.all(numbers(20).map(() => sendBare(garbageConnection(random, ride), random() < 0.5)));
  }
  expect((await rest(node.url, '/healthz')).status).toBe(200);
});

test.each(['close', 'abcde', ''])(
  '[H8] handshakes with "Connection: %s" are answered 400, become no sockets, and harm nothing',
  async (connection) => {
    const ride = await Ride.start(node.url);
    for (const attempt of numbers(20)) {
      const [path, bearer] =
        attempt % 2 ? [ride.drivePath(), ride.driverToken] : [ride.followPath(), ride.riderToken];
      const answer = await sendBare([Buffer.from(handshake(path, bearer, connection))], false);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
    }
  },
);

function garbageMessage(random: Random): string | Uint8Array {
  switch (between(random, 0, 6)) {
    case 0:
      return bytes(random, between(random, 0, 1_400));
    case 1:
      return mutated(random, encodeFixes(numbers(between(random, 1, 64), Date.now() - 64).map(fixAt)));
    case 2:
      return encodeFixes([fixAt(Date.now())]);
    case 3:
      return text(random, 200);
    case 4:
      return JSON.stringify(garbageJson(random, 4));
    case 5:
      return JSON.stringify({
        ...fixAt(Date.now()),
        type: 'fix',
        [pick(random, ['time', 'latitude', 'speed'])]: garbageJson(random, 1),
      });
    default:
      return random() < 0.1 ? bytes(random, 20_000) : new Uint8Array();
  }
}

function garbageJson(random: Random, depth: number): unknown {
  const leaves = [
    () => null,
    () => random() < 0.5,
    () => (random() - 0.5) * 10 ** between(random, 0, 300),
    () => between(random, -5, 5),
    () => text(random, 30),
    () => pick(random, ['fix', 'hello', 'ack', 'trip', 'NEW', 'COMPLETE', '__proto__']),
  ];
  if (depth === 0 || random() < 0.3) return pick(random, leaves)();
  if (random() < 0.3) return numbers(between(random, 0, 4)).map(() => garbageJson(random, depth - 1));
  const keys = [
    'type',
    'id',
    'vehicleId',
    'pickup',
    'dropoff',
    'route',
    'status',
    'eta',
    'latitude',
    'longitude',
    'time',
    '__proto__',
  ];
  return Object.fromEntries(
    numbers(between(random, 0, 5)).map(() => [pick(random, keys), garbageJson(random, depth - 1)]),
  );
}

/** What one connection sends, piece by piece. */
function garbageConnection(random: Random, ride: Ride): Buffer[] {
  const whole = pick(random, [
    () => Buffer.from(bytes(random, between(random, 1, 2_000))),
    () => Buffer.from(`GET /${text(random, 40)} HTTP/1.1\r\n${text(random, 200)}\r\n\r\n`),
    () =>
      Buffer.from(
        `POST /v1/trips HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${operatorToken()}\r\nContent-Length: 5000\r\n\r\n{"a":`,
      ),
    () =>
      Buffer.from('POST /v1/trips HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n{'),
    () => Buffer.from(`GET / HTTP/1.1\r\nHost: ${text(random, 10)}\r\nContent-Length: -1\r\n\r\n`),
    () =>
      Buffer.concat([
        Buffer.from(handshake(ride.followPath(), ride.riderToken)),
        Buffer.from(bytes(random, between(random, 0, 300))),
      ]),
    () =>
      Buffer.concat([
        Buffer.from(handshake(ride.drivePath(), ride.driverToken)),
        Buffer.from(bytes(random, between(random, 0, 300))),
      ]),
    () => Buffer.from(handshake(ride.followPath(), text(random, 30))),
  ])();
  const cut = random() < 0.5 ? between(random, 0, whole.length) : whole.length;
  const middle = between(random, 0, cut);
  return [whole.subarray(0, middle), whole.subarray(middle, cut)];
}

function handshake(path: string, bearer: string, connection = 'Upgrade'): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Connection: ${connection}`,
    'Upgrade: websocket',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Protocol: tripcast.v1, bearer.${bearer}`,
    '\r\n',
  ].join('\r\n');
}

/** Sends pieces over a connection of its own and ends it: with a reset, or when the node has begun to answer. */
async function sendBare(pieces: readonly Buffer[], isReset: boolean): Promise<string> {
  let answer = '';
  const socket = connect(node.port, '127.0.0.1');
  socket.on('error', () => {}); // the node may cut it off: that is what it should do
  const closed = once(socket, 'close');
  await Promise.race([once(socket, 'connect'), closed]);
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise(setImmediate);
  }
  if (isReset) socket.resetAndDestroy();
  else {
    socket.end();
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      socket.destroy();
    });
  }
  await closed;
  return answer;
}

function mutated(random: Random, fixes: Uint8Array): Uint8Array {
  for (let changes = between(random, 0, 3); changes > 0; changes--) {
    fixes[between(random, 0, fixes.byteLength - 1)] = between(random, 0, 255);
  }
  return random() < 0.2 ? fixes.subarray(0, between(random, 0, fixes.byteLength)) : fixes;
}

function bytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from(numbers(count), () => between(random, 0, 255));
}

function text(random: Random, most: number): string {
  const points = numbers(between(random, 0, most)).map(() =>
    between(random, 0, random() < 0.9 ? 0x7f : 0xd7ff),
  );
  return String.fromCodePoint(...points);
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[between(random, 0, items.length - 1)]!;
}
