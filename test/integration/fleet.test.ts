// What operators see of the fleet, over one node and over two.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CLOSE, type FleetNode, type FleetView, TIMING } from '@tripcast/protocol';
import { FleetOperator, TOWN } from '../support/fleet-operator.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { describeNodes, NodePair } from '../support/nodes.ts';
import { metric, rest, restOk } from '../support/rest-client.ts';
import { fixAt, Ride } from '../support/ride.ts';
import { driverToken, riderToken, token } from '../support/tokens.ts';
import { HandshakeRefused, JSON_FIXES, WireClient } from '../support/wire-client.ts';

const PATH = '/v1/fleet/follow';
/** Far from `TOWN`. */
const SALTO: FleetView = { south: -31.45, west: -58.05, north: -31.3, east: -57.9, zoom: 14 };
const URUGUAY: FleetView = { south: -35.5, west: -59, north: -30, east: -53, zoom: 7 };
const IN_TOWN = { latitude: -34.9, longitude: -56.18 };
const IN_SALTO = { latitude: -31.38, longitude: -57.96 };

const open: WireClient[] = [];
afterEach(() => {
  for (const client of open.splice(0)) client.drop();
});

async function operator(url: string, ...options: [view?: FleetView, offer?: object]): Promise<FleetOperator> {
  const one = await FleetOperator.open(url, ...options);
  open.push(one.client);
  return one;
}

async function driver(ride: Ride, url?: string): Promise<WireClient> {
  const client = await ride.drive(url);
  open.push(client);
  return client;
}

/** A vehicle without a trip, whose driver is on a node. */
async function freeDriver(url: string, id: string): Promise<WireClient> {
  const client = await WireClient.open(`${url}/v1/vehicles/${id}/drive`, driverToken(id));
  open.push(client);
  await client.event('hello');
  return client;
}

function newVehicle(): string {
  return `v-${Math.random().toString(36).slice(2)}`;
}

