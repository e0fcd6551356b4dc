// Logs and metrics give nobody away: a node that tells all that it can is put through the whole access table, through
// every mistake that clients make, and through a Redis that fails, and then read.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { encodeFixes, LIMITS } from '@tripcast/protocol';
import { Redis } from 'ioredis';
import { WebSocket } from 'ws';
import { createRedisBackend } from '../../server/src/redis/redis-backend.ts';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { AccessCalls } from '../support/access-calls.ts';
import { readAccessTable } from '../support/access-table.ts';
import { deadTokens, ground, tokenOf } from '../support/access-world.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { numbers, PLACES, Ride } from '../support/ride.ts';
import { SECRET } from '../support/tokens.ts';
import { JSON_FIXES, WireClient } from '../support/wire-client.ts';

/** Where no other coordinates are. */
const HERE = { latitude: -33.1234567, longitude: -57.7654321, heading: 10, speed: 3, accuracy: 5 };
const NAME = 'Grandmother Ofelia';

let redis: RedisServer;
let node: GatewayProcess;
let calls: AccessCalls;
let ride: Ride;

beforeAll(async () => {
  redis = await RedisServer.start();
  node = await GatewayProcess.start({ REDIS_URL: redis.url, LOG_LEVEL: 'trace', TRIPCAST_DEMO: '1' });
  calls = new AccessCalls(node.url);
  ride = await Ride.start(node.url);
  for (const jwt of [ride.riderToken, ride.driverToken]) calls.tokens.add(jwt);
  await everyCall();
  await mistakes();
  await failures();
}, 120_000);
afterAll(async () => {
  await node.kill();
  await redis.close();
});

async function everyCall(): Promise<void> {
  const log = { info() {}, warn() {}, error() {} };
  const options = { url: redis.url, ca: undefined, prefix: '', node: 'test', limits: LIMITS, log };
  const backend = await createRedisBackend(options);
  for (const cell of readAccessTable()) {
    const own = await ground(backend, 'under way');
    if (cell.caller !== 'no live token') await calls.status(cell, own, tokenOf(cell.caller, own));
    else await Promise.all(deadTokens(own).map(([, jwt]) => calls.status(cell, own, jwt)));
  }
  await backend.close();
}

/** What a client can get wrong with a token, a place or a name in its hand. */
async function mistakes(): Promise<void> {
  const jwt = ride.riderToken;
  const operator = [...calls.tokens][0]!;
  const path = `/v1/trips/${ride.id}`;
  await calls.ask(`${path}?token=${jwt}`);
  await calls.ask(`/v1/trips/${jwt}`, 'GET', jwt);
  await calls.ask(`/${jwt}`, 'POST', jwt, { name: NAME });
  await calls.ask(`${path}/shares`, 'POST', jwt, { name: NAME });
  await calls.ask(`${path}/shares`, 'POST', jwt, { name: NAME.repeat(9) });
  const nonsense = { ...HERE, latitude: 91 + HERE.latitude * -1 };
  await calls.ask('/v1/trips', 'POST', operator, { vehicleId: NAME, ...PLACES, pickup: nonsense });
  await calls.ask(path, 'PATCH', jwt, { dropoff: { ...nonsense, name: NAME } });

  const driver = await ride.drive();
  const follower = await ride.follow();
  driver.sendFixes(numbers(5).map((n) => ({ ...HERE, time: ride.startedAt + n })));
  driver.sendFixes([{ ...HERE, time: ride.startedAt + 3_600_000 }]);
  await follower.heardUpTo(ride.startedAt + 4);
  driver.send(`${encodeFixes([{ ...HERE, time: 1 }])}`);
  await driver.closed();
  const json = await ride.drive(node.url, JSON_FIXES);
  json.send(JSON.stringify({ type: 'fix', ...HERE, time: 'now' }));
  json.send(JSON.stringify({ ...HERE, token: jwt }));
  json.send(`not JSON: ${JSON.stringify(HERE)} ${jwt}`);
  await json.closed();
  await WireClient.open(`${node.url}${ride.followPath()}?token=${jwt}`, undefined).catch(() => {});
  await WireClient.open(`${node.url}/v1/trips/${jwt}/follow`, jwt).catch(() => {});
}

