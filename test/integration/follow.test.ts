// What a follower hears: the whole track, once, in order, whatever happens to it.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { encodePolyline } from '@tripcast/protocol';
import { fairMs } from '../support/fair-time.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { describeNodes } from '../support/nodes.ts';
import { between, seededRandom } from '../support/random.ts';
import { metric } from '../support/rest-client.ts';
import { numbers, Ride } from '../support/ride.ts';
import { JSON_FIXES, type Offer, type WireClient } from '../support/wire-client.ts';

const PLACE = { latitude: -34.9, longitude: -56.18 };
const BINARY: Offer = {};
const SUBPROTOCOLS = [
  ['tripcast.v1', BINARY],
  ['tripcast.v1+json', JSON_FIXES],
] as const;

describeNodes('a follower', (nodes) => {
  test.each(SUBPROTOCOLS)(
    '[S1] %s: is sent the track after `since`, then what is live',
    async (_name, offer) => {
      const { one, other } = nodes();
      const ride = await Ride.start(one.url);
      const driver = await FaithfulDriver.on(ride, one.url);
      driver.send(ride.fixesAt(...numbers(64)));
      driver.send(ride.fixesAt(...numbers(64, 64)));
      await driver.settled();
      const since = ride.startedAt + 99;
      const follower = await ride.follow(other.url, { ...offer, since });
      driver.send(ride.fixesAt(128, 129));
      await follower.heardUpTo(ride.startedAt + 129);
      expect(follower.times).toEqual(numbers(30, since + 1));
    },
  );

  test('[S1] without `since` is sent the whole track; [F3] `hello` has its newest fix', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const driver = await FaithfulDriver.on(ride, one.url);
    for (const first of numbers(10)) driver.send(ride.fixesAt(...numbers(64, first * 64)));
    await driver.settled();
    const follower = await ride.follow(other.url);
    await follower.heardUpTo(ride.startedAt + 639);
    expect(follower.times).toEqual(driver.times);
    const hello = follower.heard.seen[0]!;
    expect(hello).toMatchObject({
      event: {
        type: 'hello',
        trip: { id: ride.id, status: 'ENROUTE_TO_PICKUP' },
        vehicle: { online: true },
        fix: {
          type: 'fix',
          ...ride.fixesAt(639)[0],
          latitude: expect.any(Number),
          longitude: expect.any(Number),
        },
      },
    });
    expect((hello as { event: object }).event).not.toHaveProperty('truncatedBefore');
  });

  test('[S3] that claims to have more than there is, is sent what comes after', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const driver = await FaithfulDriver.on(ride, one.url);
    driver.send(ride.fixesAt(0, 1));
    await driver.settled();
    const follower = await ride.follow(other.url, { since: ride.startedAt + 2 });
    driver.send(ride.fixesAt(2));
    await driver.settled();
    driver.send(ride.fixesAt(3, 4));
    await follower.heardUpTo(ride.startedAt + 4);
    expect(follower.times).toEqual([ride.startedAt + 3, ride.startedAt + 4]);
  });

  test('[F4] of a trip in NEW hears events and no positions', async () => {
    const { one, other } = nodes();
    const ride = await Ride.create(one.url);
    const follower = await ride.follow(other.url);
    const hello = (await follower.event('hello')).event;
    expect(hello).toMatchObject({ trip: { status: 'NEW' }, vehicle: { online: false } });
    const driver = await ride.drive();
    await follower.event('vehicle', ({ online }) => online === true);
    driver.sendFixes([{ latitude: 0, longitude: 0, time: Date.now() }]);
    await ride.become('ENROUTE_TO_PICKUP');
    await follower.event('trip', ({ trip }) => trip!.status === 'ENROUTE_TO_PICKUP');
    driver.sendFixes(ride.fixesAt(0));
    await follower.heardUpTo(ride.startedAt);
    expect(follower.times).toEqual([ride.startedAt]);
  });

  test.each([11, 12].flatMap((seed) => SUBPROTOCOLS.map(([name, offer]) => [name, seed, offer] as const)))(
    '[P2] %s: that comes and goes between nodes misses nothing and hears nothing twice (seed %i)',
    async (_name, seed, offer) => {
      const random = seededRandom(seed);
      const { one, other } = nodes();
      const ride = await Ride.start(one.url);
      const driver = await FaithfulDriver.on(ride, one.url);
      const heard: number[] = [];
      let follower: WireClient | undefined;
      for (let first = 0; first < 600; ) {
        const count = between(random, 1, 12);
        driver.send(ride.fixesAt(...numbers(count, first)));
        first += count;
        await pause(between(random, 0, 4)); // a driver's rhythm
        if (random() < 0.2) {
          follower?.drop();
          heard.push(...(follower?.times ?? []));
          const since = heard.at(-1);
          follower = await ride.follow(random() < 0.5 ? one.url : other.url, {
            ...offer,
            ...(since !== undefined && { since }),
          });
        }
      }
      await driver.settled();
      const missing = () => driver.times.length - heard.length - follower!.times.length;
      await follower!.heard.untilAll('the whole track', () => missing() <= 0);
      expect([...heard, ...follower!.times]).toEqual(driver.times);
    },
  );

  test('[P3] that reads nothing becomes a cursor: others hear at once, and it hears all once it reads', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const driver = await FaithfulDriver.on(ride, one.url);
    const slow = await ride.follow(other.url);
    const quick = await ride.follow(other.url);
    const fellBehind = () => metric(other.url, 'tripcast_followers_fell_behind_total');
    const before = await fellBehind();
    driver.send(ride.fixesAt(0));
    await Promise.all([slow, quick].map((follower) => follower.heardUpTo(ride.startedAt)));

    // Long trip events fill what the kernel holds, sooner than fixes would.
    slow.pause();
    const long = encodePolyline(
      numbers(2_900).map((point) => ({ latitude: 0, longitude: (point % 2) * 100 })),
    );
    let sent = 1;
    for (; (await fellBehind()) === before; sent++) {
      expect(sent).toBeLessThan(500);
      const { version } = await ride.change({ route: long });
      driver.send(ride.fixesAt(sent));
      await Promise.all([
        quick.event('trip', ({ trip }) => trip!.version === version),
        quick.heardUpTo(ride.startedAt + sent),
      ]);
    }
    const { version } = await ride.change({ route: encodePolyline([PLACE, PLACE]) });
    const sentAt = performance.now();
    driver.send(ride.fixesAt(...numbers(64, sent)));
    await quick.heardUpTo(ride.startedAt + sent + 63);
    expect(fairMs(sentAt)).toBeLessThan(1_000);
    expect(slow.times.length).toBeLessThan(sent);

    slow.resume();
    await slow.heardUpTo(driver.times.at(-1)!);
    expect(slow.times).toEqual(driver.times);
    expect(quick.times).toEqual(driver.times);
    await slow.event('trip', ({ trip }) => trip!.version === version);
    const versions = slow.events('trip').map(({ trip }) => trip!.version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    driver.send(ride.fixesAt(sent + 64));
    await slow.heardUpTo(ride.startedAt + sent + 64); // live again
  });
});

