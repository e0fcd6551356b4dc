// Handshakes and requests that break off, at every byte and at every moment after. None of it leaves anything behind.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { GatewayProcess } from '../support/gateway-process.ts';
import { NodePair } from '../support/nodes.ts';
import { dial, handshakeHead } from '../support/raw-socket.ts';
import { metric, rest } from '../support/rest-client.ts';
import { numbers, Ride } from '../support/ride.ts';
import { operatorToken } from '../support/tokens.ts';

let node: GatewayProcess;
let close: () => Promise<void>;
beforeEach(async () => {
  const pair = await NodePair.start({ TRIPCAST_LIMIT_VEHICLE_TRY_BURST: '100000' }); // handshakes that wait for Redis can break off while they do
  node = pair.one;
  close = () => pair.close();
});
afterEach(() => close());

test('[H8] handshakes of followers and drivers that break off after any byte; [D4] the vehicle stays with whoever has it', async () => {
  const ride = await Ride.start(node.url);
  const driver = await ride.drive();
  for (const head of [followHead(ride), driveHead(ride)]) {
    for (let sent = 0; sent <= head.length; sent++) {
      for (const isReset of [true, false]) await breakOff(head.slice(0, sent), isReset);
    }
  }
  driver.sendFixes(ride.fixesAt(1));
  await driver.acknowledgedUpTo(ride.startedAt + 1);
  driver.drop();
  await expectNothingLeft(ride);
});

test('[H8] handshakes of followers and drivers that break off at any moment after', async () => {
  const ride = await Ride.start(node.url);
  for (const moment of numbers(200)) {
    for (const head of [followHead(ride), driveHead(ride)])
      await breakOff(head, moment % 2 === 0, moment / 4);
  }
  await expectNothingLeft(ride);
});

test('[R1] requests that break off after any byte, and at any moment after', async () => {
  const ride = await Ride.start(node.url);
  const patch = patchRequest(ride, { eta: Date.now() + 60_000 });
  for (let sent = 0; sent <= patch.length; sent++) {
    for (const isReset of [true, false]) await breakOff(patch.slice(0, sent), isReset);
  }
  for (const moment of numbers(200)) await breakOff(patch, moment % 2 === 0, moment / 4);
  await expectNothingLeft(ride);
});

test.each([
  ['an end', false],
  ['a reset', true],
])(
  '[R1] a change that was asked for while the node was frozen, and given up, by %s, is not made later',
  async (_how, isReset) => {
    const ride = await Ride.start(node.url);
    node.freeze();
    for (const _ of numbers(5)) await breakOff(patchRequest(ride, { status: 'CANCELED' }), isReset);
    node.thaw();
    for (const version of [3, 4, 5, 6]) {
      await ride.change({ eta: Date.now() + 60_000 }); // it has been through what came before
      expect(ride.trip).toMatchObject({ status: 'ENROUTE_TO_PICKUP', version });
    }
  },
);

function patchRequest(ride: Ride, change: object): string {
  const body = JSON.stringify(change);
  return [
    `PATCH /v1/trips/${ride.id} HTTP/1.1`,
    'Host: a',
    `Authorization: Bearer ${operatorToken()}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

const followHead = (ride: Ride) => handshakeHead(ride.followPath(), ride.riderToken);
const driveHead = (ride: Ride) => handshakeHead(ride.drivePath(), ride.driverToken);

/** Sends so much, waits for so many turns of the event loop, and goes: with a reset, or with an end. */
async function breakOff(sent: string, isReset: boolean, turns = 0): Promise<void> {
  const socket = await dial(node.port);
  socket.resume().write(sent);
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
  if (isReset) socket.resetAndDestroy();
  else socket.destroy();
}

/** No socket is counted, nobody drives, and a ride goes on as any other. */
async function expectNothingLeft(ride: Ride): Promise<void> {
  while ((await metric(node.url, 'tripcast_sockets')) > 0) await new Promise(setImmediate);
  expect(await metric(node.url, 'tripcast_connections{role="driver"}')).toBe(0);
  expect(await metric(node.url, 'tripcast_connections{role="rider"}')).toBe(0);
  const follower = await ride.follow();
  const driver = await ride.drive();
  driver.sendFixes(ride.fixesAt(2));
  await follower.heardUpTo(ride.startedAt + 2);
  expect((await rest(node.url, '/healthz')).status).toBe(200);
}
