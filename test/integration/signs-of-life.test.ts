// What happens with time: keep-alives, the pace, peers and nodes that die without a word. Each test waits as long as the
// promise it holds to its bound, so they wait together.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { fairMs, longestFairGapMs, OTHERS_WAIT_MS } from '../support/fair-time.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { HalfOpenProxy } from '../support/half-open-proxy.ts';
import { NodePair } from '../support/nodes.ts';
import { metric } from '../support/rest-client.ts';
import { Ride } from '../support/ride.ts';
import { JSON_FIXES, type WireClient } from '../support/wire-client.ts';

const DEAD_PEER_MS = 16_000;

jest.setTimeout(150_000);

let pair: NodePair;
beforeAll(async () => {
  pair = await NodePair.start();
});
afterAll(() => pair.close());

test.concurrent('[B3] whoever is sent nothing else for 4 s is sent an empty message, in +json too', async () => {
  const { one, other } = pair;
  const quiet = await Ride.create(one.url);
  const clients = await Promise.all([
    quiet.drive(one.url),
    quiet.follow(one.url),
    quiet.follow(other.url, JSON_FIXES),
  ]);
  const empties = (client: WireClient) => client.heard.seen.filter(({ kind }) => kind === 'empty').length;
  for (const client of clients) {
    await client.heard.untilAll('two empty messages', () => empties(client) >= 2);
    expect(longestFairGapMs(client.heard.seen.map(({ at }) => at))).toBeLessThan(
      4_000 + 500 + OTHERS_WAIT_MS,
    );
  }
});

test.concurrent('[B1] the pace: 1,000 ms within 1 s of the first follower, 5,000 ms after 15 s without any', async () => {
  const { one, other } = pair;
  const ride = await Ride.start(one.url);
  const driver = await ride.drive(one.url);
  expect(driver.events('hello')[0]).toMatchObject({ pace: { intervalMs: 5_000 } });
  const askedAt = performance.now();
  const follower = await ride.follow(other.url);
  const faster = await driver.event('pace');
  expect(faster.event.intervalMs).toBe(1_000);
  expect(fairMs(askedAt, faster.at)).toBeLessThan(1_000 + OTHERS_WAIT_MS);
  await follower.heard.untilAll('the pace in hello or in an event', () => paceHeard(follower) === 1_000);

  follower.drop();
  const leftAt = performance.now();
  const slower = await driver.event('pace', ({ intervalMs }) => intervalMs === 5_000, { withinMs: 45_000 });
  expect(slower.at - leftAt).toBeGreaterThan(10_000);
  expect(fairMs(leftAt, slower.at)).toBeLessThan(15_000 + 3_000); // a node stays subscribed a moment for those who come back
  const next = await ride.follow(one.url);
  expect(
    (
      await driver.event('pace', ({ intervalMs }) => intervalMs === 1_000, {
        from: driver.heard.seen.indexOf(slower),
      })
    ).event,
  ).toBeDefined();
  await next.heard.untilAll('the pace in hello or in an event', () => paceHeard(next) === 1_000);
});

test.concurrent('[B1] a driver who comes while somebody follows is asked for 1,000 ms at once', async () => {
  const { one, other } = pair;
  const ride = await Ride.start(one.url);
  await ride.follow(other.url);
  const driver = await ride.drive(one.url);
  await driver.heard.untilAll(
    'the faster pace',
    () => {
      const pace = driver.events('hello')[0]?.pace as { intervalMs: number } | undefined;
      return (
        pace?.intervalMs === 1_000 || driver.events('pace').some(({ intervalMs }) => intervalMs === 1_000)
      );
    },
    1_000 + OTHERS_WAIT_MS,
  );
});

