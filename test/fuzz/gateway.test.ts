// A real node, over real sockets: no input ends it, everything is answered as it may be, and afterwards it relays as
// before and is as small as before. What comes when depends on the machine, so a failure here names its seed and no input.
import { once } from 'node:events';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { GatewayProcess } from '../support/gateway-process.ts';
import { type Held, heldBy, TIGHT_HEAP } from '../support/node-memory.ts';
import { between } from '../support/random.ts';
import { dial, frameBytes, handshakeHead, readHead } from '../support/raw-socket.ts';
import { rest } from '../support/rest-client.ts';
import { fixAt, numbers, Ride } from '../support/ride.ts';
import { operatorToken } from '../support/tokens.ts';
import { JSON_FIXES, type WireClient } from '../support/wire-client.ts';
import { type Random, randomOf, SEED, shareOf } from './fuzz.ts';
import { altered, bytes, fixBytes, json, mistyped, pick, text } from './garbage.ts';

const MESSAGES = shareOf(0.03);
const CALLS = shareOf(0.002);
const CONNECTIONS = shareOf(0.003);
/** Handled one after the other by one of so many peers. */
const AT_ONCE = 4;
const MIB = 2 ** 20;
/** How a socket may end that has sent garbage: none, cut, malformed, too fast. */
const PERMITTED = new Set([1005, 1006, 4000, 4009, 4100]);

jest.setTimeout(60_000 + (MESSAGES + CALLS + CONNECTIONS) * 10);

let node: GatewayProcess;
let before: Held;
beforeAll(async () => {
  node = await GatewayProcess.start({
    NODE_OPTIONS: TIGHT_HEAP,
    TRIPCAST_LIMIT_VEHICLE_TRY_BURST: '100000',
    TRIPCAST_LIMIT_VEHICLE_TRIES_PER_SECOND: '1000',
  });
  await stillRelays();
  before = await heldBy(node.url);
});

afterAll(async () => {
  await stillRelays();
  expect((await heldBy(node.url)).heap).toBeLessThan(before.heap + 16 * MIB);
  expect(node.words).toEqual([]); // neither a warning nor an exception
  await node.close(); // throws when the log has a mistake of ours
});

test(`[E1] [C1] ${MESSAGES.toLocaleString('en')} messages on sockets (seed ${SEED})`, async () => {
  const talk = async (peer: number) => {
    const random = randomOf('messages', peer);
    const ride = await Ride.start(node.url);
    const openings = [
      () => ride.drive(),
      () => ride.drive(node.url, JSON_FIXES),
      () => ride.follow(),
      () => ride.follow(node.url, JSON_FIXES),
    ];
    let client: WireClient | undefined;
    for (let sent = 0; sent < MESSAGES / AT_ONCE; sent++) {
      if (!client || client.isClosed || random() < 0.02) {
        client?.drop();
        expectPermitted(client);
        client = await pick(random, openings)();
      }
      client.send(message(random));
      if (random() < 0.1) await new Promise(setImmediate); // let it hear how it is closed
    }
    client?.drop();
    const track = await ride.track();
    expect(track).toEqual([...new Set(track)].sort((one, other) => one - other));
  };
  await Promise.all(numbers(AT_ONCE).map(talk));
});

