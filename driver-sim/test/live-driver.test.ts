import { describe, expect, test } from '@jest/globals';
import type { Platform, WebSocketConstructor } from '@tripcast/client';
import { CLOSE, decodeFixes, type Fix, tripId, vehicleId } from '@tripcast/protocol';
import { PROMPT, type RadioLink } from '../src/faults/index.ts';
import { metresBetween } from '../src/ground.ts';
import { LiveDriver, type LiveDriverOptions } from '../src/live-driver.ts';
import type { Pose } from '../src/motion.ts';
import { randomFrom } from '../src/random.ts';
import { SimulatedVehicle } from '../src/simulated-vehicle.ts';
import { Statistics } from '../src/statistics.ts';
import { tokensFrom } from '../src/tokens.ts';
import type { Recorder } from '../src/traces/index.ts';
import type { Call } from '../src/trip-api.ts';
import { montevideo } from './montevideo.ts';
import { SteppedClock, settled } from './stepped-clock.ts';

/** The node's end of a socket. */
class NodeSocket extends EventTarget {
  binaryType = 'blob';
  readonly bufferedAmount = 0;
  readonly fixes: Fix[] = [];

  send(message: Uint8Array<ArrayBuffer>): void {
    this.fixes.push(...(decodeFixes(message) ?? []));
  }

  close(): void {}

  /** What the node says. */
  say(event: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(event) }));
  }

  /** The empty message, after four seconds without another. */
  isStillHere(): void {
    this.dispatchEvent(new MessageEvent('message', { data: new ArrayBuffer(0) }));
  }

  end(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '' }));
  }
}

async function connected(paceMs: number, options: Partial<LiveDriverOptions> = {}) {
  const clock = new SteppedClock();
  await clock.pass(1_800_000_000_000);
  const statistics = new Statistics();
  const calls: Call[] = [];
  const problems: string[] = [];
  const sockets: NodeSocket[] = [];
  class Socket extends NodeSocket {
    constructor() {
      super();
      sockets.push(this);
    }
  }
  const driver = new LiveDriver({
    car: new SimulatedVehicle({
      world: montevideo,
      index: 0,
      startMs: clock.now(),
      speedup: 1,
      ridesLimit: Number.POSITIVE_INFINITY,
    }),
    startMs: clock.now(),
    speedup: 1,
    random: randomFrom(1, 'device'),
    url: 'http://node',
    platform: {
      WebSocket: Socket as unknown as WebSocketConstructor,
      fetch: async () => new Response('{}'),
      clock,
      random: () => 0.5,
      onWake: () => () => {},
      onNetwork: () => () => {},
    } satisfies Platform,
    statistics,
    api: async (call) => {
      calls.push(call);
      return { ok: true, body: {} };
    },
    tokens: tokensFrom('a secret that is long enough for HS256'),
    vehicleId: 'sim-1-1',
    vehicle: {},
    runId: 'run',
    faults: [PROMPT],
    onProblem: (text) => problems.push(text),
    ...options,
  });
  while (sockets.length === 0) await settled(); // the token is signed first
  const node = sockets[0]!;
  node.dispatchEvent(new Event('open'));
  node.say({ type: 'hello', serverTime: clock.now(), pace: { intervalMs: paceMs }, trips: [] });
  const drive = async (seconds: number) => {
    for (let tick = 0; tick < seconds * 10; tick++) {
      if (tick % 40 === 0) node.isStillHere();
      await clock.pass(100);
      driver.advanceTo(clock.now());
    }
    await clock.pass(100);
  };
  return { driver, node, sockets, drive, statistics, calls, problems, clock };
}

