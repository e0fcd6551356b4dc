import { describe, expect, test } from '@jest/globals';
import type { Problem, Trip } from '@tripcast/protocol';
import { encodePolyline, tripId, vehicleId } from '@tripcast/protocol';
import type { Backend } from '../../src/backend.ts';
import { BackendUnavailable } from '../../src/backend.ts';
import type { RestNode } from './rest-node.ts';
import { restNode, T0, TRIP_REQUEST } from './rest-node.ts';

const ROUTE = encodePolyline([TRIP_REQUEST.pickup, TRIP_REQUEST.dropoff]);
const EVERYTHING = {
  ...TRIP_REQUEST,
  route: ROUTE,
  vehicle: { make: 'Fiat', model: 'Cronos', colour: 'white', plate: 'SCB 1234', driverName: 'Ana' },
  simulated: true,
};

type Created = { trip: Trip; riderToken: string; followUrl: string };

const create = (node: RestNode, body: unknown) => node.call('POST', '/v1/trips', { as: 'operator', body });
const change = (node: RestNode, body: unknown, headers?: Record<string, string>) =>
  node.call('PATCH', '/v1/trips/t1', { as: 'operator', body, ...(headers && { headers }) });

describe('creating a trip', () => {
  test('answers with the trip and with what its rider needs', async () => {
    const node = await restNode();
    const response = await create(node, EVERYTHING);
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/v1/trips/t1');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { trip, riderToken, followUrl } = (await response.json()) as Created;
    expect(trip).toEqual({ ...EVERYTHING, status: 'NEW', version: 1, createdAt: T0, updatedAt: T0 });
    expect(followUrl).toBe(`http://node.example:8080/trips/t1#${riderToken}`);
    expect((await node.call('GET', '/v1/trips/t1', { token: riderToken })).status).toBe(200);
    expect((await node.call('GET', '/v1/trips', { token: riderToken })).status).toBe(403);
  });

  test('again, with the same body, is 200 and the same answer to the byte', async () => {
    const node = await restNode();
    const first = await create(node, EVERYTHING);
    node.clock.nowMs += 60_000;
    const { id, ...others } = EVERYTHING;
    const again = await create(node, { ...others, id }); // the order of fields is no difference
    expect(again.status).toBe(200);
    expect(await again.text()).toBe(await first.text());
  });

  test('again, after it has changed, finds it as it is now', async () => {
    const node = await restNode();
    await create(node, EVERYTHING);
    await node.move('ENROUTE_TO_PICKUP');
    const again = await create(node, EVERYTHING);
    expect(await again.json()).toMatchObject({ trip: { status: 'ENROUTE_TO_PICKUP', version: 2 } });
  });

  test('again, after a revocation, brings a token that lives', async () => {
    const node = await restNode();
    await create(node, EVERYTHING);
    node.clock.nowMs += 5;
    await node.call('POST', '/v1/trips/t1/revoke', { as: 'operator' });
    const { riderToken } = (await (await create(node, EVERYTHING)).json()) as Created;
    expect((await node.call('GET', '/v1/trips/t1', { token: riderToken })).status).toBe(200);
  });

  test('with an id that another body has taken is 409 exists', async () => {
    const node = await restNode();
    await create(node, EVERYTHING);
    const response = await create(node, { ...EVERYTHING, vehicleId: 'v2' });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'exists' });
  });

  test('without an id makes one each time', async () => {
    const node = await restNode();
    const { id: _, ...anonymous } = TRIP_REQUEST;
    const first = (await (await create(node, anonymous)).json()) as Created;
    const second = (await (await create(node, anonymous)).json()) as Created;
    expect(first.trip.id).not.toBe(second.trip.id);
  });

  test('`simulated: false` is a real trip', async () => {
    const node = await restNode();
    expect(await node.createTrip({ simulated: false })).not.toHaveProperty('simulated');
  });

  test('on a node that can sign no tokens leaves them out', async () => {
    const node = await restNode({ secret: undefined });
    expect(Object.keys((await (await create(node, EVERYTHING)).json()) as object)).toEqual(['trip']);
  });

  test('behind a proxy that speaks TLS, the page to follow is https', async () => {
    const node = await restNode();
    const response = await node.call('POST', '/v1/trips', {
      as: 'operator',
      body: TRIP_REQUEST,
      headers: { 'x-forwarded-proto': 'https' },
    });
    expect(await response.json()).toMatchObject({
      followUrl: expect.stringMatching(/^https:\/\/node\.example/),
    });
  });

  test('tells the node that has the driver', async () => {
    const node = await restNode();
    const notes: unknown[] = [];
    await node.backend.bus.subscribe('vehicle:{v1}', {
      hear: (note) => notes.push(JSON.parse(Buffer.from(note).toString())),
    });
    const trip = await node.createTrip();
    await create(node, TRIP_REQUEST); // its repetition is no news
    expect(notes).toEqual([{ type: 'trip', trip }]);
  });
});

