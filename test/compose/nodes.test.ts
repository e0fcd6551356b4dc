// The compose files as they are: three gateways, a load balancer, a simulated fleet, and what happens to them.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FleetNode } from '@tripcast/protocol';
import type { Browser } from 'playwright-core';
import { Audience } from '../support/audience.ts';
import { framesOf, openAmongContainers, openBrowser, picture } from '../support/browser.ts';
import { ComposeStack } from '../support/compose-stack.ts';
import { eventually } from '../support/eventually.ts';
import { FleetOperator } from '../support/fleet-operator.ts';
import { Prometheus } from '../support/prometheus.ts';
import { dial, readHead } from '../support/raw-socket.ts';
import { type NewTrip, rest } from '../support/rest-client.ts';
import { RestProbe } from '../support/rest-probe.ts';
import { token } from '../support/tokens.ts';
import { HandshakeRefused, WireClient } from '../support/wire-client.ts';

const SERVICES = ['redis', 'gateway', 'haproxy', 'simulator', 'prometheus'];
const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const DASHBOARD = inRoot('deploy/grafana/dashboards/tripcast.json');
const RESTARTING = 1012;
const PLACE = { latitude: -34.9, longitude: -56.18 };
const MINUTES = 60_000;

let stack: ComposeStack;
let audience: Audience;
let browser: Browser;
let prometheus: Prometheus;

beforeAll(async () => {
  stack = await ComposeStack.up('nodes', SERVICES, { gateways: 3, env: { DRIVERS: '12' } });
  prometheus = new Prometheus(stack.prometheusUrl);
  audience = await Audience.of(stack, 30);
  browser = await openBrowser();
}, 4 * MINUTES);

afterAll(async () => {
  audience?.close();
  await browser?.close();
  await stack?.close();
}, MINUTES);

test('every service is healthy once `up --wait` has come back', async () => {
  const states = (await stack.compose('ps', '--all', '--format', '{{.Name}} {{.Health}}')).split('\n').sort();
  expect(states).toHaveLength(7);
  expect(states.filter((state) => !state.endsWith(' healthy'))).toEqual([]);
});

test('no container may write to its root or runs as root, and a second `up` leaves as many nodes as .env says', async () => {
  const ids = (await stack.compose('ps', '--quiet')).split('\n');
  const containers = JSON.parse(await stack.docker('inspect', ...ids)) as {
    Config: { User: string };
    HostConfig: { ReadonlyRootfs: boolean; Init: boolean; CapDrop: string[] };
  }[];
  for (const { Config, HostConfig } of containers) {
    expect(Config.User).not.toMatch(/^(root|0)?(:|$)/);
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, Init: true, CapDrop: ['ALL'] });
  }
  await stack.compose('up', '--detach', '--no-build', '--wait', ...SERVICES);
  expect((await stack.compose('ps', '--quiet')).split('\n').sort()).toEqual(ids.sort());
});

test.each([
  '/metrics',
  '/./metrics',
  '/%6detrics',
  '/v1/../metrics',
  '/v1/%2e%2e/metrics',
  '/.\\metrics',
  '/%2E/metri%63s?',
])('measurements stay inside: GET %s is 404', async (path) => {
  const socket = await dial(stack.port);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  const { head } = await readHead(socket);
  socket.destroy();
  expect(head).toMatch(/^HTTP\/1.1 404 /);
});

test('only what browsers need is reachable from outside', async () => {
  expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
  const published = await stack.compose('ps', '--format', '{{.Service}} {{.Ports}}');
  expect(published).not.toMatch(/0\.0\.0\.0|\[::\]/);
});

test('what a client claims of proxies before it counts for nothing', async () => {
  const { body } = await rest<NewTrip>(stack.url, '/v1/trips', {
    method: 'POST',
    body: { vehicleId: 'claimant', pickup: PLACE, dropoff: PLACE },
    headers: { 'x-forwarded-proto': 'https' },
  });
  expect(new URL(body.followUrl).origin).toBe(stack.url);
});

test(
  'a rider opens the page through the balancer, and the car moves',
  async () => {
    const page = await openAmongContainers(browser, stack.url);
    await page.getByTestId('trip-link').first().waitFor({ timeout: 30_000 });
    const moving = audience.followers[0]!.trip.id;
    await page.locator(`[data-testid=trip-link][href*="${moving}"]`).click();
    await page.getByTestId('car').waitFor({ timeout: 30_000 });
    await eventually(
      'the car to move',
      async () => {
        const frames = await framesOf(page, 1_000);
        return frames.at(-1)!.latitude !== frames[0]!.latitude;
      },
      60_000,
    );
    await picture(page, 'compose-ride');
    await page.close();
  },
  2 * MINUTES,
);