describe('a driver at a node', () => {
  test.each([
    [1_000, 20],
    [5_000, 4],
  ])('sends at the pace that the node asks for: every %d ms', async (paceMs, count) => {
    const { node, drive, driver } = await connected(paceMs);
    await drive(20);
    expect(node.fixes.length).toBe(count);
    expect(node.fixes.every(({ simulated }) => simulated)).toBe(true);
    for (let index = 1; index < count; index++) {
      expect(node.fixes[index]!.time - node.fixes[index - 1]!.time).toBe(paceMs);
    }
    await driver.close(0);
  });

  test('changes its pace when it is told to', async () => {
    const { node, drive, driver } = await connected(5_000);
    await drive(10);
    const slow = node.fixes.length;
    node.say({ type: 'pace', intervalMs: 1_000 });
    await drive(10);
    expect(node.fixes.length - slow).toBeGreaterThanOrEqual(9);
    await driver.close(0);
  });

  test('counts what is sent, acknowledged and refused', async () => {
    const { node, drive, driver, statistics, problems } = await connected(1_000);
    await drive(5);
    node.say({ type: 'refused', time: node.fixes[4]!.time, code: 'fix_invalid', message: 'bad' });
    node.say({ type: 'ack', time: node.fixes[2]!.time });
    await settled();
    expect(statistics).toMatchObject({ sent: 5, acknowledged: 3, refused: 1 });
    expect(statistics.roundTripMs(0.5)).toBeGreaterThan(0);
    expect(problems).toHaveLength(1);
    expect(driver.outbox.size).toBe(1);
    await driver.close(0);
  });

  test('drives next what an operator has ordered, between the streets nearest to there, unless it is called off', async () => {
    const { node, drive, driver, calls, clock } = await connected(5_000);
    const { spotNear, centre } = montevideo;
    const order = (id: string, status = 'NEW') => ({
      type: 'trip',
      trip: {
        id: tripId(id),
        vehicleId: vehicleId('sim-1-1'),
        status,
        version: 1,
        pickup: spotNear(centre).coordinates,
        dropoff: spotNear({ ...centre, latitude: centre.latitude + 0.004 }).coordinates,
        createdAt: clock.now(),
        updatedAt: clock.now(),
      },
    });
    node.say(order('called-off'));
    node.say(order('ordered'));
    node.say(order('called-off', 'CANCELED'));
    await settled();
    const changes = () =>
      calls
        .filter(({ path }) => path === '/v1/trips/ordered')
        .map(({ method, body }) => [method, (body as { status?: string }).status] as const);
    for (
      let waitedS = 0;
      waitedS < 3_600 && !changes().some(([, status]) => status === 'COMPLETE');
      waitedS += 10
    ) {
      await drive(10);
    }
    expect(changes().flatMap(([, status]) => status ?? [])).toEqual([
      'ENROUTE_TO_PICKUP',
      'ARRIVED_AT_PICKUP',
      'ENROUTE_TO_DROPOFF',
      'COMPLETE',
    ]);
    expect(new Set(changes().map(([method]) => method))).toEqual(new Set(['PATCH']));
    expect(calls.map(({ path }) => path)).not.toContain('/v1/trips/called-off');
    await driver.close(0);
  });

  test('lets a ride go that its rider has called off', async () => {
    const { node, drive, driver, calls, clock } = await connected(1_000);
    do await drive(1);
    while (!driver.isOnTrip);
    const { id } = calls.find(({ method }) => method === 'POST')!.body as { id: string };
    const place = { latitude: 0, longitude: 0 };
    const trip = {
      id: tripId(id),
      vehicleId: vehicleId('sim-1-1'),
      status: 'CANCELED',
      version: 3,
      pickup: place,
      dropoff: place,
      createdAt: clock.now(),
      updatedAt: clock.now(),
    };
    node.say({ type: 'trip', trip: { ...trip, id: 'another' } });
    await settled();
    expect(driver.isOnTrip).toBe(true);
    node.say({ type: 'trip', trip });
    await settled();
    expect(driver.isOnTrip).toBe(false);
    await driver.close(0);
  });

  test('whose battery dies falls silent, loses what it kept, and comes back as a new app', async () => {
    let forgotten = 0;
    const { node, sockets, drive, driver } = await connected(1_000, {
      faults: [{ kind: 'dead', when: { fromMs: 5_000, untilMs: 15_000 } }],
      link: { forget: () => forgotten++ } as unknown as RadioLink,
    });
    await drive(10);
    expect(node.fixes.length).toBeLessThanOrEqual(5);
    expect(forgotten).toBe(1);
    expect(driver.outbox).toEqual({ size: 0, dropped: node.fixes.length });
    expect(driver.isRefused).toBe(false);
    expect(sockets).toHaveLength(1);
    await drive(10);
    while (sockets.length === 1) await settled(); // its token is signed first
    await driver.close(0);
  });

  test('whose clock is 90 s ahead still sends times that are right by the node', async () => {
    const { node, drive, driver, clock } = await connected(1_000, {
      faults: [{ kind: 'skewed', ms: 90_000 }],
    });
    const startMs = clock.now();
    await drive(10);
    expect(node.fixes.length).toBeGreaterThanOrEqual(9);
    for (const { time } of node.fixes) {
      expect(time).toBeGreaterThanOrEqual(startMs - 1_000);
      expect(time).toBeLessThanOrEqual(clock.now() + 1_000);
    }
    await driver.close(0);
  });

  test('tells its recorder what is measured, before any fault, with the truth', async () => {
    const recorded: [Fix, Pose][] = [];
    const { node, drive, driver } = await connected(5_000, {
      faults: [{ kind: 'lost', share: 1 }],
      recorder: {
        add: (fixes: Fix[], truths: Pose[]) => {
          for (const [index, fix] of fixes.entries()) recorded.push([fix, truths[index]!]);
        },
      } as unknown as Recorder,
    });
    await drive(20);
    expect(node.fixes).toEqual([]);
    expect(recorded.length).toBeGreaterThanOrEqual(19); // each second, whatever the pace
    for (const [fix, truth] of recorded) expect(metresBetween(fix, truth)).toBeLessThan(16);
    await driver.close(0);
  });

  test('that is replaced by another one goes, and says so', async () => {
    const { node, drive, driver, problems } = await connected(1_000);
    await drive(2);
    node.end(CLOSE.replaced.code);
    await settled();
    expect(driver.isRefused).toBe(true);
    const sent = node.fixes.length;
    await drive(5);
    expect(node.fixes.length).toBe(sent);
    expect(problems).toEqual([expect.stringContaining('4009')]);
    await driver.close(0);
  });
});

