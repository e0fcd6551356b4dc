// How many may come, and how often: each limit with its answer and its measurement.
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { dial, readHead } from '../support/raw-socket.ts';
import { metric, rest } from '../support/rest-client.ts';
import { numbers, Ride } from '../support/ride.ts';
import { operatorToken } from '../support/tokens.ts';
import { HandshakeRefused, WireClient } from '../support/wire-client.ts';

let node: GatewayProcess;
afterEach(() => node.close());

const from = (...addresses: string[]) => ({ headers: { 'x-forwarded-for': addresses.join(', ') } });
const limited = (limit: string) => metric(node.url, `tripcast_limits_met_total{limit="${limit}"}`);

/** The status of a handshake; 101 when it became a socket, which stays open. */
async function statusOf(path: string, bearer: string | undefined, offer = {}): Promise<number> {
  const outcome = await WireClient.open(node.url + path, bearer, offer).catch((error: unknown) => error);
  if (outcome instanceof WireClient) return 101;
  if (outcome instanceof HandshakeRefused) return outcome.status;
  throw outcome;
}

/** Asks again until it is that: a socket's end takes a moment to be seen at the other side. */
async function untilStatus(wanted: number, ask: () => Promise<number>): Promise<void> {
  let status = await ask();
  while (status !== wanted) {
    expect([429, 503]).toContain(status);
    status = await ask();
  }
}

/** Asks ten times at once: so many tries don't come back while that takes. Resolves when one of them was refused for it. */
async function untilRefused(ask: () => Promise<number>): Promise<void> {
  let statuses: number[] = [];
  for (let round = 0; round < 10 && !statuses.includes(429); round++) {
    statuses = await Promise.all(numbers(10).map(ask));
  }
  expect(statuses).toContain(429);
}

describe('[P8] a node', () => {
  test('that is full answers 503 with Retry-After, and takes the next when one has left', async () => {
    node = await GatewayProcess.start({ TRIPCAST_LIMIT_SOCKETS_PER_NODE: '3' });
    const ride = await Ride.start(node.url);
    const [first] = [await ride.follow(), await ride.follow(), await ride.drive()];
    const refused = await ride.follow().catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await limited('node_sockets')).toBe(1);
    expect(await metric(node.url, 'tripcast_sockets')).toBe(3);
    first.drop();
    await untilStatus(101, () => statusOf(ride.followPath(), ride.riderToken));
  });

  test('counts a socket once, however it ends: refused, aborted, closed, cut', async () => {
    node = await GatewayProcess.start();
    const ride = await Ride.start(node.url);
    for (const _ of numbers(5)) {
      expect(await statusOf(ride.followPath(), 'nonsense')).toBe(401);
      expect(await statusOf('/v1/trips/nowhere/follow', ride.riderToken)).toBe(403);
      (await ride.follow()).drop();
      (await ride.drive()).send('no JSON');
    }
    let present = await metric(node.url, 'tripcast_sockets');
    while (present !== 0) present = await metric(node.url, 'tripcast_sockets');
  });

  test('with few files takes fewer sockets than it is told, and says so', async () => {
    node = await GatewayProcess.start({}, { openFiles: 300 });
    const line = node.log.seen.find(({ msg }) => msg.startsWith('only 300 files may be open'));
    expect(line).toMatchObject({ sockets: 44 });
    const ride = await Ride.start(node.url);
    for (const _ of numbers(44)) await ride.follow();
    expect(await statusOf(ride.followPath(), ride.riderToken)).toBe(503);
    expect((await rest(node.url, '/healthz')).status).toBe(200); // there are files left to say so
  });
});