/** Whatever a store says when it fails may repeat what it was given. */
async function failures(): Promise<void> {
  const admin = new Redis(redis.url);
  const driver = await ride.drive();
  const operator = [...calls.tokens].find((jwt) => jwt !== ride.riderToken)!;
  await admin.config('SET', 'maxmemory', '1');
  driver.sendFixes([{ ...HERE, time: ride.startedAt + 100 }]);
  await calls.ask(`/v1/trips/${ride.id}/shares`, 'POST', ride.riderToken, { name: NAME });
  await calls.ask('/v1/trips', 'POST', operator, { vehicleId: 'v', ...PLACES });
  await told('Redis cannot be used');
  await admin.config('SET', 'maxmemory', '0');
  await told('Redis can be used');
  await admin.hset(`trip:{${ride.id}}`, 'trip', `{"pickup":${JSON.stringify(HERE)}`); // cut short
  await calls.ask(`/v1/trips/${ride.id}`, 'GET', operator);
  admin.disconnect();
  await redis.kill();
  driver.sendFixes([{ ...HERE, time: ride.startedAt + 200 }]);
  await told('Redis cannot be used');
  await calls.ask(`/v1/trips/${ride.id}/shares`, 'POST', ride.riderToken, { name: NAME });
  await redis.start();
  await told('Redis can be used');
}

let read = 0;
/** Resolves when the log says so, after what it was read for before. */
async function told(words: string): Promise<void> {
  await node.log.until(words, ({ msg }) => msg === words, { from: read });
  read = node.log.seen.findIndex(({ msg }, index) => index >= read && msg === words) + 1;
}

/** What must not be read anywhere, each with its name. */
function secrets(): [string, string[]][] {
  const jwts = [...calls.tokens].filter((jwt) => jwt.split('.').length === 3);
  const places = [HERE, PLACES.pickup, PLACES.dropoff].flatMap(({ latitude, longitude }) =>
    [latitude, longitude].flatMap((degrees) => [String(degrees), String(Math.round(degrees * 1e7))]),
  );
  const [fix] = [encodeFixes([{ ...HERE, time: ride.startedAt }]).subarray(4, 12)];
  const bytes = Buffer.from(fix!);
  return [
    [
      'tokens',
      ['eyJ', 'Bearer ', 'bearer.', ...jwts.flatMap((jwt) => jwt.split('.').filter((part) => part))],
    ],
    ['the secret', [SECRET, Buffer.from(SECRET).toString('base64')]],
    ['places', [...places.map((text) => text.replace('-', '').slice(0, 7)), bytes.toString('hex')]],
    ['bytes of fixes', [JSON.stringify([...bytes]).slice(1, -1)]],
    ['names', [NAME, PLACES.pickup.name, 'Mum']],
  ];
}

test('[P8] no line of the log holds a token, a place or a name', () => {
  const log = node.told();
  expect(log).toContain('Redis cannot be used');
  for (const [what, texts] of secrets()) {
    const lines = log.split('\n').filter((line) => texts.some((text) => line.includes(text)));
    expect([what, lines]).toEqual([what, []]);
  }
});

test('[P8] no measurement holds a token, a place, a name or an id', async () => {
  const { text } = await calls.ask('/metrics');
  expect(text).toContain('tripcast_fixes_stored_total');
  const ids = [...calls.ids, ride.id, ride.vehicleId];
  for (const [what, texts] of [...secrets(), ['ids', ids] as [string, string[]]]) {
    const lines = text.split('\n').filter((line) => texts.some((secret) => line.includes(secret)));
    expect([what, lines]).toEqual([what, []]);
  }
});

test('[P8] clients cannot make measurements: neither with paths, ids, nor with close codes', async () => {
  const series = async () => {
    const lines = (await calls.ask('/metrics')).text.split('\n');
    return lines.filter((line) => line.startsWith('tripcast_')).map((line) => line.replace(/ [^ ]+$/, ''));
  };
  const odd = async (from: number) => {
    for (const code of numbers(40, from)) {
      await calls.ask(`/path-${code}`, code % 2 ? 'GET' : 'PUT', `token-${code}`);
      const other = await Ride.start(node.url);
      const url = node.url.replace('http', 'ws') + other.followPath();
      const socket = new WebSocket(url, ['tripcast.v1', `bearer.${other.riderToken}`]);
      await new Promise((resolve) => socket.once('open', resolve));
      socket.close(code);
      await new Promise((resolve) => socket.once('close', resolve));
    }
  };
  await odd(4_200);
  const before = await series();
  await odd(4_300);
  expect(await series()).toEqual(before);
});