test(`[R2] ${CALLS.toLocaleString('en')} calls (seed ${SEED})`, async () => {
  const random = randomOf('calls', 0);
  const ride = await Ride.start(node.url);
  const statuses = new Set<number>();
  for (let sent = 0; sent < CALLS; sent++) {
    const query = `limit=${between(random, -5, 500)}&cursor=${escaped(random, 12)}&status=${escaped(random, 5)}`;
    const path = pick(random, [
      '/v1/trips',
      `/v1/trips/${ride.id}`,
      `/v1/trips/${ride.id}/track?since=${escaped(random, 5)}`,
      `/v1/trips/${ride.id}/shares`,
      `/v1/trips/${escaped(random, 20)}`,
      `/v1/vehicles/${escaped(random, 8)}/revoke`,
      `/${escaped(random, 30)}`,
      `/v1/trips?${query}`,
    ]);
    const method = pick(random, ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS']);
    const token = random() < 0.8 ? operatorToken() : text(random, 40).replace(/[^!-~]/g, 'x');
    const hasBody = method !== 'GET' && method !== 'OPTIONS';
    const answer = await rest(node.url, path, { method, token, ...(hasBody && { body: json(random, 3) }) });
    statuses.add(answer.status);
    expect(answer.status === 503 || answer.status < 500).toBe(true);
    if (answer.status < 400) continue;
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  }
  expect(statuses).toContain(400);
  expect(statuses).toContain(200);
});

test(`[H8] ${CONNECTIONS.toLocaleString('en')} bare connections: noise, cut requests, wrong handshakes, broken frames (seed ${SEED})`, async () => {
  const ride = await Ride.start(node.url);
  const connectOften = async (peer: number) => {
    const random = randomOf('connections', peer);
    for (let made = 0; made < CONNECTIONS / AT_ONCE; made++) {
      const whole = Buffer.from(connection(random, ride), 'latin1');
      const socket = await dial(node.port);
      socket.resume();
      socket.write(whole.subarray(0, random() < 0.5 ? between(random, 0, whole.length) : whole.length));
      for (let turns = between(random, 0, 3); turns > 0; turns--) await new Promise(setImmediate);
      const closed = once(socket, 'close');
      if (random() < 0.5) socket.resetAndDestroy();
      else socket.destroy();
      await closed;
    }
  };
  await Promise.all(numbers(AT_ONCE).map(connectOften));
});

test.each(['close', 'abcde', ''])(
  '[H8] handshakes with "Connection: %s" are answered 400, become no sockets, and harm nothing',
  async (value) => {
    const ride = await Ride.start(node.url);
    for (const attempt of numbers(20)) {
      const [path, bearer] =
        attempt % 2 ? [ride.drivePath(), ride.driverToken] : [ride.followPath(), ride.riderToken];
      const socket = await dial(node.port);
      socket.write(handshakeHead(path, bearer, { Connection: value }));
      expect((await readHead(socket)).head).toMatch(/^HTTP\/1.1 400 /);
      socket.destroy();
    }
  },
);

function message(random: Random): string | Uint8Array {
  switch (between(random, 0, 4)) {
    case 0:
      return fixBytes(random, Date.now());
    case 1:
      return text(random, 200);
    case 2:
      return JSON.stringify(json(random, 4));
    case 3:
      return JSON.stringify(altered(random, { type: 'fix', ...fixAt(Date.now()) }));
    default:
      return random() < 0.1 ? bytes(random, between(random, 1_280, 20_000)) : new Uint8Array();
  }
}

/** What one connection sends, as latin1. */
function connection(random: Random, ride: Ride): string {
  const bearer = `Authorization: Bearer ${operatorToken()}`;
  const opened = () =>
    random() < 0.5
      ? handshakeHead(ride.followPath(), ride.riderToken)
      : handshakeHead(ride.drivePath(), ride.driverToken);
  return pick(random, [
    () => latin1(bytes(random, between(random, 1, 2_000))),
    () => `GET /${text(random, 40)} HTTP/1.1\r\n${text(random, 200)}\r\n\r\n`,
    () => `POST /v1/trips HTTP/1.1\r\nHost: x\r\n${bearer}\r\nContent-Length: 5000\r\n\r\n{"a":`,
    () => 'POST /v1/trips HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n{',
    () => `GET / HTTP/1.1\r\nHost: ${text(random, 10)}\r\nContent-Length: -1\r\n\r\n`,
    () => mistyped(random, opened()),
    () => opened() + latin1(bytes(random, between(random, 0, 300))),
    () =>
      opened() +
      numbers(between(random, 1, 20))
        .map(() => frame(random))
        .join(''),
  ])();
}

/** A frame with any opcode, flags and length; most are right but for one thing. */
function frame(random: Random): string {
  const opcode = random() < 0.7 ? pick(random, [0, 1, 2, 8, 9, 10]) : between(random, 0, 15);
  return latin1(
    frameBytes({
      opcode,
      fin: random() < 0.7,
      reserved: random() < 0.9 ? 0 : between(random, 1, 7),
      isMasked: random() < 0.95,
      payload: bytes(random, pick(random, [0, 1, 2, 20, 125, 126, 300])),
      ...(random() < 0.1 && { lengthBytes: 8, length: BigInt(between(random, 0, 2 ** 50)) }),
    }),
  );
}

function latin1(raw: Uint8Array): string {
  return Buffer.from(raw).toString('latin1');
}

function escaped(random: Random, most: number): string {
  return encodeURIComponent(Buffer.from(text(random, most)).toString());
}

function expectPermitted(client: WireClient | undefined): void {
  const closed = client?.heard.seen.find((item) => item.kind === 'closed');
  if (closed) expect(PERMITTED).toContain(closed.code);
}

async function stillRelays(): Promise<void> {
  const ride = await Ride.start(node.url);
  const [driver, follower] = [await ride.drive(), await ride.follow()];
  driver.sendFixes(ride.fixesAt(0));
  await follower.heardUpTo(ride.startedAt);
  await driver.acknowledgedUpTo(ride.startedAt);
  driver.drop();
  follower.drop();
}