describe('[P8] an address', () => {
  test('has so many sockets, by what the trusted proxy says; then 429', async () => {
    node = await GatewayProcess.start({
      TRIPCAST_TRUSTED_PROXY_HOPS: '1',
      TRIPCAST_LIMIT_SOCKETS_PER_ADDRESS: '2',
    });
    const { followPath, riderToken } = await startedRide();
    const ask = (...addresses: string[]) => statusOf(followPath, riderToken, from(...addresses));
    expect(await ask('203.0.113.7')).toBe(101);
    expect(await ask('9.9.9.9', '203.0.113.7')).toBe(101);
    expect(await ask('8.8.8.8', '203.0.113.7')).toBe(429);
    expect(await ask('203.0.113.8')).toBe(101);
    expect(await ask('2001:db8:1:2::1')).toBe(101);
    expect(await ask('2001:db8:1:2::2')).toBe(101);
    expect(await ask('2001:db8:1:2:ffff::3')).toBe(429);
    expect(await ask('2001:db8:1:3::1')).toBe(101);
    expect(await limited('address_sockets')).toBe(2);
  });

  test('is the one in the last of several X-Forwarded-For headers', async () => {
    node = await GatewayProcess.start({
      TRIPCAST_TRUSTED_PROXY_HOPS: '1',
      TRIPCAST_LIMIT_SOCKETS_PER_ADDRESS: '1',
    });
    const { followPath, riderToken } = await startedRide();
    const twice = (madeUp: string) => ({ headers: { 'x-forwarded-for': [madeUp, '203.0.113.7'] as never } });
    expect(await statusOf(followPath, riderToken, twice('1.1.1.1'))).toBe(101);
    expect(await statusOf(followPath, riderToken, twice('2.2.2.2'))).toBe(429);
  });

  test('without a trusted proxy is the peer, whatever it says', async () => {
    node = await GatewayProcess.start({ TRIPCAST_LIMIT_SOCKETS_PER_ADDRESS: '1' });
    const { followPath, riderToken } = await startedRide();
    expect(await statusOf(followPath, riderToken, from('203.0.113.7'))).toBe(101);
    expect(await statusOf(followPath, riderToken, from('203.0.113.8'))).toBe(429);
  });

  test('of a private network is not limited unless that is asked for: proxies and load tests come from there', async () => {
    node = await GatewayProcess.start();
    const ride = await Ride.start(node.url);
    const clients = await Promise.all(numbers(1_100).map(() => ride.follow()));
    expect(clients).toHaveLength(1_100);
    for (const client of clients) client.drop();
  });

  test('that guesses tokens is told 429 after so many, by sockets and by calls; others are not', async () => {
    node = await GatewayProcess.start({
      TRIPCAST_TRUSTED_PROXY_HOPS: '1',
      TRIPCAST_LIMIT_ADDRESS_TRIES_PER_SECOND: '1',
      TRIPCAST_LIMIT_ADDRESS_TRY_BURST: '6',
    });
    const { path, followPath, riderToken } = await startedRide();
    const guess = async (address: string, token: string = randomUUID()) =>
      (await rest(node.url, path, { token, ...from(address) })).status;
    for (const _ of numbers(3)) {
      expect(await guess('203.0.113.7')).toBe(401);
      expect(await statusOf(followPath, randomUUID(), from('203.0.113.7'))).toBe(401);
    }
    await untilRefused(() => guess('203.0.113.7'));
    await untilRefused(() => statusOf(followPath, riderToken, from('203.0.113.7')));
    expect(await limited('address_tries')).toBeGreaterThan(0);
    expect(await statusOf(followPath, riderToken, from('203.0.113.8'))).toBe(101);
    expect(await guess('203.0.113.8', operatorToken())).toBe(200);
  });

  async function startedRide() {
    const ride = await Ride.start(node.url);
    return { path: `/v1/trips/${ride.id}`, followPath: ride.followPath(), riderToken: ride.riderToken };
  }
});

test('[P8] a trip has so many followers on a node, however many come at once; then 429', async () => {
  const redis = await RedisServer.start();
  try {
    node = await GatewayProcess.start({ REDIS_URL: redis.url, TRIPCAST_LIMIT_FOLLOWERS_PER_TRIP: '10' });
    const ride = await Ride.start(node.url);
    const tries = numbers(50).map(() => ride.follow().catch((error: unknown) => error));
    const outcomes = await Promise.all(tries);
    const [first, ...others] = outcomes.filter((outcome) => outcome instanceof WireClient);
    expect(others).toHaveLength(9);
    const refused = outcomes.filter((outcome) => outcome instanceof HandshakeRefused);
    expect(refused.map(({ status }) => status)).toEqual(numbers(40).map(() => 429));
    expect(await limited('trip_followers')).toBe(40);
    first!.drop();
    await untilStatus(101, () => statusOf(ride.followPath(), ride.riderToken));
    expect(await statusOf(ride.followPath(), ride.riderToken)).toBe(429);
  } finally {
    await node.close();
    await redis.close();
  }
});

