// What others have tripped over (docs/pitfalls.md), where no other test walks into it by itself.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { NodePair } from '../support/nodes.ts';
import { between, seededRandom } from '../support/random.ts';
import { numbers, Ride } from '../support/ride.ts';
import { WireClient } from '../support/wire-client.ts';

let pair: NodePair;
beforeEach(async () => {
  pair = await NodePair.start();
});
afterEach(() => pair.close()); // throws when a node has logged a mistake of ours

test('[P2] a follower that comes back at once, to either node, always gets what it lacks, also when it had heard nothing', async () => {
  const { one, other } = pair;
  const ride = await Ride.start(one.url);
  const driver = await FaithfulDriver.on(ride, one.url);
  const heard: number[] = [];
  for (const round of numbers(60)) {
    driver.send(ride.fixesAt(round));
    const url = (round % 2 ? one : other).url + ride.followPath(heard.at(-1) ?? 0);
    const follower = await WireClient.open(url, ride.riderToken);
    if (round % 3 > 0) await follower.heardUpTo(ride.startedAt + round);
    follower.drop();
    heard.push(...follower.times);
  }
  expect(heard).toEqual(driver.times.filter((time) => time <= heard.at(-1)!));
  expect(heard.length).toBeGreaterThan(57);
});

test('[F1] [P2] followers that join while fixes are fanned out get each one once, in order', async () => {
  const { one, other } = pair;
  const ride = await Ride.start(one.url);
  const driver = await FaithfulDriver.on(ride, one.url);
  const followers: WireClient[] = [];
  const joins: Promise<void>[] = [];
  for (const sent of numbers(240)) {
    driver.send(ride.fixesAt(sent));
    if (sent % 8 > 0) continue;
    joins.push(ride.follow((sent % 16 ? one : other).url).then((follower) => void followers.push(follower)));
    await new Promise(setImmediate);
  }
  await Promise.all(joins);
  for (const follower of followers) {
    await follower.heardUpTo(ride.startedAt + 239);
    expect(follower.times).toEqual(driver.times);
  }
});

test('[P3] sockets that close while the node reads, publishes or takes over for them are not touched again (seed 51)', async () => {
  const random = seededRandom(51);
  const { one, other } = pair;
  const rides = [await Ride.start(one.url), await Ride.start(other.url)];
  for (const ride of rides) {
    const driver = await FaithfulDriver.on(ride, one.url);
    for (const part of numbers(10)) driver.send(ride.fixesAt(...numbers(60, part * 60)));
    await driver.settled();
  }
  const come = async (ride: Ride) => {
    for (const round of numbers(60)) {
      const url = (round % 2 ? one : other).url;
      const [path, token] =
        round % 4 ? [ride.followPath(), ride.riderToken] : [ride.drivePath(), ride.driverToken];
      const client = await WireClient.open(url + path, token).catch(() => undefined);
      client?.send(round % 5 ? new Uint8Array() : 'no JSON');
      for (let turns = between(random, 0, 5); turns > 0; turns--) await new Promise(setImmediate);
      client?.drop();
    }
  };
  await Promise.all(rides.flatMap((ride) => [come(ride), come(ride)]));
  for (const ride of rides) expect((await ride.track(other.url)).length).toBe(600);
});

test('[F1] [A3] a store that is emptied newest first moves nobody backwards: what is older is refused', async () => {
  const { one, other } = pair;
  const ride = await Ride.start(one.url);
  const [driver, follower] = [await ride.drive(one.url), await ride.follow(other.url)];
  for (const offset of [40, 30, 20, 10, 50]) driver.sendFixes(ride.fixesAt(offset));
  await follower.heardUpTo(ride.startedAt + 50);
  await driver.acknowledgedUpTo(ride.startedAt + 50);
  expect(follower.times.map((time) => time - ride.startedAt)).toEqual([40, 50]);
  expect(driver.events('refused')).toEqual(
    [30, 20, 10].map((offset) =>
      expect.objectContaining({ time: ride.startedAt + offset, code: 'fix_out_of_order' }),
    ),
  );
});