describe('a body that is refused', () => {
  test.each<[string, unknown, string[]]>([
    ['nothing in it', {}, ['vehicleId', 'pickup', 'dropoff']],
    ['a list', [], ['']],
    ['null', 'null', ['']],
    ['an unknown field', { ...TRIP_REQUEST, price: 7 }, ['price']],
    [
      'an unknown field of a place',
      { ...TRIP_REQUEST, pickup: { ...TRIP_REQUEST.pickup, lat: 1 } },
      ['pickup.lat'],
    ],
    ['a prototype', '{"__proto__":{"x":1},"vehicleId":"v1"}', ['pickup', 'dropoff', '__proto__']],
    [
      'a latitude off the Earth',
      { ...TRIP_REQUEST, pickup: { latitude: 90.1, longitude: 0 } },
      ['pickup.latitude'],
    ],
    ['an infinite longitude', JSON.stringify(TRIP_REQUEST).replace('-56.15', '1e999'), ['dropoff.longitude']],
    ['a number as text', { ...TRIP_REQUEST, pickup: { latitude: '1', longitude: 0 } }, ['pickup.latitude']],
    ['ids that are none', { ...TRIP_REQUEST, id: 'a b', vehicleId: '' }, ['id', 'vehicleId']],
    ['a route that is no polyline', { ...TRIP_REQUEST, route: '???~' }, ['route']],
    ['a route of one point', { ...TRIP_REQUEST, route: encodePolyline([TRIP_REQUEST.pickup]) }, ['route']],
    ['a route without end', { ...TRIP_REQUEST, route: '?'.repeat(32_770) }, ['route']],
    ['a very long name', { ...TRIP_REQUEST, vehicle: { plate: 'x'.repeat(201) } }, ['vehicle.plate']],
  ])('%s: each wrong field is named', async (_, body, paths) => {
    const node = await restNode();
    const response = await create(node, body);
    expect(response.status).toBe(400);
    const problem = (await response.json()) as Problem;
    expect(problem.code).toBe('invalid_request');
    expect(problem.errors?.map(({ path }) => path).sort()).toEqual(paths.sort());
  });

  test.each([
    ['bad JSON', { body: '{"vehicleId":' }],
    ['text', { body: '{}', headers: { 'content-type': 'text/plain' } }],
    ['no content type', { body: '{}', headers: { 'content-type': '' } }],
    ['a form', { body: 'id=t1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['no body', {}],
  ])('%s', async (_, options) => {
    const node = await restNode();
    const response = await node.call('POST', '/v1/trips', { as: 'operator', ...options });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request' });
  });

  test('another content type says which one to send', async () => {
    const node = await restNode();
    const headers = { 'content-type': 'text/plain' };
    const response = await node.call('POST', '/v1/trips', { as: 'operator', body: '{}', headers });
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('application/json') });
  });
});