test.concurrent('[B4] a driver that answers no ping is found within 16 s, and its riders are told', async () => {
  const { one, other } = pair;
  const proxy = await HalfOpenProxy.to(one.port);
  const ride = await Ride.start(one.url);
  await ride.drive(proxy.url);
  const follower = await ride.follow(other.url);
  proxy.lose();
  const lostAt = performance.now();
  const offline = await follower.event('vehicle', ({ online }) => online === false, { withinMs: 45_000 });
  expect(fairMs(lostAt, offline.at)).toBeLessThan(DEAD_PEER_MS + OTHERS_WAIT_MS);
  await proxy.close();
});

test.concurrent('[P4] a follower that answers no ping is gone within 16 s', async () => {
  const lonely = await GatewayProcess.start();
  try {
    const proxy = await HalfOpenProxy.to(lonely.port);
    const ride = await Ride.start(lonely.url);
    await ride.follow(proxy.url);
    const connections = () => metric(lonely.url, 'tripcast_connections{role="rider"}');
    expect(await connections()).toBe(1);
    proxy.lose();
    const lostAt = performance.now();
    while ((await connections()) > 0) {
      expect(fairMs(lostAt)).toBeLessThan(DEAD_PEER_MS + OTHERS_WAIT_MS);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await proxy.close();
  } finally {
    await lonely.close();
  }
});

test.concurrent("[P4] the driver's node is killed: its riders on other nodes hear that it is offline within 15 s", async () => {
  const doomed = await GatewayProcess.start({ REDIS_URL: pair.redis.url });
  const riders = await ridersOf(doomed);
  await doomed.kill();
  await expectToHearOffline(riders, performance.now());
});

test.concurrent('[P4] it is frozen: they hear so too, and, when it thaws, that the driver is back', async () => {
  const doomed = await GatewayProcess.start({ REDIS_URL: pair.redis.url });
  try {
    const riders = await ridersOf(doomed);
    const { ride, driver, follower } = riders[0]!;
    doomed.freeze();
    await expectToHearOffline(riders, performance.now());
    const heard = follower.heard.seen.length;
    doomed.thaw();
    expect((await driver.closed()).code).toBe(1012);
    await ride.drive(doomed.url);
    await follower.event('vehicle', ({ online }) => online === true, { from: heard });
  } finally {
    await doomed.close();
  }
});

interface Rider {
  ride: Ride;
  driver: WireClient;
  follower: WireClient;
}

/** A car on its way and one whose trip is still to begin, both driven on that node and followed on another. */
async function ridersOf(node: GatewayProcess): Promise<Rider[]> {
  const rides = [await Ride.start(pair.one.url), await Ride.create(pair.one.url)];
  return Promise.all(
    rides.map(async (ride) => {
      const driver = await ride.drive(node.url);
      const follower = await ride.follow(pair.other.url);
      await follower.heard.untilAll('that it is online', () => isOnline(follower));
      if (ride.trip.startedAt === undefined) return { ride, driver, follower };
      driver.sendFixes(ride.fixesAt(0));
      await follower.heardUpTo(ride.startedAt);
      return { ride, driver, follower };
    }),
  );
}

async function expectToHearOffline(riders: readonly Rider[], endedAt: number): Promise<void> {
  for (const { ride, follower } of riders) {
    const offline = await follower.event('vehicle', ({ online }) => online === false, { withinMs: 45_000 });
    expect(fairMs(endedAt, offline.at)).toBeLessThan(15_000 + OTHERS_WAIT_MS);
    const late = await ride.follow(pair.one.url);
    expect(late.events('hello')[0]).toMatchObject({ vehicle: { online: false } });
  }
}

function paceHeard(follower: WireClient): unknown {
  const hello = follower.events('hello')[0]?.vehicle as { paceMs: number } | undefined;
  return follower.events('vehicle').at(-1)?.paceMs ?? hello?.paceMs;
}

function isOnline(follower: WireClient): boolean {
  const hello = follower.events('hello')[0]?.vehicle as { online: boolean } | undefined;
  return follower.events('vehicle').at(-1)?.online ?? hello?.online ?? false;
}
