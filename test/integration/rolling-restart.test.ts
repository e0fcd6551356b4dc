// Three nodes are replaced one after the other while cars drive: nobody sees it.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { FaithfulRider, insist } from '../support/faithful-rider.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { numbers, Ride } from '../support/ride.ts';

const NODES = 3;
const RIDES = 8;
const EVERY_MS = 100;
/** What is promised of a rolling restart. */
const WITHOUT_FIXES_MS = 3_000;

jest.setTimeout(150_000);

test('[P2] [P5] [P6] a rolling restart under load: nobody is without fixes for more than 3 s, and nobody has a hole', async () => {
  const redis = await RedisServer.start();
  const start = () => GatewayProcess.start({ REDIS_URL: redis.url });
  const nodes = await Promise.all(numbers(NODES).map(start));
  const gone: GatewayProcess[] = [];
  try {
    let turn = 0;
    /** As a load balancer picks one: the nodes that are ready, in turn. */
    const anyUrl = () => nodes[turn++ % nodes.length]!.url;
    const cars = await Promise.all(
      numbers(RIDES).map(async () => {
        const ride = await Ride.start(anyUrl());
        const driver = await FaithfulDriver.on(ride, anyUrl());
        return { ride, driver, rider: await FaithfulRider.on(ride, anyUrl()) };
      }),
    );

    let over = false;
    const driving = cars.map(async ({ ride, driver, rider }) => {
      for (let next = 0; !over; next++) {
        if (driver.socket.isClosed) await insist(() => driver.comeBack(anyUrl()));
        if (rider.isAway) await insist(() => rider.comeBack(anyUrl()));
        driver.send(ride.fixesAt(next));
        await pause(EVERY_MS); // the driver's rhythm
      }
    });
    for (let index = 0; index < NODES; index++) {
      const fresh = await start();
      const [old] = nodes.splice(0, 1, fresh) as [GatewayProcess];
      nodes.push(nodes.shift()!);
      gone.push(old);
      old.terminate();
      expect(await old.exit).toEqual({ code: 0, signal: null });
    }
    over = true;
    await Promise.all(driving);
    const stoppedAt = performance.now();

    for (const { ride, driver, rider } of cars) {
      if (driver.socket.isClosed) await driver.comeBack(anyUrl());
      if (rider.isAway) await rider.comeBack(anyUrl());
      await driver.settled();
      await rider.hasHeard(driver.times.length);
      expect(rider.longestGapMs(stoppedAt)).toBeLessThan(WITHOUT_FIXES_MS);
      expect(rider.times).toEqual(driver.times);
      expect(await ride.track(anyUrl())).toEqual(driver.times);
      expect(driver.socket.events('refused')).toEqual([]);
    }
  } finally {
    await Promise.all([...nodes, ...gone].map((node) => node.close()));
    await redis.close();
  }
});