describe('changing a trip', () => {
  test('a whole ride, with its times', async () => {
    const node = await restNode();
    await node.createTrip();
    const seen: Trip[] = [];
    for (const status of ['ENROUTE_TO_PICKUP', 'ARRIVED_AT_PICKUP', 'ENROUTE_TO_DROPOFF', 'COMPLETE']) {
      node.clock.nowMs += 1000;
      const response = await node.call('PATCH', '/v1/trips/t1', { as: 'driver', body: { status } });
      seen.push(((await response.json()) as { trip: Trip }).trip);
      expect(response.headers.get('etag')).toBe(`"${seen.at(-1)!.version}"`);
    }
    expect(
      seen.map(({ status, version, updatedAt, startedAt, endedAt }) => [
        status,
        version,
        updatedAt - T0,
        startedAt,
        endedAt,
      ]),
    ).toEqual([
      ['ENROUTE_TO_PICKUP', 2, 1000, T0 + 1000, undefined],
      ['ARRIVED_AT_PICKUP', 3, 2000, T0 + 1000, undefined],
      ['ENROUTE_TO_DROPOFF', 4, 3000, T0 + 1000, undefined],
      ['COMPLETE', 5, 4000, T0 + 1000, T0 + 4000],
    ]);
  });

  test('changes what is named and nothing else', async () => {
    const node = await restNode();
    const before = await node.createTrip();
    const wish = {
      eta: T0 + 600_000,
      route: ROUTE,
      dropoff: { latitude: 1, longitude: 2 },
      vehicle: { plate: 'X' },
    };
    const response = await change(node, wish);
    expect(await response.json()).toEqual({ trip: { ...before, ...wish, version: 2 } });
  });

  test.each([
    ['NEW', 'ARRIVED_AT_PICKUP'],
    ['NEW', 'COMPLETE'],
    ['NEW', 'NEW'],
    ['ENROUTE_TO_PICKUP', 'ENROUTE_TO_PICKUP'],
    ['ENROUTE_TO_PICKUP', 'NEW'],
    ['CANCELED', 'NEW'],
    ['CANCELED', 'CANCELED'],
  ])('from %s to %s is 409 invalid_transition', async (from, to) => {
    const node = await restNode();
    await node.createTrip();
    if (from !== 'NEW') await node.move(from);
    const response = await change(node, { status: to });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'invalid_transition' });
  });

  test('a trip that has ended changes no more', async () => {
    const node = await restNode();
    await node.createTrip();
    await node.move('CANCELED');
    const response = await change(node, { eta: T0 });
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({ code: 'trip_ended' });
  });

  test.each<[string, unknown, string]>([
    ['nothing', {}, ''],
    ['an unknown status', { status: 'FLYING' }, 'status'],
    ['an eta with a fraction', { eta: 1.5 }, 'eta'],
    ['an eta before time', { eta: -1 }, 'eta'],
    ['the vehicle', { vehicleId: 'v2', eta: T0 }, 'vehicleId'],
    ['the past', { startedAt: 1, eta: T0 }, 'startedAt'],
  ])('%s is 400', async (_, body, path) => {
    const node = await restNode();
    await node.createTrip();
    const response = await change(node, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request', errors: [{ path }] });
  });

  test.each(['1', '"1"'])('If-Match: %s lets one of two through', async (version) => {
    const node = await restNode();
    await node.createTrip();
    expect((await change(node, { eta: T0 }, { 'if-match': version })).status).toBe(200);
    const second = await change(node, { eta: T0 }, { 'if-match': version });
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ code: 'conflict' });
  });

  test('an If-Match that is no version is 400', async () => {
    const node = await restNode();
    await node.createTrip();
    expect((await change(node, { eta: T0 }, { 'if-match': 'W/"1"' })).status).toBe(400);
  });
});

