// What a Redis shard spends on a fix, with 1, 2 and 3 masters under the same load: if it stays the same, each master more
// raises the ceiling by as much as the first gave. Real redis-servers, two gateways, drivers and riders on sockets.
//
//   node capacity/shards.mjs [--trips 400] [--rate 8] [--seconds 10] [--rounds 3]
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeFixes } from '@tripcast/protocol';
import { Redis } from 'ioredis';
import { WebSocket } from 'ws';
import { build } from '../scripts/build.mjs';
import { freePort } from '../scripts/children.mjs';
import { provideTools } from '../scripts/test-tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    trips: { type: 'string', default: '400' },
    rate: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
  },
});
const [TRIPS, RATE, SECONDS, ROUNDS] = [values.trips, values.rate, values.seconds, values.rounds].map(Number);
const WARM_UP_MS = 3_000;
const SLOTS = 16_384;
const SECRET = randomBytes(32).toString('hex');
const PLACE = { latitude: -34.9, longitude: -56.18 };

const tools = provideTools();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function token(claims) {
  const now = Math.floor(Date.now() / 1000);
  const body = [
    { alg: 'HS256', typ: 'JWT' },
    { aud: 'tripcast', iat: now, exp: now + 3_600, ...claims },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`;
}

/** A Cluster of so many masters, each with an append-only file. */
async function startCluster(masters, folder) {
  const servers = [];
  for (let index = 0; index < masters; index++) {
    const port = await freePort();
    const options = {
      port,
      dir: folder,
      'cluster-enabled': 'yes',
      'cluster-config-file': `nodes-${port}.conf`,
      'cluster-port': await freePort(),
      appendonly: 'yes',
      appenddirname: `aof-${port}`,
      save: '',
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(tools.REDIS_SERVER, args, { stdio: 'ignore' });
    const redis = new Redis({ port, retryStrategy: () => 50 });
    redis.on('error', () => {}); // it has not begun to listen
    await redis.ping();
    servers.push({ port, busPort: options['cluster-port'], child, redis });
  }
  const share = Math.ceil(SLOTS / masters);
  for (const [index, { redis }] of servers.entries()) {
    const last = Math.min(SLOTS, (index + 1) * share) - 1;
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', index * share, last);
    const { port, busPort } = servers[0];
    if (index > 0) await redis.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  }
  for (const { redis } of servers)
    while (!(await redis.cluster('INFO')).includes('cluster_state:ok')) await pause(50);
  return servers;
}

async function startGateway(servers) {
  const port = await freePort();
  const child = spawn(process.execPath, [join(root, 'server/dist/run.js')], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      REDIS_URL: `redis+cluster://${servers.map((server) => `127.0.0.1:${server.port}`).join(',')}`,
      TRIPCAST_JWT_SECRET: SECRET,
      LOG_LEVEL: 'silent',
    },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/readyz`).catch(() => undefined))?.ok) await pause(100);
  return { url, child };
}

async function call(url, method, body) {
  const headers = {
    authorization: `Bearer ${token({ role: 'operator' })}`,
    'content-type': 'application/json',
  };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

function open(url, bearer, onMessage) {
  const socket = new WebSocket(url.replace('http', 'ws'), ['tripcast.v1', `bearer.${bearer}`], {
    perMessageDeflate: false,
  });
  socket.on('message', onMessage);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** A trip under way, its driver on one node and its rider on the other. */
async function startTrip(driving, following, index, onFix) {
  const vehicleId = `car-${index}`;
  const places = { pickup: PLACE, dropoff: PLACE };
  const { trip, riderToken } = await call(`${driving}/v1/trips`, 'POST', { vehicleId, ...places });
  await call(`${driving}/v1/trips/${trip.id}`, 'PATCH', { status: 'ENROUTE_TO_PICKUP' });
  await open(`${following}/v1/trips/${trip.id}/follow`, riderToken, (data, isBinary) => {
    if (isBinary) onFix(data.byteLength / 20);
  });
  return open(
    `${driving}/v1/vehicles/${vehicleId}/drive`,
    token({ role: 'driver', vehicle: vehicleId }),
    () => {},
  );
}

/** What each master has used so far: seconds of CPU, bytes that came and went. */
function usageOf(servers) {
  return Promise.all(
    servers.map(async ({ redis }) => {
      const info = (await redis.info('cpu')) + (await redis.info('stats'));
      const read = (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)[1]);
      return {
        cpu: read('used_cpu_sys') + read('used_cpu_user'),
        bytesIn: read('total_net_input_bytes'),
        bytesOut: read('total_net_output_bytes'),
      };
    }),
  );
}

/** By how much each master's use has grown between two looks, by name. */
function growth(from, to, name) {
  return to.map((use, index) => use[name] - from[index][name]);
}

/** What so many masters spend under the load; what idling costs is taken off. */
async function measure(masters) {
  const folder = mkdtempSync(join(tmpdir(), 'tripcast-shards-'));
  const servers = await startCluster(masters, folder);
  const gateways = [await startGateway(servers), await startGateway(servers)];
  let delivered = 0;
  try {
    const drivers = [];
    for (let index = 0; index < TRIPS; index++) {
      const onFix = (count) => {
        delivered += count;
      };
      drivers.push(await startTrip(gateways[0].url, gateways[1].url, index, onFix));
    }
    await pause(WARM_UP_MS);
    const idleFrom = await usageOf(servers);
    await pause(WARM_UP_MS);
    const idleTo = await usageOf(servers);
    const spent = (from, to, name, elapsedS) => {
      const idle = growth(idleFrom, idleTo, name);
      return growth(from, to, name).map((use, index) => use - (idle[index] / (WARM_UP_MS / 1000)) * elapsedS);
    };

    // Each driver has a phase of its own.
    const timers = drivers.map((socket, index) => {
      const send = () =>
        socket.send(encodeFixes([{ ...PLACE, speed: 8, heading: 90, accuracy: 5, time: Date.now() }]));
      return setTimeout(() => timers.push(setInterval(send, 1000 / RATE)), (index / TRIPS) * (1000 / RATE));
    });
    await pause(WARM_UP_MS);
    const [from, before, at] = [await usageOf(servers), delivered, performance.now()];
    await pause(SECONDS * 1000);
    const elapsedS = (performance.now() - at) / 1000;
    const [to, count] = [await usageOf(servers), delivered - before];
    for (const timer of timers) clearInterval(timer);
    const busiest = Math.max(...spent(from, to, 'cpu', elapsedS));
    const perFix = (name) => spent(from, to, name, elapsedS).reduce((sum, one) => sum + one) / count;
    return {
      masters,
      deliveredPerS: Math.round(count / elapsedS),
      cpuUsPerFix: perFix('cpu') * 1e6,
      bytesIn: perFix('bytesIn'),
      bytesOut: perFix('bytesOut'),
      busiestShardPercent: (busiest / elapsedS) * 100,
      ceilingFixesPerS: Math.round(count / busiest),
    };
  } finally {
    const children = [...gateways, ...servers].map(({ child }) => child);
    for (const { redis } of servers) redis.disconnect();
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => new Promise((resolve) => child.once('close', resolve))));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of an odd number of values, the one in the middle. */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

build();
console.log(
  `${TRIPS} trips × 1 rider × ${RATE}/s for ${SECONDS} s; drivers on one node, riders on the other; medians of ${ROUNDS} [all]\n`,
);
const SIZES = [1, 2, 3];
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  // Each round begins with another one, so that what changes with time favours none.
  const order = SIZES.map((_, index) => SIZES[(index + round) % SIZES.length]);
  for (const masters of order) rounds.push(await measure(masters));
}
const figure = (masters, name, digits = 0) => {
  const all = rounds.filter((row) => row.masters === masters).map((row) => row[name]);
  return {
    median: median(all),
    text: `${median(all).toFixed(digits)} [${all.map((one) => one.toFixed(digits)).join(' ')}]`,
  };
};
const one = figure(1, 'ceilingFixesPerS').median;
console.log(
  '| masters | fixes/s | Redis µs/fix | busiest master, % | fixes/s that its core would carry | × one | bytes in, out a fix |',
);
console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const masters of SIZES) {
  const ceiling = figure(masters, 'ceilingFixesPerS');
  const cells = [
    masters,
    figure(masters, 'deliveredPerS').text,
    figure(masters, 'cpuUsPerFix', 1).text,
    figure(masters, 'busiestShardPercent', 1).text,
    ceiling.text,
    (ceiling.median / one).toFixed(2),
    `${figure(masters, 'bytesIn').median.toFixed(0)}, ${figure(masters, 'bytesOut').median.toFixed(0)}`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
process.exit();
