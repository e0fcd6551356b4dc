// TLS straight on the node: HTTPS and WSS, as plain as without.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as askOver } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { encodeFixes, type Trip } from '@tripcast/protocol';
import { WebSocket } from 'ws';
import { Certificate } from '../support/certificate.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { handshakeHead, OPCODE, RawSocket } from '../support/raw-socket.ts';
import type { NewTrip } from '../support/rest-client.ts';
import { fixAt, numbers } from '../support/ride.ts';
import { driverToken, operatorToken } from '../support/tokens.ts';
import { Watched } from '../support/watched.ts';

let certificate: Certificate;
let node: GatewayProcess;
beforeAll(async () => {
  certificate = new Certificate();
  const { certFile, keyFile } = certificate;
  node = await GatewayProcess.start({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile });
});
afterAll(async () => {
  await node.close();
  certificate.close();
});

test('[P1] [P2] a ride over HTTPS and WSS: what the driver sends is acknowledged, stored and followed', async () => {
  const { trip, riderToken } = await startTrip('tls-1');
  const driver = new SecureSocket(`/v1/vehicles/${trip.vehicleId}/drive`, driverToken(trip.vehicleId));
  const follower = new SecureSocket(`/v1/trips/${trip.id}/follow`, riderToken);
  await Promise.all([driver.hears('"hello"'), follower.hears('"hello"')]);
  const sent = encodeFixes(numbers(64).map((index) => fixAt(trip.startedAt! + index)));
  driver.socket.send(sent);
  await driver.hears(`"ack","time":${trip.startedAt! + 63}`);
  const wanted = Buffer.from(sent).toString('latin1');
  await follower.heard.untilAll('the fixes', (seen) => seen.join('').includes(wanted));
  driver.socket.terminate();
  follower.socket.terminate();
});

test('[R3] the link for the rider is https', async () => {
  expect((await createTrip('tls-2')).followUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+\//);
});

test('[H8] handshakes are refused over TLS as they are without', async () => {
  const head = handshakeHead('/v1/trips/nowhere/follow', 'nonsense');
  await expect(RawSocket.open(node.port, head, { tls: true })).rejects.toThrow(/HTTP\/1.1 401 /);
});

test('[W2] a message in fragments, byte by byte, in TLS records of their own', async () => {
  const { trip } = await startTrip('tls-3');
  const head = handshakeHead(`/v1/vehicles/${trip.vehicleId}/drive`, driverToken(trip.vehicleId));
  const driver = await RawSocket.open(node.port, head, { tls: true });
  const fix = Buffer.from(encodeFixes([fixAt(trip.startedAt!)]));
  await driver.sendByteByByte(
    { opcode: OPCODE.binary, payload: fix.subarray(0, 7), fin: false },
    { opcode: OPCODE.continuation, payload: fix.subarray(7) },
  );
  const isAck = ({ payload }: { payload: Buffer }) => payload.includes('"ack"');
  await driver.heard.untilAll('the ack', () => driver.frames.some(isAck));
  driver.drop();
});

test.concurrent.each([
  ['that says nothing', ''],
  ['that speaks plain HTTP', 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['of half a greeting', Buffer.of(0x16, 3, 1, 2, 0, 1)],
])('a connection %s is cut, and the node lives', async (_, said) => {
  const socket = connectTcp(node.port, '127.0.0.1');
  socket.on('error', () => {}); // `close` follows
  socket.resume();
  socket.write(said);
  await once(socket, 'close');
  expect((await ask('GET', '/healthz')).status).toBe(200);
});

test('a certificate that is none: the node says which file, and does not start', async () => {
  const { certFile } = certificate;
  const broken = GatewayProcess.spawn({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: certFile });
  expect((await broken.exit).code).toBe(1);
  expect(broken.told()).toMatch(/TLS_CERT_FILE.*TLS_KEY_FILE/);
});

test('tokens without TLS on an address that others reach are warned of', async () => {
  const bare = await GatewayProcess.start({ HOST: '0.0.0.0' });
  const secured = await GatewayProcess.start({
    HOST: '0.0.0.0',
    TLS_CERT_FILE: certificate.certFile,
    TLS_KEY_FILE: certificate.keyFile,
  });
  const warnings = (of: GatewayProcess) => of.log.seen.filter(({ msg }) => msg.startsWith('NO TLS:'));
  expect(warnings(bare)).toEqual([expect.objectContaining({ level: 40 })]);
  expect(warnings(secured)).toEqual([]);
  await Promise.all([bare.close(), secured.close()]);
});

/** A WebSocket over TLS that trusts the test's certificate alone. */
class SecureSocket {
  readonly heard = new Watched<string>();
  readonly socket: WebSocket;

  constructor(path: string, bearer: string) {
    const ca = readFileSync(certificate.certFile);
    this.socket = new WebSocket(`wss://127.0.0.1:${node.port}${path}`, ['tripcast.v1', `bearer.${bearer}`], {
      ca,
    });
    this.socket.on('message', (data: Buffer) => this.heard.add(data.toString('latin1')));
    this.socket.on('error', (error) => this.heard.add(String(error)));
  }

  async hears(part: string): Promise<void> {
    await this.heard.until(part, (text) => text.includes(part));
  }
}

async function startTrip(id: string): Promise<NewTrip> {
  const created = await createTrip(id);
  const { body } = await ask('PATCH', `/v1/trips/${id}`, { status: 'ENROUTE_TO_PICKUP' });
  return { ...created, trip: (body as { trip: Trip }).trip };
}

async function createTrip(id: string): Promise<NewTrip> {
  const place = { latitude: 0, longitude: 0 };
  const { body } = await ask('POST', '/v1/trips', { id, vehicleId: id, pickup: place, dropoff: place });
  return body as NewTrip;
}

/** Asks over TLS, trusting the test's certificate alone. */
function ask(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const ca = readFileSync(certificate.certFile);
  const headers = { authorization: `Bearer ${operatorToken()}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = askOver(`https://127.0.0.1:${node.port}${path}`, { method, ca, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode!, body: JSON.parse(Buffer.concat(chunks).toString()) });
      });
    });
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  });
}