describeNodes('the fleet', (nodes) => {
  test('[O3] [O4] a vehicle on whatever node is announced with its trip, then placed by its handle', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const client = await driver(ride, other.url);
    const fixes = ride.fixesAt(1, 1_001);
    client.sendFixes([fixes[0]!]);
    const watching = await operator(one.url);
    const first = await watching.sees(ride.vehicleId);
    expect(first).toMatchObject({
      online: true,
      paceMs: TIMING.paceUnwatchedMs,
      trip: { id: ride.id, status: 'ENROUTE_TO_PICKUP' },
      fix: { time: fixes[0]!.time, heading: fixes[0]!.heading },
    });
    client.sendFixes([fixes[1]!]);
    const second = await watching.sees(ride.vehicleId, ({ fix }) => fix?.time === fixes[1]!.time);
    expect(second.handle).toBe(first.handle);
  });

  test('[O7] what moves no more is there at once, and a vehicle without a trip too', async () => {
    const { one, other } = nodes();
    const id = newVehicle();
    const client = await freeDriver(one.url, id);
    const time = Date.now();
    client.sendFixes([{ ...IN_TOWN, time }]);
    await client.acknowledgedUpTo(time);
    const vehicle = await (await operator(other.url)).sees(id);
    expect(vehicle.trip).toBeUndefined();
    expect(vehicle.fix).toEqual({ ...IN_TOWN, time });
  });

  test('[O6] a vehicle that drives out of the view leaves it, and comes when the view follows', async () => {
    const { one, other } = nodes();
    const id = newVehicle();
    const client = await freeDriver(one.url, id);
    const time = Date.now();
    client.sendFixes([{ ...IN_TOWN, time }]);
    const watching = await operator(other.url);
    const { handle } = await watching.sees(id);
    client.sendFixes([{ ...IN_SALTO, time: time + 1 }]);
    await watching.until('the vehicle to be gone', ({ vehicles }) => !vehicles.has(id));
    expect(watching.client.events('left').flatMap(({ handles }) => handles)).toContain(handle);
    watching.look(SALTO);
    expect((await watching.sees(id)).handle).not.toBe(handle);
    expect([...watching.shown.vehicles.values()].every(({ fix }) => fix!.latitude > -32)).toBe(true);
  });

  test('[O3] a vehicle is announced again when its trip changes, under the same handle', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    (await driver(ride, one.url)).sendFixes(ride.fixesAt(1));
    const watching = await operator(other.url);
    const { handle } = await watching.sees(ride.vehicleId);
    await ride.change({ vehicle: { plate: 'SDA 4711' } }, other.url);
    const changed = await watching.sees(ride.vehicleId, ({ trip }) => trip?.plate === 'SDA 4711');
    expect(changed.handle).toBe(handle);
    await ride.change({ status: 'CANCELED' });
    await watching.sees(ride.vehicleId, ({ trip }) => trip === undefined);
  });

  test('[O12] a driver that goes is offline where it was last, also for whoever looks later', async () => {
    const { one, other } = nodes();
    const id = newVehicle();
    const client = await freeDriver(one.url, id);
    const time = Date.now();
    client.sendFixes([{ ...IN_TOWN, time }]);
    const watching = await operator(other.url);
    await watching.sees(id, ({ online }) => online);
    client.drop();
    const gone = await watching.sees(id, ({ online }) => !online);
    expect(gone.time).toBeGreaterThanOrEqual(time - 1_000);
    const later = await (await operator(one.url)).sees(id, ({ online }) => !online);
    expect(later).toMatchObject({ fix: { ...IN_TOWN, time }, time: gone.time });
  });

  test('[O8] from far away there are clusters, unless there are few: then vehicles all the same', async () => {
    const { one, other } = nodes();
    const ids = [newVehicle(), newVehicle()];
    for (const [index, id] of ids.entries()) {
      (await freeDriver(one.url, id)).sendFixes([{ ...(index ? IN_TOWN : IN_SALTO), time: Date.now() }]);
    }
    const watching = await operator(other.url, URUGUAY);
    for (const id of ids) await watching.sees(id);
    expect(watching.client.events('clusters')).toEqual([]);
  });

  test('[O10] vehicles are found by vehicle, trip and plate, wherever they are', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    await ride.change({ vehicle: { plate: 'XYZ 8080' } });
    (await driver(ride, one.url)).sendFixes(ride.fixesAt(1));
    const watching = await operator(other.url, SALTO);
    for (const text of [ride.vehicleId.toUpperCase(), ride.id, 'xyz 80']) {
      watching.client.send(JSON.stringify({ type: 'find', text }));
      const { event } = await watching.client.event('found', (found) => found.text === text);
      expect(event.vehicles).toMatchObject([
        { id: ride.vehicleId, trip: { id: ride.id, plate: 'XYZ 8080' } },
      ]);
    }
  });

  test('[O9] counts say how many there are in all and in view; nodes say how they are', async () => {
    const { one, other } = nodes();
    const id = newVehicle();
    (await freeDriver(one.url, id)).sendFixes([{ ...IN_SALTO, time: Date.now() }]);
    const watching = await operator(other.url, SALTO);
    await watching.sees(id);
    await watching.client.event(
      'counts',
      ({ online, inView }) => inView === watching.shown.vehicles.size && Number(online) >= 1,
    );
    const names = new Set([one, other].map(({ url }) => url)).size;
    const { event } = await watching.client.event(
      'nodes',
      ({ nodes: told }) => (told as FleetNode[]).length >= names,
    );
    for (const node of event.nodes as FleetNode[]) {
      expect(node).toEqual({
        id: expect.any(String),
        drivers: expect.any(Number),
        followers: expect.any(Number),
        operators: expect.any(Number),
        fixesPerSecond: expect.any(Number),
        lagMs: expect.any(Number),
        draining: false,
      });
    }
  });

  test('[O4] [W6] in +json positions are events', async () => {
    const { one, other } = nodes();
    const id = newVehicle();
    const fix = { ...IN_TOWN, heading: 90, time: Date.now() };
    (await freeDriver(one.url, id)).sendFixes([fix]);
    const watching = await operator(other.url, TOWN, JSON_FIXES);
    expect((await watching.sees(id)).fix).toMatchObject(fix);
    expect(watching.client.heard.seen.every(({ kind }) => kind !== 'fixes')).toBe(true);
  });

  test('[O11] operators make no driver send faster', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const client = await driver(ride, one.url);
    const watching = await operator(other.url);
    client.sendFixes(ride.fixesAt(1));
    await watching.sees(ride.vehicleId);
    client.sendFixes(ride.fixesAt(1_001));
    await watching.sees(ride.vehicleId, ({ fix }) => fix!.time === ride.startedAt + 1_001);
    expect(client.events('pace')).toEqual([]);
  });

  test('[O2] a view over the date line shows both of its sides', async () => {
    const { one, other } = nodes();
    const [east, west, away] = [newVehicle(), newVehicle(), newVehicle()];
    const places = { [east]: 179.99, [west]: -179.99, [away]: 0 };
    for (const [id, longitude] of Object.entries(places)) {
      (await freeDriver(one.url, id)).sendFixes([{ latitude: -17, longitude, time: Date.now() }]);
    }
    const watching = await operator(other.url, {
      south: -17.1,
      west: 179.9,
      north: -16.9,
      east: -179.9,
      zoom: 14,
    });
    for (const id of [east, west]) await watching.sees(id);
    expect([...watching.shown.vehicles.keys()].sort()).toEqual([east, west].sort());
  });

  test('[O2] a view that is none is ignored; text that is no JSON is malformed', async () => {
    const { one } = nodes();
    const watching = await operator(one.url, SALTO);
    for (const view of [
      {},
      { ...TOWN, north: 91 },
      { ...TOWN, south: 10, north: 0 },
      { ...TOWN, zoom: 'x' },
    ]) {
      watching.client.send(JSON.stringify({ type: 'view', ...view }));
    }
    await watching.client.event('counts');
    expect(watching.client.isClosed).toBe(false);
    watching.client.send('view');
    expect((await watching.client.closed()).code).toBe(CLOSE.malformed.code);
  });

  test('[O1] only operators see the fleet', async () => {
    const { one } = nodes();
    for (const bearer of [driverToken('v'), riderToken('t')]) {
      const refused = await WireClient.open(one.url + PATH, bearer).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(HandshakeRefused);
      expect(refused).toMatchObject({ status: 403 });
    }
  });

  test('[O1] [C5] an operator’s token that expires closes the socket', async () => {
    const { one } = nodes();
    const bearer = token({ role: 'operator', exp: Math.ceil(Date.now() / 1_000) + 4 });
    const client = await WireClient.open(one.url + PATH, bearer);
    open.push(client);
    expect((await client.closed()).code).toBe(CLOSE.tokenExpired.code);
  });

  test('[O1] [H5] an operator’s socket is closed an hour after its token was made, whatever its exp', async () => {
    const { one } = nodes();
    const nowS = Math.ceil(Date.now() / 1_000);
    const inADay = nowS + 24 * 3_600;
    const client = await WireClient.open(
      one.url + PATH,
      token({ role: 'operator', iat: nowS - 3_600 + 3, exp: inADay }),
    );
    open.push(client);
    expect((await client.closed()).code).toBe(CLOSE.tokenExpired.code);
    const stale = token({ role: 'operator', iat: nowS - 3_600, exp: inADay });
    const refused = await WireClient.open(one.url + PATH, stale).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 401 });
    expect((await rest(one.url, '/v1/trips', { token: stale })).status).toBe(401);
  });
});

