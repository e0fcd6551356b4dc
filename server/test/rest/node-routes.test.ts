import { describe, expect, test } from '@jest/globals';
import type { Trip } from '@tripcast/protocol';
import { PROBLEMS } from '@tripcast/protocol';
import { restNode } from './rest-node.ts';

describe('what a node says of itself', () => {
  test('alive, whatever else', async () => {
    const node = await restNode();
    expect(await (await node.call('GET', '/healthz')).json()).toEqual({ status: 'ok' });
    node.state.draining = true;
    const response = await node.call('GET', '/healthz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'draining' }); // so that a balancer gives its calls to others
  });

  test('ready', async () => {
    expect((await (await restNode()).call('GET', '/readyz')).status).toBe(200);
  });

  test('[P6] not ready while it drains', async () => {
    const node = await restNode();
    node.state.draining = true;
    const response = await node.call('GET', '/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining('draining'),
    });
  });

  test('[P7] ready, and what it cannot do, while a part of its backend is away', async () => {
    const node = await restNode({
      wrapBackend: (backend) => ({ ...backend, degradedBecause: () => 'Redis: 10.0.0.2:6379: no reply' }),
    });
    const response = await node.call('GET', '/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ready', degraded: 'Redis: 10.0.0.2:6379: no reply' });
  });

  test('[P7] not ready while its backend is away, and why', async () => {
    const node = await restNode({
      wrapBackend: (backend) => ({ ...backend, unavailableBecause: () => 'no answer from Redis for 3 s' }),
    });
    const response = await node.call('GET', '/readyz');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).not.toBeNull();
    expect(await response.json()).toMatchObject({ detail: 'no answer from Redis for 3 s' });
  });

  test('measurements, as Prometheus reads them', async () => {
    const response = await (await restNode()).call('GET', '/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toBe('tripcast_build_info 1\n');
  });

  test('no measurements through a proxy, whatever path it has let through', async () => {
    const node = await restNode();
    for (const path of ['/metrics', '/./metrics', '/%6detrics', '/v1/../metrics']) {
      const headers = { 'x-forwarded-for': '203.0.113.7' };
      expect((await node.call('GET', path, { headers })).status).toBe(404);
    }
  });

  test('what the pages are to draw', async () => {
    const tiles = { url: 'https://tile.example/{z}/{x}/{y}.png', attribution: '© somebody' };
    expect(await (await (await restNode()).call('GET', '/config.json')).json()).toEqual({
      city: 'montevideo',
    });
    expect(await (await (await restNode({ config: { tiles } })).call('GET', '/config.json')).json()).toEqual({
      city: 'montevideo',
      tileUrl: tiles.url,
      tileAttribution: tiles.attribution,
    });
  });
});

describe('/openapi.json', () => {
  type Operation = { security?: unknown; responses: Record<string, { content?: object }> };

  test('describes every call, who may make it, and all refusals as problems', async () => {
    const response = await (await restNode()).call('GET', '/openapi.json');
    const contract = (await response.json()) as {
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
    };
    expect(contract.openapi).toMatch(/^3\.1/);
    const calls = Object.entries(contract.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(calls.sort()).toEqual([
      'DELETE /v1/trips/{id}/shares/{shareId}',
      'GET /config.json',
      'GET /healthz',
      'GET /metrics',
      'GET /readyz',
      'GET /v1/trips',
      'GET /v1/trips/{id}',
      'GET /v1/trips/{id}/shares',
      'GET /v1/trips/{id}/track',
      'PATCH /v1/trips/{id}',
      'POST /v1/trips',
      'POST /v1/trips/{id}/revoke',
      'POST /v1/trips/{id}/shares',
      'POST /v1/trips/{id}/tokens',
      'POST /v1/vehicles/{id}/revoke',
    ]);
    const statuses = new Set<number>(Object.values(PROBLEMS).map(({ status }) => status));
    for (const [path, methods] of Object.entries(contract.paths)) {
      for (const { security, responses } of Object.values(methods)) {
        expect(security !== undefined).toBe(path.startsWith('/v1/'));
        for (const [status, { content }] of Object.entries(responses)) {
          if (statuses.has(Number(status)))
            expect(Object.keys(content!)).toEqual(['application/problem+json']);
        }
      }
    }
  });
});

describe('demo mode', () => {
  const demo = { config: { demo: 'loopback' } } as const;
  type Demo = { trips: { trip: Trip; riderToken: string }[] };

  test('is off unless it is asked for: 404', async () => {
    const node = await restNode();
    await node.createTrip({ simulated: true });
    expect((await node.call('GET', '/v1/demo/trips')).status).toBe(404);
  });

  test('gives away the tokens of simulated trips, newest first, never of real ones or of the ended', async () => {
    const node = await restNode(demo);
    const simulated = { simulated: true };
    await node.createTrip({ ...simulated });
    await node.move('CANCELED');
    node.clock.nowMs += 1;
    await node.createTrip({ id: 'a', ...simulated });
    node.clock.nowMs += 1;
    await node.createTrip({ id: 'real' });
    node.clock.nowMs += 1;
    await node.createTrip({ id: 'b', ...simulated });
    const { trips } = (await (await node.call('GET', '/v1/demo/trips')).json()) as Demo;
    expect(trips.map(({ trip }) => trip.id)).toEqual(['b', 'a']);
    for (const { trip, riderToken } of trips) {
      expect((await node.call('GET', `/v1/trips/${trip.id}`, { token: riderToken })).status).toBe(200);
      expect((await node.call('GET', '/v1/trips/real', { token: riderToken })).status).toBe(403);
    }
  });
});

describe('other pages may call', () => {
  const LISTED = 'https://ride.example';
  const listed = { config: { origins: [LISTED] } };
  const cors = (response: Response) => response.headers.get('access-control-allow-origin');

  test('from the listed origins', async () => {
    const node = await restNode(listed);
    const response = await node.call('GET', '/healthz', { headers: { origin: LISTED } });
    expect(cors(response)).toBe(LISTED);
    expect(response.headers.get('vary')).toMatch(/origin/i);
  });

  test('and may read why they are refused', async () => {
    const node = await restNode(listed);
    const response = await node.call('GET', '/v1/trips', { headers: { origin: LISTED } });
    expect([response.status, cors(response)]).toEqual([401, LISTED]);
  });

  test('from no others', async () => {
    const node = await restNode(listed);
    for (const origin of ['https://evil.example', 'null']) {
      const response = await node.call('GET', '/healthz', { headers: { origin } });
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('after a preflight that says what they may send', async () => {
    const node = await restNode(listed);
    const preflight = (origin: string) =>
      node.call('OPTIONS', '/v1/trips/t1', { headers: { origin, 'access-control-request-method': 'PATCH' } });
    const response = await preflight(LISTED);
    expect(response.status).toBe(204);
    expect(cors(response)).toBe(LISTED);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST, PATCH, DELETE');
    expect(response.headers.get('access-control-allow-headers')).toMatch(/authorization.*if-match/);
    expect(cors(await preflight('https://evil.example'))).toBeNull();
  });
});

test.each([
  ['GET', '/v1/nothing'],
  ['GET', '/nothing.html'],
  ['GET', '/assets/../../package.json'],
  ['DELETE', '/v1/trips/t1'],
  ['PUT', '/v1/trips'],
  ['POST', '/'],
])('%s %s is no call: 404 as a problem', async (method, path) => {
  const node = await restNode();
  const response = await node.call(method, path, { as: 'operator' });
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ code: 'not_found' });
});