test(
  'operators, who all ask for the same path, are spread over the nodes',
  async () => {
    // As many as the emptiest node takes until it is no longer that, and some more.
    const sockets = await stack.sockets();
    const many = Math.max(...sockets) - Math.min(...sockets) + 4;
    const operators: FleetOperator[] = [];
    while (operators.length < many) operators.push(await FleetOperator.open(stack.url));
    const counts = () => {
      const told = operators[0]!.client.heard.seen.flatMap((heard) =>
        heard.kind === 'event' && heard.event.type === 'nodes' ? [heard.event.nodes as FleetNode[]] : [],
      );
      return (told.at(-1) ?? []).map((node) => node.operators);
    };
    const isWhole = () => counts().reduce((sum, count) => sum + count, 0) === operators.length;
    await eventually('nodes to tell of all operators', isWhole);
    expect(counts().filter((count) => count > 0).length).toBeGreaterThan(1);
    for (const operator of operators) operator.client.drop();
  },
  2 * MINUTES,
);

test(
  'Prometheus finds every node and the balancer; alerts and dashboard ask for metrics and labels that there are',
  async () => {
    await stack.compose(
      'exec',
      '-T',
      'prometheus',
      'promtool',
      'check',
      'config',
      '/etc/prometheus/prometheus.yml',
    );
    const has = (count: number, expression: string) =>
      eventually(expression, async () => (await prometheus.series(expression)).length === count, 60_000);
    await has(3, 'up{job="gateway"} == 1');
    await has(1, 'up{job="haproxy"} == 1');
    const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
      panels: { targets: { expr: string }[] }[];
    };
    const shown = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    for (const expression of shown) await prometheus.series(expression);
    const all = [...shown, ...(await prometheus.rules())];
    expect(all.length).toBeGreaterThan(shown.length + 20);
    const known = await prometheus.metrics();
    const metrics = all.flatMap((one) => one.match(/\b(tripcast|haproxy|process|nodejs)_\w+/g) ?? []);
    expect(metrics.filter((name) => !known.has(name.replace(/_bucket$/, '')))).toEqual([]);
    // A label that is spelt wrong selects nothing, and says nothing.
    const selectors = all.flatMap((one) => one.match(/\b\w+\{(job|proxy)=[^}]+\}/g) ?? []);
    expect(selectors.length).toBeGreaterThan(10);
    for (const selector of new Set(selectors)) expect(await prometheus.series(selector)).not.toEqual([]);
  },
  MINUTES,
);

test('alerts tell of nodes that die, freeze and are all gone, and of a balancer that is full or gone; of none that leaves', async () => {
  const image = await stack.compose('config', '--images', 'prometheus');
  const rules = `${inRoot('deploy/prometheus')}:/etc/prometheus:ro`;
  const cases = `${inRoot('test/compose/alerts.test.yml')}:/alerts.test.yml:ro`;
  const tool = ['--volume', rules, '--volume', cases, '--entrypoint', 'promtool', image];
  expect(await stack.docker('run', '--rm', ...tool, 'test', 'rules', '/alerts.test.yml')).toContain(
    'SUCCESS',
  );
});

test(
  '[P2] [P5] a gateway is killed under load: its followers go on elsewhere, and nobody misses a fix',
  async () => {
    const [victim] = await stack.containers('gateway');
    const closes = await audience.closesDuring(() => stack.docker('kill', '--signal', 'KILL', victim!));
    expect(closes.length).toBeGreaterThan(0);
    expect(closes.length).toBeLessThan(30);
    await audience.expectNoHoles();
    // It is no target any more: the engine has forgotten its name.
    const isMissed = async () =>
      (await prometheus.series('up{job="gateway"}')).length === 2 &&
      (await prometheus.alerts()).includes('TripcastNodeDown');
    await eventually('Prometheus to miss it', isMissed, 60_000);
    await stack.scale(3, 'gateway');
  },
  2 * MINUTES,
);

test(
  '[P2] [P6] a gateway is restarted politely under load: clients hear 1012, none is cut, and nobody misses a fix',
  async () => {
    const nodes = await stack.containers('gateway');
    const counts = await stack.sockets();
    const fullest = nodes[counts.indexOf(Math.max(...counts))]!;
    const closes = await audience.closesDuring(async () => {
      await stack.docker('stop', '-t', '40', fullest);
      expect(await stack.docker('inspect', '--format', '{{.State.ExitCode}}', fullest)).toBe('0');
      await stack.docker('start', fullest);
    });
    expect(closes.length).toBeGreaterThan(0);
    expect(closes).toEqual(closes.map(() => RESTARTING));
    await audience.expectNoHoles();
  },
  2 * MINUTES,
);