describe('a fault that an operator injects', () => {
  const farthest = (fixes: readonly Fix[]) =>
    Math.max(...fixes.slice(1).map((fix, index) => metresBetween(fixes[index]!, fix)));

  test('has the receiver jump for a minute, and no longer', async () => {
    const { driver, node, drive } = await connected(1_000);
    await drive(20);
    expect(farthest(node.fixes)).toBeLessThan(100);
    driver.inject('jump');
    await drive(62);
    expect(farthest(node.fixes)).toBeGreaterThan(300);
    const after = node.fixes.length;
    await drive(30);
    expect(farthest(node.fixes.slice(after))).toBeLessThan(100);
  });

  test('has the car stand where it is for a minute, and drive on from there', async () => {
    const { driver, node, drive } = await connected(1_000);
    await drive(60);
    driver.inject('stop');
    await drive(2);
    const from = node.fixes.length;
    await drive(55);
    expect(node.fixes.length).toBeGreaterThan(from - 1);
    for (const fix of node.fixes.slice(from)) expect(metresBetween(fix, node.fixes[from]!)).toBeLessThan(40);
    await drive(30);
    expect(farthest(node.fixes)).toBeLessThan(100);
  });

  test('has the phone die, and start anew a minute later', async () => {
    const { driver, sockets, drive } = await connected(1_000);
    await drive(5);
    driver.inject('dead');
    await drive(50);
    expect(sockets).toHaveLength(1);
    await drive(15);
    while (sockets.length === 1) await settled(); // the token is signed first
  });

  test('has its radio in a tunnel for a minute', async () => {
    const coverage: (string | undefined)[] = [];
    const link = {
      setConditions: (to: { coverage?: string }) => coverage.push(to.coverage),
      cut() {},
      forget() {},
    } as unknown as RadioLink;
    const { driver, drive } = await connected(1_000, { link });
    driver.inject('tunnel');
    await drive(59);
    expect(coverage.at(-1)).toBe('none');
    await drive(2);
    expect(coverage.at(-1)).toBe('clear');
  });
});