test('[P8] a node holds so many bytes of bodies at once; then 503, until there is room', async () => {
  node = await GatewayProcess.start({ TRIPCAST_LIMIT_BODY_BYTES_PER_NODE: '100000' });
  const post = async (sent: string) => {
    const socket = await dial(node.port);
    const lines = ['POST /v1/trips HTTP/1.1', 'Host: a', `Authorization: Bearer ${operatorToken()}`];
    socket.write([...lines, 'Content-Length: 60000', '', sent].join('\r\n'));
    return socket;
  };
  const body = 'x'.repeat(60_000);
  const first = await post(body.slice(1));
  const refused = (await readHead(await post(body.slice(1)))).head;
  expect(refused).toMatch(/^HTTP\/1.1 503 /);
  expect(refused).toMatch(/retry-after: 1/i);
  expect(await limited('node_bodies')).toBe(1);
  first.write('x');
  expect((await readHead(first)).head).toMatch(/^HTTP\/1.1 400 /);
  const after = await post(body);
  expect((await readHead(after)).head).toMatch(/^HTTP\/1.1 400 /);
  expect(await limited('node_bodies')).toBe(1);
});

test('[D4] a vehicle may connect so often, then 429: a takeover is work for every node that follows', async () => {
  node = await GatewayProcess.start({
    TRIPCAST_LIMIT_VEHICLE_TRIES_PER_SECOND: '1',
    TRIPCAST_LIMIT_VEHICLE_TRY_BURST: '5',
  });
  const [ride, other] = [await Ride.start(node.url), await Ride.start(node.url)];
  for (const _ of numbers(5)) expect(await statusOf(ride.drivePath(), ride.driverToken)).toBe(101);
  await untilRefused(() => statusOf(ride.drivePath(), ride.driverToken));
  expect(await limited('vehicle_tries')).toBeGreaterThan(0);
  expect(await statusOf(other.drivePath(), other.driverToken)).toBe(101);
});

describe('[C1] a socket that sends more than so many messages without a fix is closed with 4100', () => {
  const env = { TRIPCAST_LIMIT_MESSAGES_PER_SECOND: '1', TRIPCAST_LIMIT_MESSAGE_BURST: '10' };

  test.each<[string, (client: WireClient) => void]>([
    ['empty ones', (client) => client.send(new Uint8Array())],
    ['events that nobody knows', (client) => client.send('{"type":"hum"}')],
    ['pings', (client) => client.ping()],
    ['pongs that nobody asked for', (client) => client.pong()],
  ])('%s', async (_, talk) => {
    node = await GatewayProcess.start(env);
    const ride = await Ride.start(node.url);
    for (const client of [await ride.drive(), await ride.follow()]) {
      for (const __ of numbers(10)) talk(client);
      expect(client.heard.seen.some(({ kind }) => kind === 'closed')).toBe(false);
      for (const __ of numbers(20)) talk(client);
      expect(await client.closed()).toMatchObject({ code: 4100 });
    }
    expect(await limited('socket_messages')).toBe(2);
  });
});

test('[W5] how old a fix may be, and how far ahead, can be set', async () => {
  node = await GatewayProcess.start({
    TRIPCAST_LIMIT_FIX_AHEAD_MS: '1000',
    TRIPCAST_LIMIT_FIX_BEHIND_MS: '60000',
  });
  const driver = await (await Ride.start(node.url)).drive();
  const now = Date.now();
  const fix = { latitude: 0, longitude: 0 };
  driver.sendFixes([
    { ...fix, time: now - 70_000 },
    { ...fix, time: now + 60_000 },
    { ...fix, time: now - 5_000 },
  ]);
  await driver.acknowledgedUpTo(now - 5_000);
  expect(driver.events('refused').map(({ code }) => code)).toEqual(['fix_too_old', 'fix_from_future']);
});

test('[W2] how long a message may be can be set', async () => {
  node = await GatewayProcess.start({ TRIPCAST_LIMIT_MESSAGE_BYTES: '2000' });
  const event = (bytes: number) =>
    JSON.stringify({ type: 'x', of: '' }).replace('""', `"${'y'.repeat(bytes - 20)}"`);
  const driver = await (await Ride.start(node.url)).drive();
  driver.send(event(2_000));
  driver.send(event(2_001));
  expect(await driver.closed()).toMatchObject({ code: 4000 });
  expect([event(2_000).length, event(2_001).length]).toEqual([2_000, 2_001]);
});
