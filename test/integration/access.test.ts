// Nobody sees what isn't theirs: not before, not after, not any more.
import { expect, test } from '@jest/globals';
import { fairMs, OTHERS_WAIT_MS } from '../support/fair-time.ts';
import { describeNodes } from '../support/nodes.ts';
import { restOk } from '../support/rest-client.ts';
import { fixAt, numbers, Ride } from '../support/ride.ts';
import { driverToken, riderToken } from '../support/tokens.ts';
import { WireClient as Client, type WireClient } from '../support/wire-client.ts';

/** Beyond a promised bound, for what a busy machine adds to measuring it, ms. */

describeNodes('[P8]', (nodes) => {
  test('positions from before a trip came under way and from after its end reach neither rider nor track', async () => {
    const { one, other } = nodes();
    const ride = await Ride.create(one.url);
    const driver = await ride.drive();
    const follower = await ride.follow(other.url);
    driver.sendFixes([fixAt(Date.now())]);
    await ride.become('ENROUTE_TO_PICKUP');
    driver.sendFixes([fixAt(ride.startedAt - 1), ...ride.fixesAt(0, 1)]);
    await follower.heardUpTo(ride.startedAt + 1);
    const { endedAt = 0 } = await ride.become('COMPLETE');
    driver.sendFixes([fixAt(endedAt), fixAt(endedAt + 1)]);
    await driver.acknowledgedUpTo(endedAt + 1);
    const own = [ride.startedAt, ride.startedAt + 1, endedAt];
    expect(await ride.track(other.url)).toEqual(own);
    expect((await follower.closed()).code).toBe(1000);
    expect(follower.times).toEqual(own);
    expect(driver.events('refused')).toEqual([]);
  });

  test('[T2] a fix that comes late for an ended trip is stored; one trip does not see the next', async () => {
    const { one, other } = nodes();
    const first = await Ride.start(one.url);
    const driver = await first.drive();
    driver.sendFixes(first.fixesAt(0));
    await driver.acknowledgedUpTo(first.startedAt);
    const { endedAt = 0 } = await first.become('COMPLETE');
    const second = await Ride.start(other.url, first.vehicleId);
    const follower = await second.follow(one.url);
    driver.sendFixes([fixAt(endedAt), fixAt(endedAt + 1), ...second.fixesAt(5)]);
    await driver.acknowledgedUpTo(second.startedAt + 5);
    await follower.heardUpTo(second.startedAt + 5);
    expect(await first.track(other.url)).toEqual([first.startedAt, endedAt]);
    const shared = await second.track(other.url);
    expect(shared.filter((time) => time < second.startedAt)).toEqual([]);
    expect(follower.times).toEqual(shared);
  });

  test("[C5] a trip's revocation closes its followers on every node with 4003 within 1 s, and nobody else", async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const bystander = await Ride.start(one.url);
    const [here, there, theirs] = [
      await ride.follow(one.url),
      await ride.follow(other.url),
      await bystander.follow(one.url),
    ];
    const driver = await ride.drive();
    const revokedAt = performance.now();
    await restOk(one.url, `/v1/trips/${ride.id}/revoke`, { method: 'POST' });
    for (const follower of [here, there]) {
      const { code, at } = await follower.closed();
      expect(code).toBe(4003);
      expect(fairMs(revokedAt, at)).toBeLessThan(1_000 + OTHERS_WAIT_MS);
    }
    const path = `/v1/trips/${ride.id}/tokens`;
    const fresh = await restOk<{ riderToken: string }>(other.url, path, { method: 'POST' });
    const back = await Client.open(other.url + ride.followPath(), fresh.riderToken);
    await back.event('hello');
    driver.sendFixes(ride.fixesAt(0));
    await back.heardUpTo(ride.startedAt);
    expect(isOpen(theirs) && isOpen(driver)).toBe(true);
  });

  test('[P8] a share follows until it is taken back: then 4003 within 1 s on every node, and nobody else', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const path = `/v1/trips/${ride.id}/shares`;
    const request = { method: 'POST', token: ride.riderToken, body: { name: 'Mum' } };
    const { share } = await restOk<{ share: { id: string; followUrl: string } }>(one.url, path, request);
    const token = new URL(share.followUrl).hash.slice(1);
    const guests = [
      await Client.open(one.url + ride.followPath(), token),
      await Client.open(other.url + ride.followPath(), token),
    ];
    const rider = await ride.follow(other.url);
    for (const guest of guests) await guest.event('hello');
    const takenBackAt = performance.now();
    await restOk(other.url, `${path}/${share.id}`, { method: 'DELETE', token: ride.riderToken });
    for (const guest of guests) {
      const { code, at } = await guest.closed();
      expect(code).toBe(4003);
      expect(fairMs(takenBackAt, at)).toBeLessThan(1_000 + OTHERS_WAIT_MS);
    }
    expect(isOpen(rider)).toBe(true);
  });

  test("[C5] a vehicle's revocation closes its driver with 4003 within 1 s; a token made after it drives", async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const driver = await ride.drive(one.url);
    const follower = await ride.follow(one.url);
    const revokedAt = performance.now();
    await restOk(other.url, `/v1/vehicles/${ride.vehicleId}/revoke`, { method: 'POST' });
    const { code, at } = await driver.closed();
    expect(code).toBe(4003);
    expect(fairMs(revokedAt, at)).toBeLessThan(1_000 + OTHERS_WAIT_MS);
    const back = await Client.open(other.url + ride.drivePath(), driverToken(ride.vehicleId));
    await back.event('hello');
    expect(isOpen(follower) && isOpen(back)).toBe(true);
  });

  test('[C5] an expired token closes with 4001 within 1 s of its expiry', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const exp = Date.now() / 1000 + 4; // time to come in, on a busy machine
    const clients = [
      await Client.open(one.url + ride.drivePath(), driverToken(ride.vehicleId, { exp })),
      await Client.open(other.url + ride.followPath(), riderToken(ride.id, { exp })),
    ];
    const expiresAt = performance.now() + exp * 1000 - Date.now();
    for (const client of clients) {
      const { at, ...close } = await client.closed();
      expect(close).toMatchObject({ code: 4001, reason: 'token expired' });
      expect(at - expiresAt).toBeGreaterThan(-5); // two clocks, one of whole milliseconds
      expect(fairMs(expiresAt, at)).toBeLessThan(1_000 + OTHERS_WAIT_MS);
    }
  });

  test('a vehicle whose two trips overlap: each rider sees its own time only', async () => {
    const { one, other } = nodes();
    const first = await Ride.start(one.url);
    const driver = await first.drive(other.url);
    driver.sendFixes(first.fixesAt(...numbers(3)));
    await driver.acknowledgedUpTo(first.startedAt + 2);
    const second = await Ride.start(one.url, first.vehicleId);
    driver.sendFixes(second.fixesAt(...numbers(3, 10)));
    await driver.acknowledgedUpTo(second.startedAt + 12);
    const common = numbers(3, second.startedAt + 10);
    expect(await first.track(one.url)).toEqual([...numbers(3, first.startedAt), ...common]);
    expect(await second.track(one.url)).toEqual(common);
  });
});

function isOpen(client: WireClient): boolean {
  return client.heard.seen.every(({ kind }) => kind !== 'closed');
}
