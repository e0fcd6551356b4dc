// Nodes are killed or frozen without a word: nothing that was acknowledged is lost, and any other node will do.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { fairMs } from '../support/fair-time.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { untilReady } from '../support/nodes.ts';
import { between, seededRandom } from '../support/random.ts';
import { numbers, Ride } from '../support/ride.ts';
import { JSON_FIXES, type Offer } from '../support/wire-client.ts';

let redis: RedisServer;
let one: GatewayProcess;
let other: GatewayProcess;

beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.close());
beforeEach(async () => {
  const start = () => GatewayProcess.start({ REDIS_URL: redis.url });
  [one, other] = await Promise.all([start(), start()]);
});
afterEach(async () => {
  await Promise.all([one.close(), other.close()]);
});

test.each([1, 2, 3])(
  "[P1] the driver's node is killed: the track is all that was sent, once, in order (seed %i)",
  async (seed) => {
    const random = seededRandom(seed);
    const ride = await Ride.start(one.url);
    const driver = await FaithfulDriver.on(ride, one.url);
    const follower = await ride.follow(other.url);
    const killAt = between(random, 50, 450);
    let next = 0;
    while (next < killAt) next = await sendSome(driver, ride, next, random);
    await one.kill();
    expect((await driver.socket.closed()).code).toBe(1006);

    const stored = new Set(await ride.track(other.url));
    expect(driver.times.filter((time) => time <= driver.acknowledged && !stored.has(time))).toEqual([]);
    await driver.comeBack(other.url);
    while (next < 500) next = await sendSome(driver, ride, next, random);
    await driver.settled();
    expect(driver.socket.events('refused')).toEqual([]);
    expect(await ride.track(other.url)).toEqual(driver.times);
    await follower.heardUpTo(driver.times.at(-1)!);
    expect(follower.times).toEqual(driver.times);
  },
);

test.each([4, 5])(
  '[P1] Redis is killed and comes back: nothing acknowledged is missing, and the rest follows in order (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const ride = await Ride.start(one.url);
    const driver = await FaithfulDriver.on(ride, one.url);
    const follower = await ride.follow(other.url);
    let next = 0;
    while (next < 200) next = await sendSome(driver, ride, next, random);
    await redis.kill();
    const { acknowledged } = driver;
    while (next < 400) next = await sendSome(driver, ride, next, random);
    await redis.start();
    await driver.settled();
    await untilReady([one, other]);
    const track = await ride.track(other.url);
    expect(track.filter((time) => time <= acknowledged)).toEqual(
      driver.times.filter((time) => time <= acknowledged),
    );
    expect(track).toEqual(driver.times);
    await follower.heardUpTo(driver.times.at(-1)!);
    expect(follower.times).toEqual(driver.times);
  },
);

test.each<[string, number, Offer]>([
  ['tripcast.v1', 6, {}],
  ['tripcast.v1+json', 7, JSON_FIXES],
])(
  "[P5] %s: the follower's node is killed: its track is whole on the other within 5 s (seed %i)",
  async (_name, seed, offer) => {
    const random = seededRandom(seed);
    const ride = await Ride.start(one.url);
    const driver = await FaithfulDriver.on(ride, other.url);
    const before = await ride.follow(one.url, offer);
    let next = 0;
    while (next < 200) next = await sendSome(driver, ride, next, random);
    await one.kill();
    const killedAt = performance.now();
    await before.closed();
    while (next < 300) next = await sendSome(driver, ride, next, random);
    const after = await ride.follow(other.url, { ...offer, since: before.times.at(-1) ?? 0 });
    await after.heardUpTo(driver.times.at(-1)!);
    expect(fairMs(killedAt)).toBeLessThan(5_000);
    expect([...before.times, ...after.times]).toEqual(driver.times);
  },
);

test("[P4] a node that is killed and comes back under its name within a moment: its driver's absence is told within 16 s", async () => {
  const named = { REDIS_URL: redis.url, TRIPCAST_NODE: 'gateway-1' };
  const first = await GatewayProcess.start(named);
  const ride = await Ride.start(one.url);
  const driver = await ride.drive(first.url);
  const follower = await ride.follow(one.url);
  driver.sendFixes(ride.fixesAt(0));
  await follower.heardUpTo(ride.startedAt);
  await first.kill();
  const second = await GatewayProcess.start(named);
  try {
    await follower.event('vehicle', ({ online }) => online === false, { withinMs: 16_000 });
  } finally {
    await second.close();
  }
});

test('[D4] a newer connection closes the older with 4009, on whatever node; the session never goes back', async () => {
  const ride = await Ride.start(one.url);
  const follower = await ride.follow(one.url);
  const first = await ride.drive(one.url);
  const second = await ride.drive(other.url);
  expect(await first.closed()).toMatchObject({ code: 4009, reason: 'this vehicle connected elsewhere' });
  const third = await ride.drive(other.url);
  expect((await second.closed()).code).toBe(4009);
  const fourth = await ride.drive(one.url);
  expect((await third.closed()).code).toBe(4009);
  fourth.sendFixes(ride.fixesAt(0));
  await fourth.acknowledgedUpTo(ride.startedAt);
  // The older ones' farewells came after the newer ones' arrivals: the rider must not take them for the vehicle's.
  expect(follower.events('vehicle').filter(({ online }) => !online)).toEqual([]);
  const late = await ride.follow(other.url);
  expect(late.events('hello')[0]).toMatchObject({ vehicle: { online: true } });
});

test('[P5] a frozen node that thaws writes nothing more of a driver who has gone elsewhere: 4009', async () => {
  const ride = await Ride.start(one.url);
  const first = await ride.drive(one.url);
  const follower = await ride.follow(other.url);
  first.sendFixes(ride.fixesAt(0));
  await first.acknowledgedUpTo(ride.startedAt);
  one.freeze();
  first.sendFixes(ride.fixesAt(...numbers(10, 100)));
  const second = await ride.drive(other.url);
  second.sendFixes(ride.fixesAt(1, 2));
  await second.acknowledgedUpTo(ride.startedAt + 2);
  one.thaw();
  expect((await first.closed()).code).toBe(4009);
  expect(first.acknowledged).toBe(ride.startedAt);
  second.sendFixes(ride.fixesAt(3));
  await second.acknowledgedUpTo(ride.startedAt + 3);
  await follower.heardUpTo(ride.startedAt + 3);
  expect(follower.times).toEqual(numbers(4, ride.startedAt));
  expect(await ride.track(one.url)).toEqual(numbers(4, ride.startedAt));
});

/** Sends 1 to 8 fixes, one ms apart, from offset `next` on, in a driver's uneven rhythm. Resolves to the next offset. */
async function sendSome(
  driver: FaithfulDriver,
  ride: Ride,
  next: number,
  random: () => number,
): Promise<number> {
  const count = between(random, 1, 8);
  driver.send(ride.fixesAt(...numbers(count, next)));
  await pause(between(random, 0, 4));
  return next + count;
}
