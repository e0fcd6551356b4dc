// The same with sentinels and with a Cluster; by TLS, and with a balancer that brings nobody back to where it was.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Audience } from '../support/audience.ts';
import { openAmongContainers, openBrowser } from '../support/browser.ts';
import { ComposeStack } from '../support/compose-stack.ts';
import { eventually } from '../support/eventually.ts';
import { dial } from '../support/raw-socket.ts';
import { type NewTrip, rest } from '../support/rest-client.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RESTARTING = 1012;
const READY = JSON.stringify({ status: 'ready' });
/** Of an address, on each of two nodes. */
const TRY_BURST = 100;
/** So many tries are under way: more than come back meanwhile. */
const AT_ONCE = 20;
const PLACE = { latitude: -34.9, longitude: -56.18 };
const MINUTES = 60_000;

const KINDS = [
  {
    kind: 'sentinel',
    health: ['redis', 'redis-2', 'redis-3', 'sentinel-1', 'sentinel-2', 'sentinel-3'],
  },
  {
    kind: 'cluster',
    health: ['redis', 'redis-2', 'redis-3', 'redis-4', 'redis-5', 'redis-6'],
  },
];

/** A certificate for development, made as people make theirs. */
function certificates(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tripcast-'));
  cpSync(join(ROOT, 'deploy/make-certificates.sh'), join(folder, 'deploy/make-certificates.sh'), {
    recursive: true,
  });
  cpSync(join(ROOT, 'deploy/certificates/.gitignore'), join(folder, 'deploy/certificates/.gitignore'));
  const { status, stderr } = spawnSync(join(folder, 'deploy/make-certificates.sh'), { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return join(folder, 'deploy/certificates');
}

/** What a node says of itself: of a Cluster a part may be away. */
async function readiness(stack: ComposeStack): Promise<string> {
  return (await fetch(`${stack.url}/readyz`)).text();
}

/** The first of these services that says it is a master. */
async function aMaster(stack: ComposeStack, services: string[]): Promise<string> {
  const ask = 'REDISCLI_AUTH=$REDIS_OPERATOR_PASSWORD redis-cli --user operator role';
  for (const service of services) {
    if ((await stack.compose('exec', '-T', service, 'sh', '-c', ask)).startsWith('master')) return service;
  }
  throw new Error('no service is a master');
}

describe.each(KINDS)('$kind', ({ kind, health }) => {
  const folder = certificates();
  let stack: ComposeStack;
  let audience: Audience;

  beforeAll(async () => {
    stack = await ComposeStack.up(kind, [...health, 'gateway', 'haproxy', 'simulator'], {
      gateways: 2,
      env: {
        COMPOSE_FILE: `docker-compose.yml:docker-compose.${kind}.yml`,
        CERTIFICATES: folder,
        STICKY: '0',
        HAPROXY_MAXCONN: '100',
        ...(kind === 'cluster' && {
          TRUSTED_PROXIES: '192.0.2.7 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16',
          TRIPCAST_LIMIT_ADDRESS_TRY_BURST: String(TRY_BURST),
          TRIPCAST_LIMIT_ADDRESS_TRIES_PER_SECOND: '2',
        }),
        DRIVERS: '8',
      },
    });
    audience = await Audience.of(stack, 12);
  }, 4 * MINUTES);

  afterAll(async () => {
    audience?.close();
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTES);

  test(
    '[P7] a master is killed: another one takes over, no socket is cut, and nobody misses a fix',
    async () => {
      const master = await aMaster(stack, health);
      const closes = await audience.closesDuring(async () => {
        await stack.compose('kill', master);
        await eventually('nodes that say so', async () => (await readiness(stack)) !== READY);
        await eventually('a new master', async () => (await readiness(stack)) === READY, 60_000);
        await stack.compose('start', master);
      });
      expect(closes).toEqual(closes.map(() => RESTARTING)); // for balance
      await audience.expectNoHoles();
    },
    2 * MINUTES,
  );

  test(
    '[P2] [P6] without stickiness a gateway leaves and comes back: 1012, and nobody misses a fix',
    async () => {
      const [leaving] = await stack.containers('gateway');
      const closes = await audience.closesDuring(async () => {
        await stack.docker('stop', '-t', '40', leaving!);
        await stack.docker('start', leaving!);
      });
      expect(closes).toEqual(closes.map(() => RESTARTING));
      await audience.expectNoHoles();
    },
    2 * MINUTES,
  );

  test('a trusted proxy is believed about where a client is and how it came, nobody else', async () => {
    const headers = {
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '198.51.100.9, 203.0.113.7, 10.9.9.9',
    };
    const { body } = await rest<NewTrip>(stack.url, '/v1/trips', {
      method: 'POST',
      body: { vehicleId: 'behind-a-proxy', pickup: PLACE, dropoff: PLACE },
      headers,
    });
    const isTrusted = kind === 'cluster';
    expect(new URL(body.followUrl).protocol).toBe(isTrusted ? 'https:' : 'http:');
    // Whatever the client says that it is.
    const statusOf = async (claimed: number, client: string) => {
      const forwarded = { 'x-forwarded-for': `198.51.100.${claimed}, ${client}, 10.9.9.9` };
      return (await rest(stack.url, '/v1/trips', { token: 'none', headers: forwarded })).status;
    };
    const statuses = new Set<number>();
    for (let tries = 0; tries < 4 * TRY_BURST; tries += AT_ONCE) {
      const some = Array.from({ length: AT_ONCE }, (_, nth) => statusOf((tries + nth) % 256, '203.0.113.7'));
      for (const status of await Promise.all(some)) statuses.add(status);
    }
    expect(statuses).toEqual(new Set(isTrusted ? [401, 429] : [401]));
    expect(await statusOf(1, '203.0.113.8')).toBe(401);
  });

  test(
    'pages and sockets come by TLS, too',
    async () => {
      expect(readFileSync(join(folder, 'development.pem'), 'utf8')).toContain('PRIVATE KEY');
      const browser = await openBrowser();
      try {
        const page = await openAmongContainers(browser, stack.secureUrl, { ignoreHTTPSErrors: true });
        await page.getByTestId('trip-link').first().click({ timeout: 30_000 });
        await page.getByTestId('car').waitFor({ timeout: 30_000 });
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );

  test('a balancer that has all the connections it may have is healthy', async () => {
    const connections = await Promise.all(Array.from({ length: 150 }, () => dial(stack.port)));
    await stack.compose('exec', '-T', 'haproxy', 'healthy', '8404', '/healthz');
    for (const connection of connections) connection.destroy();
  });

  if (kind === 'sentinel')
    test(
      'passwords of Redis are changed',
      async () => {
        audience.close();
        const env = {
          REDIS_PASSWORD: 'new-of-the-gateways',
          REDIS_OPERATOR_PASSWORD: 'new-of-the-operators',
        };
        Object.assign(stack.env, env);
        await stack.compose('up', '--detach', '--no-build', '--wait', ...health, 'gateway');
        await eventually('nodes that are ready', async () => (await readiness(stack)) === READY, 60_000);
        const ask =
          'REDISCLI_AUTH=$REDIS_OPERATOR_PASSWORD redis-cli --user operator -p 26379 sentinel master tripcast';
        for (const sentinel of ['sentinel-1', 'sentinel-2', 'sentinel-3']) {
          const told = (await stack.compose('exec', '-T', sentinel, 'sh', '-c', ask)).split('\n');
          const value = (name: string) => told[told.indexOf(name) + 1];
          expect({ flags: value('flags'), others: value('num-other-sentinels') }).toEqual({
            flags: 'master',
            others: '2',
          });
        }
      },
      2 * MINUTES,
    );
});
