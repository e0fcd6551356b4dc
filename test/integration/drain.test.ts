// SIGTERM: a node leaves politely.
import { expect, test } from '@jest/globals';
import { fairMs } from '../support/fair-time.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { NodePair } from '../support/nodes.ts';
import { rest } from '../support/rest-client.ts';
import { numbers, Ride } from '../support/ride.ts';
import { HandshakeRefused, WireClient } from '../support/wire-client.ts';

const RESTARTING = { code: 1012, reason: 'node restarting' };

test('[P6] every socket is closed with 1012 within the drain window, what was stored is acknowledged first, exit code 0', async () => {
  const pair = await NodePair.start();
  try {
    const { one, other } = pair;
    const rides = await Promise.all(numbers(10).map(() => Ride.start(one.url)));
    const drivers = await Promise.all(rides.map((ride) => FaithfulDriver.on(ride, one.url)));
    const followers = await Promise.all(rides.map((ride) => ride.follow(one.url)));
    const staying = await rides[0]!.follow(other.url);
    for (const [index, driver] of drivers.entries()) driver.send(rides[index]!.fixesAt(...numbers(20)));
    one.terminate();
    const toldAt = performance.now();
    const closes = await Promise.all(
      [...drivers.map(({ socket }) => socket), ...followers].map((client) => client.closed()),
    );
    expect(closes).toEqual(closes.map(() => expect.objectContaining(RESTARTING)));
    expect(fairMs(toldAt)).toBeLessThan(10_000);
    expect(await one.exit).toEqual({ code: 0, signal: null });

    for (const [index, driver] of drivers.entries()) {
      const stored = await rides[index]!.track(other.url);
      expect(driver.times.filter((time) => time <= driver.acknowledged)).toEqual(stored);
    }
    await staying.event('vehicle', ({ online }) => online === false);
    await drivers[0]!.comeBack(other.url);
    await drivers[0]!.settled();
    await staying.heardUpTo(drivers[0]!.times.at(-1)!);
    expect(staying.times).toEqual(drivers[0]!.times);
  } finally {
    await pair.close();
  }
});

test('[P6] [P7] while Redis hangs, and drivers wait for it, a node leaves all the same, in time', async () => {
  const drainMs = 2_000;
  const pair = await NodePair.start({ TRIPCAST_DRAIN_MS: String(drainMs) });
  try {
    const { one, redis } = pair;
    const rides = await Promise.all(numbers(10).map(() => Ride.start(one.url)));
    const drivers = await Promise.all(rides.map((ride) => FaithfulDriver.on(ride, one.url)));
    const followers = await Promise.all(rides.map((ride) => ride.follow(one.url)));
    redis.freeze();
    for (const [index, driver] of drivers.entries()) driver.send(rides[index]!.fixesAt(...numbers(20)));
    one.terminate();
    const toldAt = performance.now();
    for (const client of [...drivers.map(({ socket }) => socket), ...followers]) {
      expect(await client.closed()).toMatchObject(RESTARTING);
    }
    expect(drivers.map(({ acknowledged }) => acknowledged)).toEqual(drivers.map(() => 0));
    expect(await one.exit).toEqual({ code: 0, signal: null });
    expect(fairMs(toldAt)).toBeLessThan(drainMs + 10_000);
  } finally {
    await pair.close();
  }
});

test('[P6] while it drains a node is not ready, takes no socket (503, Retry-After), and answers REST', async () => {
  const node = await GatewayProcess.start({ TRIPCAST_DRAIN_MS: '3000' });
  try {
    const ride = await Ride.start(node.url);
    const followers = await Promise.all(numbers(100).map(() => ride.follow()));
    expect((await rest(node.url, '/readyz')).status).toBe(200);
    node.terminate();
    await followers[0]!.closed(); // the others are still open
    expect(await rest(node.url, '/readyz')).toMatchObject({
      status: 503,
      body: { detail: 'the node is draining' },
    });
    expect((await rest(node.url, '/healthz')).status).toBe(200);
    expect((await rest(node.url, `/v1/trips/${ride.id}`)).status).toBe(200);
    const refused = await WireClient.open(node.url + ride.drivePath(), ride.driverToken).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(HandshakeRefused);
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    });
    await Promise.all(followers.map((follower) => follower.closed()));
    expect((await node.exit).code).toBe(0);
  } finally {
    await node.close();
  }
});

test('[P6] told to stop as soon as it is ready a node leaves politely, and a second SIGTERM changes nothing', async () => {
  const node = await GatewayProcess.start();
  node.terminate();
  node.terminate();
  expect(await node.exit).toEqual({ code: 0, signal: null });
});
