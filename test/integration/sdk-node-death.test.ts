// The SDK's followers when their node dies or hangs: they find out, and come back by themselves, through a load balancer.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ConnectionState, followTrip, type WebSocketConstructor } from '@tripcast/client';
import { TIMING } from '@tripcast/protocol';
import { WebSocket } from 'ws';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { Balancer } from '../support/balancer.ts';
import { eventually } from '../support/eventually.ts';
import { fairMs, OTHERS_WAIT_MS } from '../support/fair-time.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { numbers, Ride } from '../support/ride.ts';

const FOLLOWERS = 20;
const FIX_EVERY_MS = 100;
/** A balancer finds out about a node that hangs by its own checks; that one is dead, by the first connection. */
const HEALTH_CHECK_MS = 2_000;

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.close());

/** An app that follows, and what it was told. */
function follow(ride: Ride, url: string) {
  const times: number[] = [];
  const states: { state: ConnectionState; at: number }[] = [];
  const following = followTrip({
    url,
    tripId: ride.id,
    token: ride.riderToken,
    platform: { WebSocket: WebSocket as unknown as WebSocketConstructor },
  });
  following.subscribe((event) => {
    if (event.type === 'fixes') times.push(...event.fixes.map((fix) => fix.time));
    if (event.type === 'connection') states.push({ state: event.connection, at: performance.now() });
  });
  return { following, times, states };
}

test.each<[string, (node: GatewayProcess) => unknown, number, number, number]>([
  ['[P5] is killed', (node) => node.kill(), 0, 1_000, 5_000],
  // Knows, then backs off for half a second at the most, and connects.
  [
    '[P4] hangs',
    (node) => node.freeze(),
    HEALTH_CHECK_MS,
    TIMING.silenceLimitMs,
    TIMING.silenceLimitMs + 5_000,
  ],
])(
  "a follower of the SDK's whose node %s knows, and has the whole track on another",
  async (_how, befall, noticedAfterMs, knowsWithinMs, wholeWithinMs) => {
    const balancer = await Balancer.start();
    const start = () => GatewayProcess.start({ REDIS_URL: redis.url });
    const [doomed, other] = await Promise.all([start(), start()]);
    let driving: NodeJS.Timeout | undefined;
    const apps: ReturnType<typeof follow>[] = [];
    try {
      const ride = await Ride.start(other.url);
      const driver = await FaithfulDriver.on(ride, other.url);
      let next = 0;
      driving = setInterval(() => {
        next += FIX_EVERY_MS;
        driver.send(ride.fixesAt(next));
      }, FIX_EVERY_MS);
      balancer.add(doomed);
      apps.push(...numbers(FOLLOWERS).map(() => follow(ride, balancer.url)));
      await eventually('followers with fixes', () => apps.every(({ times }) => times.length > 5));
      balancer.add(other);
      const told = apps.map(({ states }) => states.length);
      const befellAt = performance.now();
      await befall(doomed);
      setTimeout(() => balancer.remove(doomed), noticedAfterMs);

      const later = (app: (typeof apps)[number], index: number) => app.states.slice(told[index]);
      await eventually(
        'all to know',
        () => apps.every((app, index) => later(app, index).some(({ state }) => state === 'reconnecting')),
        knowsWithinMs + OTHERS_WAIT_MS,
      );
      await eventually(
        'all to have everything',
        () => {
          const newest = driver.acknowledged;
          return apps.every(
            ({ following, times }) => following.connection === 'live' && times.at(-1)! >= newest,
          );
        },
        wholeWithinMs + OTHERS_WAIT_MS - fairMs(befellAt),
      );
      clearInterval(driving);
      await driver.settled();
      await eventually('the last fix', () => apps.every(({ times }) => times.at(-1) === driver.times.at(-1)));
      for (const { times } of apps) expect(times).toEqual(driver.times);
    } finally {
      clearInterval(driving);
      for (const { following } of apps) following.close();
      await Promise.all([doomed, other].map((node) => node.close()));
      await balancer.close();
    }
  },
  90_000,
);
