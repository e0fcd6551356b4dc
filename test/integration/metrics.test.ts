// What a node measures is what has happened: counted from outside, and compared.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { LossyProxy } from '../../server/test/contract/lossy-proxy.ts';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { FaithfulDriver } from '../support/faithful-driver.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { NodePair } from '../support/nodes.ts';
import { numbers, Ride } from '../support/ride.ts';
import { Scrape } from '../support/scrape.ts';
import { HandshakeRefused, WireClient } from '../support/wire-client.ts';

jest.setTimeout(90_000);

let pair: NodePair;
beforeAll(async () => {
  pair = await NodePair.start();
});
afterAll(() => pair.close());

test('[P1] [P2] what drivers send, and what followers are sent, is counted to the fix', async () => {
  const { one } = pair;
  const ride = await Ride.start(one.url);
  const driver = await FaithfulDriver.on(ride, one.url);
  const [quick, other] = await Promise.all([ride.follow(one.url), ride.follow(one.url)]);
  await driver.socket.event('pace', ({ intervalMs }) => intervalMs === 1_000);
  const before = await Scrape.of(one.url);

  const everybodyHears = (offset: number) =>
    Promise.all([quick, other].map((follower) => follower.heardUpTo(ride.startedAt + offset)));
  for (const offset of numbers(16)) {
    driver.send(ride.fixesAt(offset));
    await everybodyHears(offset);
  }
  driver.send([...ride.fixesAt(16), { ...ride.fixesAt(17)[0]!, time: Date.now() + 60_000 }]);
  await everybodyHears(16);
  await driver.socket.event('refused');
  await driver.socket.acknowledgedUpTo(ride.startedAt + 16);
  driver.send(ride.fixesAt(15)); // once more
  await driver.socket.event('ack', () => true, { from: driver.socket.heard.seen.length });
  other.drop();
  const back = await ride.follow(one.url, { since: ride.startedAt + 9 });
  await back.heardUpTo(ride.startedAt + 16);
  await until(async () => (await Scrape.of(one.url)).value('connections{role="rider"}') === 2);

  const after = await Scrape.of(one.url);
  const counters = after.since(before, [
    'fixes_received_total',
    'fixes_stored_total',
    'fixes_refused_total{code="fix_from_future"}',
    'ack_delay_seconds_count',
    'fixes_delivered_total{from="live"}',
    'fixes_delivered_total{from="track"}',
    'fixes_dropped_total',
    'resume_gap_fixes_count',
    'resume_gap_fixes_sum',
    'fix_age_at_delivery_seconds_count',
    'publish_to_deliver_seconds_count',
    'holes_found_total',
    'connections_opened_total{role="rider"}',
    'closes_total{role="rider",code="1006"}',
  ]);
  const acks = () => driver.socket.events('ack').length;
  await driver.socket.heard.untilAll('each ack', () => acks() >= counters.ack_delay_seconds_count!);
  expect(counters).toEqual({
    fixes_received_total: 19,
    fixes_stored_total: 17,
    'fixes_refused_total{code="fix_from_future"}': 1,
    ack_delay_seconds_count: acks(),
    'fixes_delivered_total{from="live"}': 34,
    'fixes_delivered_total{from="track"}': 7,
    fixes_dropped_total: 0,
    resume_gap_fixes_count: 1,
    resume_gap_fixes_sum: 7,
    fix_age_at_delivery_seconds_count: 34,
    publish_to_deliver_seconds_count: 2, // of 17 messages: one in 16
    holes_found_total: 0,
    'connections_opened_total{role="rider"}': 1,
    'closes_total{role="rider",code="1006"}': 1,
  });
  expect(after.value('connections{role="driver"}')).toBe(1);
  expect(after.value('connections{role="rider"}')).toBe(2);
  expect(after.value('followed_trips')).toBe(1);
  expect(after.value('fixes_waiting')).toBe(0);
});

test('[D4] [P5] takeovers, closes and refused handshakes are counted by how and why', async () => {
  const { one, other } = pair;
  const ride = await Ride.start(one.url);
  const before = await Scrape.of(one.url);
  const older = await ride.drive(one.url);
  await ride.drive(other.url);
  await older.closed();
  for (const path of [ride.followPath(), '/v1/trips/nobody/follow']) {
    await expect(WireClient.open(one.url + path, ride.driverToken)).rejects.toThrow(HandshakeRefused);
  }
  const names = [
    'takeovers_total{notice="note"}',
    'closes_total{role="driver",code="4009"}',
    'handshakes_refused_total{code="forbidden"}',
  ];
  await until(async () => (await Scrape.of(one.url)).value(names[1]!) > before.value(names[1]!));
  expect((await Scrape.of(one.url)).since(before, names)).toEqual({
    [names[0]!]: 1,
    [names[1]!]: 1,
    [names[2]!]: 2,
  });
});

test('[P7] Redis, its canaries and subscriptions are told as they are', async () => {
  const redis = await RedisServer.start();
  const proxy = await LossyProxy.to(redis.port);
  const node = await GatewayProcess.start({ REDIS_URL: proxy.url });
  const server = new URL(proxy.url).host;
  try {
    await until(async () => (await Scrape.of(node.url)).value('canary_delay_seconds_count') >= 2);
    const well = await Scrape.of(node.url);
    expect(well.value('backend_up')).toBe(1);
    expect(well.value(`redis_up{server="${server}"}`)).toBe(1);
    expect(well.value('canaries_missed_total')).toBeLessThan(well.value('canary_delay_seconds_count'));
    expect(Math.abs(well.value(`redis_clock_offset_seconds{server="${server}"}`))).toBeLessThan(2);

    proxy.deafen();
    const { rebuilt, missed } = canariesOf(well);
    await until(async () => canariesOf(await Scrape.of(node.url)).rebuilt > rebuilt);
    await until(
      async () =>
        (await Scrape.of(node.url)).value('resubscriptions_total') > well.value('resubscriptions_total'),
    );
    expect(canariesOf(await Scrape.of(node.url)).missed).toBeGreaterThanOrEqual(missed + 3);

    await redis.kill();
    await until(async () => (await Scrape.of(node.url)).value('backend_up') === 0);
    expect((await Scrape.of(node.url)).value(`redis_up{server="${server}"}`)).toBe(0);
  } finally {
    await node.close();
    await proxy.close();
    await redis.close();
  }
});

test('[P6] a drain is seen', async () => {
  const node = await GatewayProcess.start();
  try {
    expect((await Scrape.of(node.url)).value('draining')).toBe(0);
    const ride = await Ride.start(node.url);
    await Promise.all(numbers(20).map(() => ride.follow())); // whom it sends away one by one
    node.terminate();
    await until(async () => (await Scrape.of(node.url)).value('draining') === 1);
  } finally {
    await node.close();
  }
});

function canariesOf(scrape: Scrape): { rebuilt: number; missed: number } {
  return {
    rebuilt: scrape.value('subscribers_rebuilt_total'),
    missed: scrape.value('canaries_missed_total'),
  };
}

/** Asks until the answer is yes: measurements tell nobody when they change. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('it did not come about');
    await pause(50);
  }
}
