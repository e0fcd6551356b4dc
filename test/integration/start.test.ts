// A node starts, or says why not and what to do.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { GatewayProcess } from '../support/gateway-process.ts';
import { rest } from '../support/rest-client.ts';
import { numbers, Ride } from '../support/ride.ts';
import { SECRET } from '../support/tokens.ts';
import { WireClient } from '../support/wire-client.ts';

const TOKEN_SCRIPT = fileURLToPath(new URL('../../scripts/token.mjs', import.meta.url));

test('one error names every variable that is wrong, and the process exits with 1', async () => {
  const node = GatewayProcess.spawn({
    HOST: '0.0.0.0',
    PORT: '99999',
    REDIS_URL: 'http://nowhere',
    TRIPCAST_JWT_SECRET: 'short',
    TRIPCAST_ORIGINS: 'ride.example.com/',
    TRIPCAST_PREFIX: 'a b',
    TRIPCAST_DRAIN_MS: '-1',
    TRIPCAST_LIMIT_TRACK_FIXES: 'many',
    TLS_CERT_FILE: '/no/such/file',
    LOG_LEVEL: 'loud',
  });
  expect(await node.exit).toMatchObject({ code: 1 });
  const told = node.told();
  for (const name of [
    'PORT',
    'REDIS_URL',
    'TRIPCAST_JWT_SECRET',
    'TRIPCAST_ORIGINS',
    'TRIPCAST_PREFIX',
    'TRIPCAST_DRAIN_MS',
    'TRIPCAST_LIMIT_TRACK_FIXES',
    'TLS_CERT_FILE',
    'LOG_LEVEL',
  ]) {
    expect(told).toContain(`${name}:`);
  }
  expect(told).not.toContain('    at '); // words, no stack
});

test('a node that others can reach needs a secret of its operator', async () => {
  const node = GatewayProcess.spawn({ HOST: '0.0.0.0', TRIPCAST_JWT_SECRET: '' });
  expect(await node.exit).toMatchObject({ code: 1 });
  expect(node.told()).toMatch(/TRIPCAST_JWT_SECRET: must be set/);
});

test('a port that is taken: says so and what to set, and exits with 1', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  const node = GatewayProcess.spawn({ PORT: String(port) });
  expect(await node.exit).toMatchObject({ code: 1 });
  expect(node.told()).toContain(
    `cannot listen on 127.0.0.1:${port}: another program has the port; set PORT to another one`,
  );
  holder.close();
});

test('a port that another node has is taken too', async () => {
  const first = await GatewayProcess.start();
  try {
    const second = GatewayProcess.spawn({ PORT: String(first.port) });
    expect(await second.exit).toMatchObject({ code: 1 });
    expect((await rest(first.url, '/healthz')).status).toBe(200);
  } finally {
    await first.close();
  }
});

test('what it is configured with is printed, secrets are not', async () => {
  const node = await GatewayProcess.start({ TRIPCAST_ORIGINS: 'https://ride.example.com' });
  try {
    const line = JSON.stringify(node.log.seen.find(({ msg }) => msg === 'config'));
    expect(line).toContain('https://ride.example.com');
    expect(node.told()).not.toContain(SECRET);
  } finally {
    await node.close();
  }
});

test('`npm run token` makes tokens for each role that a node with the same secret takes', async () => {
  const node = await GatewayProcess.start();
  try {
    const operator = await makeToken('--role', 'operator');
    expect((await rest(node.url, '/v1/trips', { token: operator })).status).toBe(200);
    const ride = await Ride.start(node.url);
    const driver = await makeToken('--role', 'driver', '--vehicle', ride.vehicleId);
    await (await WireClient.open(node.url + ride.drivePath(), driver)).event('hello');
    const rider = await makeToken('--role', 'rider', '--trip', ride.id);
    await (await WireClient.open(node.url + ride.followPath(), rider)).event('hello');
  } finally {
    await node.close();
  }
});

test('the ids that a node makes can be given to any command: none begins with "-"', async () => {
  const node = await GatewayProcess.start();
  try {
    for (const _ of numbers(50)) expect((await Ride.create(node.url)).id).toMatch(/^[a-z0-9]{16,}$/);
  } finally {
    await node.close();
  }
});

test('`npm run token` without what a role needs says what is missing and exits with 1', async () => {
  await expect(makeToken('--role', 'driver')).rejects.toThrow(/--vehicle/);
  await expect(makeToken('--role', 'king')).rejects.toThrow(/--role/);
  await expect(makeToken('--role', 'operator', '--expires', '2h')).rejects.toThrow(/an hour at the most/);
});

/** The command's one line. @throws Error with what it wrote to stderr when it fails */
async function makeToken(...args: string[]): Promise<string> {
  const script = spawn(process.execPath, [TOKEN_SCRIPT, ...args], {
    env: { PATH: process.env.PATH, TRIPCAST_JWT_SECRET: SECRET },
  });
  let [said, complained] = ['', ''];
  script.stdout.on('data', (chunk) => {
    said += chunk;
  });
  script.stderr.on('data', (chunk) => {
    complained += chunk;
  });
  const [code] = await once(script, 'close');
  if (code !== 0) throw new Error(complained);
  return said.trim();
}