describeShortTracks();

function describeShortTracks(): void {
  let node: GatewayProcess;
  beforeAll(async () => {
    node = await GatewayProcess.start({ TRIPCAST_LIMIT_TRACK_FIXES: '100' });
  });
  afterAll(() => node.close());

  test('[S2] where the track was cut, `truncatedBefore` is the time of the first fix that is kept', async () => {
    const ride = await Ride.start(node.url);
    const driver = await FaithfulDriver.on(ride, node.url);
    for (const first of [0, 50, 100]) driver.send(ride.fixesAt(...numbers(50, first)));
    await driver.settled();
    const fresh = await ride.follow();
    await fresh.heardUpTo(driver.times.at(-1)!);
    expect(fresh.times).toEqual(driver.times.slice(50));
    expect(fresh.events('hello')[0]).toMatchObject({ truncatedBefore: driver.times[50] });
    const gone = await ride.follow(node.url, { since: driver.times[20]! });
    expect(gone.events('hello')[0]).toMatchObject({ truncatedBefore: driver.times[50] });
    const recent = await ride.follow(node.url, { since: driver.times[120]! });
    expect(recent.events('hello')[0]).not.toHaveProperty('truncatedBefore');
    await recent.heardUpTo(driver.times.at(-1)!);
    expect(recent.times).toEqual(driver.times.slice(121));
  });
}
