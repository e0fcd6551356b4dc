// Much of something, and where the node is afterwards: at work, and as small as before.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { eventually } from '../support/eventually.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { heldBy, TIGHT_HEAP } from '../support/node-memory.ts';
import { dial, frameBytes, handshakeHead, OPCODE, RawSocket, readHead } from '../support/raw-socket.ts';
import { metric, rest } from '../support/rest-client.ts';
import { numbers, Ride } from '../support/ride.ts';
import { driverToken, operatorToken, riderToken } from '../support/tokens.ts';

/** `npm run soak` gives it ten minutes. */
const CHURN_MS = Number(process.env.SOAK_SECONDS ?? 6) * 1_000;
/** `npm run soak` asks for a million. */
const UNKNOWN_TRIPS = Number(process.env.SOAK_TRIPS ?? 10_000);
/** Sockets that open and close at a time. */
const AT_ONCE = 16;
/** Sockets that open and close in a second, if the machine can. */
const CHURN_RATE = 500;
const MIB = 2 ** 20;

jest.setTimeout(4 * CHURN_MS + 4 * UNKNOWN_TRIPS + 60_000);

let node: GatewayProcess;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  node = await GatewayProcess.start({
    NODE_OPTIONS: TIGHT_HEAP,
    TRIPCAST_LIMIT_VEHICLE_TRY_BURST: '100000',
    TRIPCAST_LIMIT_VEHICLE_TRIES_PER_SECOND: '1000',
  });
});
afterEach(async () => {
  await node.close();
  for (const close of closing.splice(0)) await close();
});

describe('[P3] one socket that sends', () => {
  const hum = Buffer.from('{"type":"hum"}');
  test.each([
    ['pings', frameBytes({ opcode: OPCODE.ping })],
    ['long pings', frameBytes({ opcode: OPCODE.ping, payload: 'x'.repeat(125) })],
    ['empty messages', frameBytes({ opcode: OPCODE.binary })],
    ['events that nobody knows', frameBytes({ opcode: OPCODE.text, payload: hum })],
    ['empty fragments without an end', frameBytes({ opcode: OPCODE.continuation, fin: false })],
  ])('fifty thousand %s is closed, or heard out, while others are served', async (_, bytes) => {
    const ride = await Ride.start(node.url);
    const [driver, follower] = [await ride.drive(), await ride.follow()];
    const flood = await RawSocket.open(node.port, handshakeHead(ride.followPath(), ride.riderToken));
    if ((bytes[0]! & 0x0f) === OPCODE.continuation) flood.send({ opcode: OPCODE.text, fin: false });
    const before = await heldBy(node.url);
    const thousand = Buffer.concat(numbers(1_000).map(() => bytes));
    for (const round of numbers(50)) {
      flood.send(thousand);
      driver.sendFixes(ride.fixesAt(round));
      await follower.heardUpTo(ride.startedAt + round);
    }
    const isFragments = (bytes[0]! & 0x0f) === OPCODE.continuation;
    if (!isFragments) {
      await flood.heard.untilAll('the end', () => flood.isOver);
      const last = flood.frames.at(-1)!;
      expect([last.opcode, last.payload.readUInt16BE()]).toEqual([OPCODE.close, 4100]);
    }
    flood.drop();
    expect((await heldBy(node.url)).resident).toBeLessThan(before.resident + 64 * MIB);
  });
});

