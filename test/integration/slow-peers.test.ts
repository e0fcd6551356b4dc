// Whoever is slow is cut off, or waits for itself alone. The node's HTTP timer runs for 8 to 12 s; tests wait together.
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { encodeFixes, encodePolyline } from '@tripcast/protocol';
import { fairMs } from '../support/fair-time.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { dial, handshakeHead, OPCODE, RawSocket } from '../support/raw-socket.ts';
import { metric, rest, restOk } from '../support/rest-client.ts';
import { numbers, Ride } from '../support/ride.ts';
import { operatorToken } from '../support/tokens.ts';

/** Until a peer that is too slow is cut, and what a busy machine adds, ms. */
const CUT_WITHIN_MS = 12_000 + 2_000;
const DRIP_EVERY_MS = 500;

jest.setTimeout(150_000);

let node: GatewayProcess;
beforeAll(async () => {
  node = await GatewayProcess.start();
});
afterAll(() => node.close());

const post = (...headers: string[]) =>
  ['POST /v1/trips HTTP/1.1', 'Host: a', `Authorization: Bearer ${operatorToken()}`, ...headers, '', ''].join(
    '\r\n',
  );

describe('[P3] slowloris: a peer is cut in bounded time, however it drips', () => {
  test.concurrent.each<[string, () => string, string]>([
    ['that sends nothing', () => '', ''],
    ['that sends a header byte by byte', () => 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ', 'a'],
    ['that sends header after header', () => 'GET / HTTP/1.1\r\nHost: a\r\n', 'X: y\r\n'],
    ['that sends a handshake byte by byte', () => handshakeHead('/v1/trips/x/follow', 'y').slice(0, -2), 'a'],
    ['that sends a body byte by byte', () => post('Content-Length: 1000'), ' '],
    ['that sends a body in chunks of a byte', () => post('Transfer-Encoding: chunked'), '1\r\n \r\n'],
  ])('%s', async (_, begin, drip) => {
    const socket = await dial(node.port);
    const startedAt = performance.now();
    socket.resume().write(begin());
    const dripping = setInterval(() => socket.write(drip), DRIP_EVERY_MS);
    await once(socket, 'close');
    clearInterval(dripping);
    expect(fairMs(startedAt)).toBeLessThan(CUT_WITHIN_MS);
  });

  test.concurrent('two hundred of them hold nobody up', async () => {
    const ride = await Ride.start(node.url);
    const slow = await Promise.all(numbers(200).map(() => dial(node.port)));
    const gone = slow.map((socket) => once(socket.resume(), 'close'));
    for (const socket of slow) socket.write('GET / HTTP/1.1\r\nHost: a\r\nX: ');
    const [driver, follower] = [await ride.drive(), await ride.follow()];
    driver.sendFixes(ride.fixesAt(0));
    await follower.heardUpTo(ride.startedAt);
    await Promise.all(gone);
  });

  test.concurrent('that asks for much and reads nothing; all of them together cost the node no more than it has for answers', async () => {
    const asked = await GatewayProcess.start({ TRIPCAST_LIMIT_ANSWER_BYTES_PER_NODE: '20000000' });
    try {
      const route = zigzag(4_500);
      const place = { latitude: 0, longitude: 0 };
      for (const index of numbers(200)) {
        const body = { vehicleId: `v-${index}`, pickup: place, dropoff: place, route };
        await restOk(asked.url, '/v1/trips', { method: 'POST', body });
      }
      const request = `GET /v1/trips?limit=200 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${operatorToken()}\r\n\r\n`;
      const slow = await Promise.all(numbers(10).map(() => dial(asked.port)));
      const startedAt = performance.now();
      for (const socket of slow) socket.pause().write(request);
      const until = async (isSo: () => Promise<boolean>) => {
        while (!(await isSo())) {
          expect(fairMs(startedAt)).toBeLessThan(2 * CUT_WITHIN_MS);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      };
      // They have all that the node gives to answers …
      await until(
        async () => (await metric(asked.url, 'tripcast_limits_met_total{limit="node_answers"}')) > 0,
      );
      // … and are cut: what they had is there again, though they read nothing and are still here.
      await until(async () => {
        const { status, body } = await rest<{ trips: unknown[] }>(asked.url, '/v1/trips?limit=200');
        return status === 200 && body.trips.length === 200;
      });
      for (const socket of slow) socket.destroy();
    } finally {
      await asked.close();
    }
  });
});

test.concurrent('[P3] followers that read nothing, or a byte now and then, cost their buffer and no more', async () => {
  const busy = await GatewayProcess.start();
  try {
    const ride = await Ride.start(busy.url);
    const [driver, quick] = [await ride.drive(), await ride.follow()];
    const head = handshakeHead(ride.followPath(), ride.riderToken);
    const slow = await Promise.all(numbers(10).map(() => RawSocket.open(busy.port, head)));
    for (const socket of slow) socket.pause();
    const sipping = setInterval(() => {
      for (const socket of slow.slice(5)) socket.readSome(1);
    }, 100);
    const measured = (name: string) => metric(busy.url, `tripcast_${name}`);
    const unsent = () => measured('socket_unsent_bytes{role="rider"}');

    // Long trip events fill what the kernel holds, sooner than fixes would.
    const route = zigzag(2_900);
    let sent = 0;
    const sendToAll = async () => {
      const { version } = await ride.change({ route });
      driver.sendFixes(ride.fixesAt(sent));
      await Promise.all([
        quick.event('trip', ({ trip }) => trip!.version === version),
        quick.heardUpTo(ride.startedAt + sent),
      ]);
      sent++;
    };
    while ((await measured('followers_fell_behind_total')) < slow.length) {
      expect(sent).toBeLessThan(1_000);
      await sendToAll();
    }
    const full = await unsent();
    for (const _ of numbers(100)) await sendToAll();
    expect(full).toBeGreaterThan(0);
    expect(full).toBeLessThan(slow.length * (4_096 + 2 * route.length)); // the buffer, and the event that fills it
    expect(await unsent()).toBeLessThanOrEqual(full);
    expect(quick.times).toEqual(numbers(sent, ride.startedAt));
    clearInterval(sipping);
    for (const socket of slow) socket.drop();
  } finally {
    await busy.close();
  }
});

test.concurrent('[P3] a driver that reads nothing is cut, and what it had sent is stored', async () => {
  const ride = await Ride.start(node.url);
  const head = handshakeHead(ride.drivePath(), ride.driverToken);
  const deaf = await RawSocket.open(node.port, head);
  deaf.pause();
  deaf.send({ opcode: OPCODE.binary, payload: encodeFixes(ride.fixesAt(...numbers(64))) });
  const cut = () => metric(node.url, 'tripcast_closes_total{role="driver",code="1006"}');
  const before = await cut();
  for (let changes = 0; (await cut()) === before; changes++) {
    expect(changes).toBeLessThan(1_000);
    await ride.change({ route: zigzag(2_900) });
  }
  expect(await ride.track()).toEqual(numbers(64, ride.startedAt));
  deaf.drop();
});

/** A route of so many points, some seven bytes each. */
function zigzag(points: number): string {
  return encodePolyline(numbers(points).map((point) => ({ latitude: 0, longitude: (point % 2) * 100 })));
}