test(
  '[P7] Redis restarts: pages are served and no socket is cut meanwhile, and nobody misses a fix',
  async () => {
    const closes = await audience.closesDuring(async () => {
      await stack.compose('stop', 'redis');
      await eventually('nodes that say so', async () => (await fetch(`${stack.url}/readyz`)).status === 503);
      expect((await fetch(stack.url)).status).toBe(200);
      expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
      let refused: HandshakeRefused | undefined;
      await eventually('the balancer to know no node that takes sockets', async () => {
        refused = await refusal();
        return refused?.body.includes('no node can answer now') === true;
      });
      const headers = { 'retry-after': '1', 'content-type': 'application/problem+json' };
      expect(refused).toMatchObject({ status: 503, headers });
      expect(JSON.parse(refused!.body)).toMatchObject({ status: 503, code: 'unavailable' });
      const since = Date.now();
      await eventually('three looks', async () => (await looksAt('haproxy', since)).length >= 3, 60_000);
      expect(new Set(await looksAt('haproxy', since))).toEqual(new Set([0]));
      await stack.compose('start', 'redis');
      await eventually(
        'nodes that are ready',
        async () => (await fetch(`${stack.url}/readyz`)).status === 200,
        60_000,
      );
    });
    expect(closes).toEqual(closes.map(() => RESTARTING)); // for balance, after the test before
    await audience.expectNoHoles();
  },
  2 * MINUTES,
);

test(
  '[P2] [P6] all gateways are replaced one by one: only 1012, nobody misses a fix, every call is answered; one that cannot start changes nothing',
  async () => {
    const before = await stack.containers('gateway');
    // Somebody has set what no node can start with.
    await expect(stack.script('roll.mjs', { TRIPCAST_DRAIN_MS: 'ten' })).rejects.toThrow(
      /does not stay up[\s\S]*TRIPCAST_DRAIN_MS: must be a whole number/,
    );
    expect(await stack.containers('gateway', '--all')).toEqual(before);

    const probe = new RestProbe(stack.url, `/v1/trips/${audience.followers[0]!.trip.id}`);
    const next = { TRIPCAST_JWT_SECRET_2: 'the next secret, of thirty-two bytes and more' };
    const closes = await audience.closesDuring(() => stack.script('roll.mjs', next));
    await probe.stop();
    expect(probe.asked).toBeGreaterThan(100);
    expect(probe.failures).toEqual([]);
    const ofTomorrow = token({ role: 'operator' }, { secret: next.TRIPCAST_JWT_SECRET_2 });
    expect((await rest(stack.url, '/v1/trips', { token: ofTomorrow })).status).toBe(200);
    expect(closes.length).toBeGreaterThan(0);
    expect(closes).toEqual(closes.map(() => RESTARTING));
    const after = await stack.containers('gateway');
    expect(after).toHaveLength(3);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    await audience.expectNoHoles();
  },
  3 * MINUTES,
);

test(
  '[C4] 3 → 1 → 4 → 2 gateways: those that go drain, those that come get their share within a minute',
  async () => {
    const closes = await audience.closesDuring(async () => {
      await stack.scale(1, 'gateway');
      await stack.scale(4, 'gateway');
      await eventually('even nodes', async () => imbalance(await stack.sockets()) <= 0.15, 60_000);
      await stack.scale(2, 'gateway');
    });
    expect(closes.length).toBeGreaterThan(0);
    expect(closes).toEqual(closes.map(() => RESTARTING));
    await audience.expectNoHoles();
  },
  3 * MINUTES,
);

/** How a follower's handshake is refused. */
async function refusal(): Promise<HandshakeRefused | undefined> {
  const { id, riderToken } = audience.followers[0]!.trip;
  try {
    (await WireClient.open(`${stack.url}/v1/trips/${id}/follow`, riderToken)).drop();
  } catch (error) {
    if (error instanceof HandshakeRefused) return error;
    throw error;
  }
  return undefined;
}

/** What the engine's last looks at a container's health have found, of those since then: 0 is well. */
async function looksAt(service: string, since: number): Promise<number[]> {
  const [name] = await stack.containers(service);
  const log = await stack.docker('inspect', '--format', '{{json .State.Health.Log}}', name!);
  return (JSON.parse(log) as { Start: string; ExitCode: number }[])
    .filter(({ Start }) => Date.parse(Start) > since)
    .map(({ ExitCode }) => ExitCode);
}

/** The fullest node's part above the mean. */
function imbalance(counts: readonly number[]): number {
  return Math.max(...counts) / (counts.reduce((sum, count) => sum + count) / counts.length) - 1;
}
