// What was taken back is gone on every node, whatever Redis and the nodes' ways to it go through.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LossyProxy } from '../../server/test/contract/lossy-proxy.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { NodePair, untilReady } from '../support/nodes.ts';
import { rest, restOk } from '../support/rest-client.ts';
import { Ride } from '../support/ride.ts';
import { driverToken, riderToken, token } from '../support/tokens.ts';
import { HandshakeRefused, WireClient } from '../support/wire-client.ts';

let pair: NodePair;
beforeAll(async () => {
  pair = await NodePair.start();
});
afterAll(() => pair.close());

const revokeTrip = (url: string, { id }: Ride) =>
  restOk<{ revokedBefore: number }>(url, `/v1/trips/${id}/revoke`, { method: 'POST' });
const revokeVehicle = (url: string, { vehicleId }: Ride) =>
  restOk<{ revokedBefore: number }>(url, `/v1/vehicles/${vehicleId}/revoke`, { method: 'POST' });

describe('[R6] dead is what was issued before the revocation, to the millisecond', () => {
  const cases: [string, number, (revokedBefore: number) => number][] = [
    ['a millisecond before', 401, (at) => at - 1],
    ['that second, in whole seconds', 401, (at) => Math.floor((at - 1) / 1000) * 1000],
    ['that millisecond', 101, (at) => at],
    ['a millisecond after', 101, (at) => at + 1],
  ];

  test.each(cases)('a token from %s: %i', async (_when, status, issuedAtMs) => {
    const ride = await Ride.start(pair.one.url);
    const [trip, vehicle] = [await revokeTrip(pair.one.url, ride), await revokeVehicle(pair.one.url, ride)];
    const rider = riderToken(ride.id, { iat: issuedAtMs(trip.revokedBefore) / 1000 });
    const driver = driverToken(ride.vehicleId, { iat: issuedAtMs(vehicle.revokedBefore) / 1000 });
    for (const { url } of [pair.other, pair.one]) {
      expect(await statusOf(url + ride.followPath(), rider)).toBe(status);
      expect(await statusOf(url + ride.drivePath(), driver)).toBe(status);
      for (const jwt of [rider, driver]) {
        const answer = await rest(url, `/v1/trips/${ride.id}`, { token: jwt });
        expect(answer.status).toBe(status === 101 ? 200 : 401);
      }
    }
  });
});

test('[C5] what expires first counts: the token of a share, whatever the share', async () => {
  const ride = await Ride.start(pair.one.url);
  const body = { name: 'Mum' };
  const request = { method: 'POST', token: ride.riderToken, body };
  const { share } = await restOk<{ share: { id: string } }>(
    pair.one.url,
    `/v1/trips/${ride.id}/shares`,
    request,
  );
  const exp = Date.now() / 1000 + 4; // time to come in, on a busy machine
  const brief = token({ role: 'rider', trip: ride.id, share: share.id, exp });
  const guest = await WireClient.open(pair.other.url + ride.followPath(), brief);
  expect(await guest.closed()).toMatchObject({ code: 4001 });
  expect(Date.now() / 1000).toBeGreaterThanOrEqual(exp);
});

test('[P8] what ends with the trip: the share is 410 everywhere, the rider reads on, and only reads', async () => {
  const { one, other } = pair;
  const ride = await Ride.start(one.url);
  const request = { method: 'POST', token: ride.riderToken, body: { name: 'Mum' } };
  const path = `/v1/trips/${ride.id}`;
  const made = await restOk<{ share: { followUrl: string } }>(one.url, `${path}/shares`, request);
  const share = new URL(made.share.followUrl).hash.slice(1);
  const followers = [
    await ride.follow(one.url),
    await ride.follow(other.url),
    await WireClient.open(other.url + ride.followPath(), share),
  ];
  await ride.become('COMPLETE');
  for (const follower of followers) expect(await follower.closed()).toMatchObject({ code: 1000 });
  for (const { url } of [one, other]) {
    for (const jwt of [ride.riderToken, share])
      expect(await statusOf(url + ride.followPath(), jwt)).toBe(410);
    for (const read of [path, `${path}/track`]) {
      expect((await rest(url, read, { token: ride.riderToken })).status).toBe(200);
      expect((await rest(url, read, { token: share })).status).toBe(410);
    }
    expect((await rest(url, `${path}/shares`, request)).status).toBe(410);
  }
});

test('[P7] while Redis is away nothing can be revoked, and that is said; when it is back, at once', async () => {
  const { one, other, redis } = pair;
  const ride = await Ride.start(one.url);
  const [driver, follower] = [await ride.drive(one.url), await ride.follow(other.url)];
  await redis.kill();
  const path = `/v1/trips/${ride.id}/revoke`;
  expect(await rest(other.url, path, { method: 'POST' })).toMatchObject({ status: 503 });
  expect(await rest(other.url, `/v1/trips/${ride.id}`, { token: ride.riderToken })).toMatchObject({
    status: 503,
  });
  await redis.start();
  await untilReady([one, other]);
  expect(driver.isClosed || follower.isClosed).toBe(false);
  await revokeTrip(one.url, ride);
  await revokeVehicle(other.url, ride);
  expect(await follower.closed()).toMatchObject({ code: 4003 });
  expect(await driver.closed()).toMatchObject({ code: 4003 });
});

test('[P7] a node that hears nothing for a while learns of a revocation when it hears again', async () => {
  const { one, redis } = pair;
  const proxy = await LossyProxy.to(redis.port);
  const deaf = await GatewayProcess.start({ REDIS_URL: proxy.url });
  try {
    const ride = await Ride.start(one.url);
    const [driver, follower] = [await ride.drive(deaf.url), await ride.follow(deaf.url)];
    proxy.deafen();
    await revokeTrip(one.url, ride);
    await revokeVehicle(one.url, ride);
    expect(await statusOf(deaf.url + ride.drivePath(), ride.driverToken)).toBe(401); // new ones are not let in
    expect(await follower.closed()).toMatchObject({ code: 4003 });
    expect(await driver.closed()).toMatchObject({ code: 4003 });
  } finally {
    await deaf.close();
    await proxy.close();
  }
});

/** 101 when it becomes a socket. */
async function statusOf(url: string, bearer: string): Promise<number> {
  try {
    (await WireClient.open(url, bearer)).drop();
    return 101;
  } catch (error) {
    if (error instanceof HandshakeRefused) return error.status;
    throw error;
  }
}