describe('the fleet, when something breaks', () => {
  let pair: NodePair;
  beforeAll(async () => {
    pair = await NodePair.start();
  });
  afterAll(() => pair.close());

  test('[O12] the vehicles of a node that dies are offline, and come back with their drivers elsewhere', async () => {
    const doomed = await GatewayProcess.start({ REDIS_URL: pair.redis.url });
    const id = newVehicle();
    const time = Date.now();
    (await freeDriver(doomed.url, id)).sendFixes([{ ...IN_TOWN, time }]);
    const watching = await operator(pair.one.url);
    await watching.sees(id, ({ online }) => online);
    await doomed.kill();
    await watching.sees(id, ({ online }) => !online, 45_000);
    const again = await freeDriver(pair.other.url, id);
    again.sendFixes([{ ...IN_TOWN, time: time + 1 }]);
    await watching.sees(id, ({ online, fix }) => online && fix!.time === time + 1);
    await doomed.close();
  });

  test('[P7] operators see everything again, by itself, when Redis has restarted', async () => {
    const id = newVehicle();
    const client = await freeDriver(pair.other.url, id);
    client.sendFixes([{ ...IN_TOWN, time: Date.now() }]);
    const watching = await operator(pair.one.url);
    await watching.sees(id);
    await pair.redis.kill();
    await watching.client.event('service', ({ available }) => available === false);
    await pair.redis.start();
    await watching.client.event('service', ({ available }) => available === true);
    const time = Date.now();
    client.sendFixes([fixAt(time)]);
    await watching.sees(id, ({ fix, online }) => online && fix!.time === time);
  });

  test('[P6] a node that leaves sends its operators elsewhere', async () => {
    const leaving = await GatewayProcess.start({ REDIS_URL: pair.redis.url, TRIPCAST_DRAIN_MS: '200' });
    const watching = await operator(leaving.url);
    leaving.terminate();
    expect((await watching.client.closed()).code).toBe(CLOSE.restarting.code);
    await leaving.exit;
  });

  test('a fault that is injected on one node in demo mode is told by the others, to operators alone', async () => {
    const env = { REDIS_URL: pair.redis.url, TRIPCAST_DEMO: '1' };
    const [one, other] = await Promise.all([GatewayProcess.start(env), GatewayProcess.start(env)]);
    expect((await rest(other.url, '/v1/demo/faults')).body).toEqual({ faults: [] });
    const path = '/v1/demo/vehicles/sim-1-1/faults';
    const { status, body } = await rest(one.url, path, { method: 'POST', body: { fault: 'jump' } });
    expect([status, body]).toEqual([202, { id: expect.any(String), vehicleId: 'sim-1-1', fault: 'jump' }]);
    let told: object[] = [];
    while (told.length === 0) {
      told = (await restOk<{ faults: object[] }>(other.url, '/v1/demo/faults')).faults;
    }
    expect(told).toEqual([body]);
    const refused = await rest(one.url, path, { method: 'POST', body: { fault: 'meteor' } });
    expect(refused.status).toBe(400);
    await Promise.all([one.close(), other.close()]);
  });

  test('[O13] an operator who reads nothing is bounded, hurts nobody, and then sees what is newest', async () => {
    const ids = Array.from({ length: 40 }, newVehicle);
    const clients = await Promise.all(ids.map((id) => freeDriver(pair.other.url, id)));
    const slow = await operator(pair.one.url);
    const quick = await operator(pair.one.url);
    const first = Date.now();
    for (const client of clients) client.sendFixes([fixAt(first)]);
    for (const id of ids) await slow.sees(id);
    slow.client.pause();
    const newest = first + 1_000;
    for (const client of clients) client.sendFixes([fixAt(newest)]);
    for (const id of ids) await quick.sees(id, ({ fix }) => fix!.time === newest);
    slow.client.resume();
    for (const id of ids) await slow.sees(id, ({ fix }) => fix!.time === newest);
  });

  test('[O2] only a node whose operators look at cells is told of them', async () => {
    const [idle, looking] = await Promise.all(
      [0, 1].map(() => GatewayProcess.start({ REDIS_URL: pair.redis.url })),
    );
    const watching = await operator(looking!.url);
    await watching.client.event('nodes', ({ nodes }) => (nodes as FleetNode[]).length >= 2);
    expect(await metric(looking!.url, 'tripcast_fleet_cells')).toBeGreaterThan(10);
    expect(await metric(idle!.url, 'tripcast_fleet_cells')).toBe(0);
    await Promise.all([idle!.close(), looking!.close()]);
  });
});