test.each([
  ['one header of 100 kB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['a thousand headers', `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(1_000)}\r\n`],
  ['a path of 100 kB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
])('[P3] %s is refused or cut, at once', async (_, request) => {
  const socket = await dial(node.port);
  socket.write(request);
  const { head } = await readHead(socket);
  expect(head).toMatch(/^$|^HTTP\/1\.1 (400|431|505) /);
  socket.destroy();
  expect((await rest(node.url, '/healthz')).status).toBe(200);
});

test.each(['in its own memory', 'in Redis'])(
  `[P8] ${UNKNOWN_TRIPS} trips that do not exist, asked for and followed, leave nothing behind: a node that keeps all %s`,
  async (where) => {
    const redis = where === 'in Redis' ? await RedisServer.start() : undefined;
    if (redis) {
      await node.close();
      node = await GatewayProcess.start({ NODE_OPTIONS: TIGHT_HEAP, REDIS_URL: redis.url });
    }
    closing.push(async () => redis?.close());
    /** Those that somebody listens to. */
    const tripChannels = async () => (await redis?.call('PUBSUB', 'SHARDCHANNELS', 'live:*')) ?? [];
    const operator = operatorToken();
    let asked = 0;
    const ask = async () => {
      const socket = await dial(node.port);
      while (asked++ < UNKNOWN_TRIPS / 4) {
        const request = [
          `GET /v1/trips/none-${asked} HTTP/1.1`,
          'Host: a',
          `Authorization: Bearer ${operator}`,
          '',
          '',
        ];
        socket.write(request.join('\r\n'));
        expect((await readHead(socket)).head).toMatch(/^HTTP\/1\.1 404 /);
      }
      socket.destroy();
    };
    let followed = 0;
    const follow = async () => {
      while (followed++ < UNKNOWN_TRIPS / 4) {
        const socket = await dial(node.port);
        const id = `none-${followed}`;
        socket.write(handshakeHead(`/v1/trips/${id}/follow`, riderToken(id)));
        expect((await readHead(socket)).head).toMatch(/^HTTP\/1\.1 404 /);
        socket.destroy();
      }
    };
    const wave = async () => {
      [asked, followed] = [0, 0];
      await Promise.all(numbers(AT_ONCE / 2).flatMap(() => [ask(), follow()]));
      return heldBy(node.url);
    };
    const early = await wave();
    const late = await wave();
    expect(await metric(node.url, 'tripcast_followed_trips')).toBe(0);
    expect(await metric(node.url, 'tripcast_limited_keys')).toBe(0);
    expect(late.heap).toBeLessThan(early.heap + 8 * MIB);
    expect(late.files).toBeLessThanOrEqual(early.files + 2);
    await eventually(
      'no channel that nobody wants',
      async () => ((await tripChannels()) as string[]).length === 0,
    );
  },
);

test(`[P3] sockets that open and close for ${CHURN_MS / 1000} s: the node is as small as before`, async () => {
  const rides = await Promise.all(numbers(4).map(() => Ride.start(node.url)));
  const heads = rides.flatMap((ride) => [
    handshakeHead(ride.followPath(), ride.riderToken),
    handshakeHead(ride.drivePath(), driverToken(ride.vehicleId)),
  ]);
  const endings = [
    (socket: RawSocket) => socket.drop(),
    (socket: RawSocket) => socket.send({ opcode: OPCODE.close }),
    (socket: RawSocket) => socket.send({ opcode: OPCODE.text, payload: 'no JSON' }),
    (socket: RawSocket) => socket.send({ opcode: OPCODE.text, length: 100_000n, lengthBytes: 8 }),
  ];
  let opened = 0;
  /** For so long, and until so many have come and gone: a machine that is busy takes longer. */
  const churnFor = async (ms: number) => {
    const until = performance.now() + ms;
    const enough = opened + (CHURN_RATE * ms) / 1_000;
    const worker = async () => {
      while (performance.now() < until || opened < enough) {
        const socket = await RawSocket.open(node.port, heads[opened++ % heads.length]!);
        endings[opened % endings.length]!(socket);
        await socket.heard.untilAll('the end', () => socket.isOver);
      }
    };
    await Promise.all(numbers(AT_ONCE).map(worker));
    while ((await metric(node.url, 'tripcast_sockets')) > 0) await new Promise(setImmediate);
    return heldBy(node.url);
  };
  const early = await churnFor(CHURN_MS / 2);
  const late = await churnFor(CHURN_MS / 2);
  expect(late.files).toBeLessThanOrEqual(early.files + 2);
  expect(late.heap).toBeLessThan(early.heap + 8 * MIB);
  expect(late.resident).toBeLessThan(early.resident + 32 * MIB);
});