describe('reading trips', () => {
  async function withTrips(): Promise<RestNode> {
    const node = await restNode();
    for (const id of ['t1', 't2', 't3']) {
      node.clock.nowMs += 1;
      await node.createTrip({ id });
    }
    await node.move('CANCELED');
    return node;
  }
  const list = async (node: RestNode, query = '') => {
    const response = await node.call('GET', `/v1/trips${query}`, { as: 'operator' });
    expect(response.status).toBe(200);
    const { trips, cursor } = (await response.json()) as { trips: Trip[]; cursor?: string };
    return { ids: trips.map(({ id }) => id), cursor };
  };

  test('one, with its version as ETag', async () => {
    const node = await restNode();
    const trip = await node.createTrip();
    const response = await node.call('GET', '/v1/trips/t1', { as: 'rider' });
    expect(await response.json()).toEqual({ trip });
    expect(response.headers.get('etag')).toBe('"1"');
  });

  test('many, newest first, by pages', async () => {
    const node = await withTrips();
    const { ids, cursor } = await list(node, '?limit=2');
    expect(ids).toEqual(['t3', 't2']);
    expect(await list(node, `?limit=2&cursor=${cursor}`)).toEqual({ ids: ['t1'], cursor: undefined });
  });

  test('many of one status', async () => {
    const node = await withTrips();
    expect((await list(node, '?status=CANCELED')).ids).toEqual(['t1']);
    expect((await list(node, '?status=NEW')).ids).toEqual(['t3', 't2']);
  });

  test.each(['limit=0', 'limit=201', 'limit=ten', 'limit=1&limit=2', 'status=FLYING', 'cursor=garbage'])(
    '%s is 400',
    async (query) => {
      const node = await withTrips();
      const response = await node.call('GET', `/v1/trips?${query}`, { as: 'operator' });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ path: query.split('=')[0] }] });
    },
  );
});

describe('tokens for riders', () => {
  test('are new ones each time', async () => {
    const node = await restNode();
    await node.createTrip();
    const response = await node.call('POST', '/v1/trips/t1/tokens', { as: 'operator' });
    expect(response.status).toBe(201);
    const { riderToken, followUrl } = (await response.json()) as Created;
    expect(followUrl).toBe(`http://node.example:8080/trips/t1#${riderToken}`);
    expect((await node.call('GET', '/v1/trips/t1/track', { token: riderToken })).status).toBe(200);
  });

  test('a revocation answers with its cutoff', async () => {
    const node = await restNode();
    await node.createTrip();
    for (const path of ['/v1/trips/t1/revoke', '/v1/vehicles/v1/revoke']) {
      expect(await (await node.call('POST', path, { as: 'operator' })).json()).toEqual({ revokedBefore: T0 });
    }
    expect((await node.backend.trips.read(tripId('t1')))?.revokedBefore).toBe(T0);
    expect(await node.backend.vehicles.revokedBefore(vehicleId('v1'))).toBe(T0);
  });
});

describe('[P7] while the backend is away', () => {
  const away = (backend: Backend): Backend => ({
    ...backend,
    trips: new Proxy(backend.trips, {
      get: () => async () => {
        throw new BackendUnavailable('Redis is away');
      },
    }),
  });

  test('calls are 503, with a time to try again', async () => {
    const node = await restNode({ wrapBackend: away });
    const response = await create(node, TRIP_REQUEST);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await response.json()).toMatchObject({ code: 'unavailable', detail: 'Redis is away' });
    expect(node.errors).toEqual([]);
  });

  test('a lost note to the driver does not undo what was kept', async () => {
    const node = await restNode({
      wrapBackend: (backend) => ({
        ...backend,
        bus: {
          ...backend.bus,
          publish: () => Promise.reject(new BackendUnavailable('gone')),
        } as Backend['bus'],
      }),
    });
    expect((await create(node, TRIP_REQUEST)).status).toBe(201);
    expect((await change(node, { status: 'ENROUTE_TO_PICKUP' })).status).toBe(200);
  });
});

test('a mistake of our own is logged and answered as a problem, without its words', async () => {
  const node = await restNode({
    wrapBackend: (backend) => ({
      ...backend,
      trips: new Proxy(backend.trips, {
        get: () => async () => {
          throw new TypeError('secret words');
        },
      }),
    }),
  });
  const response = await create(node, TRIP_REQUEST);
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain('secret words');
  expect(node.errors).toHaveLength(1);
});
