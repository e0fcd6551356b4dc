// A driver's end of the conversation, against the backend that keeps all in memory.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { CLOSE, type Close, type DriverEvent, LIMITS, TIMING, type Trip } from '@tripcast/protocol';
import { Agenda } from '../../src/agenda.ts';
import { type Backend, BackendUnavailable } from '../../src/backend.ts';
import { tripChannel, vehicleChannel } from '../../src/bus/live-bus.ts';
import { readTripEvent } from '../../src/bus/trip-event.ts';
import { writeVehicleNote } from '../../src/bus/vehicle-note.ts';
import {
  ACKNOWLEDGE_NO_SOONER_MS,
  type DriveLimits,
  DrivenVehicle,
  REMINDERS_EVERY_MS,
} from '../../src/live/driven-vehicle.ts';
import { Farewells } from '../../src/live/farewells.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { Ear } from '../contract/ear.ts';
import { fixesAt, timesOf, tripUnderWay } from '../contract/samples.ts';
import { SteppedClock } from './stepped-clock.ts';

const NODE = 'n';
const figures = { fixesStored() {}, fixRefused() {}, acknowledged() {}, takenOver() {}, publishing() {} };

let clock: SteppedClock;
let backend: Backend;
let trip: Trip;
let reminders: Agenda<DrivenVehicle>;

beforeEach(async () => {
  clock = new SteppedClock();
  reminders = new Agenda(REMINDERS_EVERY_MS, ACKNOWLEDGE_NO_SOONER_MS, clock);
  backend = createMemoryBackend({ clock });
  await backend.nodes.announce(NODE, { followers: 0, drivers: 0, draining: false });
  trip = tripUnderWay(clock.now());
  await backend.trips.create(trip, '');
});

const at = (offset: number) => trip.startedAt! + offset;

/** A driver who is connected, and all that it hears. */
async function connect(options: Parameters<typeof takeOver>[0] = {}) {
  const vehicle = await takeOver(options);
  return { vehicle, ...greet(vehicle) };
}

async function takeOver({
  tokenIssuedAtMs = clock.now(),
  limits = LIMITS as DriveLimits,
} = {}): Promise<DrivenVehicle> {
  const { vehicleId: id } = trip;
  const vehicle = new DrivenVehicle({
    limits,
    id,
    tokenIssuedAtMs,
    backend,
    clock,
    figures,
    farewells: new Farewells(backend, clock),
    reminders,
    phase: 0,
  });
  await vehicle.takeOver(NODE);
  return vehicle;
}

function greet(vehicle: DrivenVehicle) {
  const heard: DriverEvent[] = [];
  const closes: Close[] = [];
  vehicle.greet({ send: (event) => heard.push(event), close: (why) => closes.push(why) });
  return { heard, closes };
}

/** Lets everything that can go on do so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** From now on the track takes nothing, until the returned function is called. */
function takeStoreAway(): () => void {
  const { store } = backend.tracks;
  backend.tracks.store = () => Promise.reject(new BackendUnavailable('away'));
  return () => {
    backend.tracks.store = store;
  };
}

async function track(): Promise<number[]> {
  return timesOf(await backend.tracks.read(trip.id, 0, 1_000));
}

test('[C5] a revocation that comes while a driver connects, before its node listens, is not missed', async () => {
  const tokenIssuedAtMs = clock.now();
  await backend.vehicles.revoke(trip.vehicleId, tokenIssuedAtMs + 1);
  expect((await connect({ tokenIssuedAtMs })).closes).toEqual([CLOSE.revoked]);
  expect((await connect({ tokenIssuedAtMs: tokenIssuedAtMs + 1 })).closes).toEqual([]);
});

describe('[P7] while storage is away', () => {
  test('[A6] nothing is acknowledged; what came is kept in order, and stored when storage is back', async () => {
    const { vehicle, heard } = await connect();
    const bringBack = takeStoreAway();
    for (const offset of [0, 1, 2]) vehicle.accept(fixesAt(at(offset)));
    await settled();
    vehicle.acknowledge();
    expect(heard.filter(({ type }) => type === 'ack')).toEqual([]);
    bringBack();
    vehicle.accept(fixesAt(at(3)));
    await settled();
    expect(await track()).toEqual([]); // nothing later first
    clock.step(100);
    vehicle.tick();
    await settled();
    vehicle.acknowledge();
    expect(await track()).toEqual([at(0), at(1), at(2), at(3)]);
    expect(heard.at(-1)).toEqual({ type: 'ack', time: at(3) });
  });

  test('[A6] tries come less and less often, at least every 2 s', async () => {
    const { vehicle } = await connect();
    let tries = 0;
    backend.tracks.store = () => {
      tries++;
      return Promise.reject(new BackendUnavailable('away'));
    };
    vehicle.accept(fixesAt(at(0)));
    await settled();
    for (let stepped = 0; stepped < 60_000; stepped += 100) {
      clock.step(100);
      vehicle.tick();
      await settled();
    }
    expect(tries).toBeGreaterThan(60_000 / 2_000);
    expect(tries).toBeLessThan(60_000 / 2_000 + 8);
  });

  test.each([200, LIMITS.fixBurst])(
    '[A6] more than the node keeps, %i, closes with 4101',
    async (fixBurst) => {
      const { vehicle, closes } = await connect({ limits: { ...LIMITS, fixBurst } });
      takeStoreAway();
      for (let first = 0; first < fixBurst; first += 50) {
        vehicle.accept(fixesAt(...Array.from({ length: 50 }, (_, index) => at(first + index))));
      }
      expect(closes).toEqual([]);
      vehicle.accept(fixesAt(at(fixBurst)));
      expect(closes.map(({ code }) => code)).toEqual([4101]);
    },
  );
});

describe('[P1] while no replica confirms', () => {
  /** From now on what is stored is kept when the test says so. */
  function holdConfirmations(): { confirm: () => void; lose: () => void } {
    const { store } = backend.tracks;
    let [confirm, lose] = [() => {}, () => {}];
    const kept = new Promise<void>((resolve, reject) => {
      confirm = resolve;
      lose = () => reject(new BackendUnavailable('lost'));
    });
    kept.catch(() => {});
    backend.tracks.store = async (...fixes) => {
      const outcome = await store.call(backend.tracks, ...fixes);
      return typeof outcome === 'string' ? outcome : { ...outcome, kept };
    };
    return {
      confirm,
      lose() {
        backend.tracks.store = store;
        lose();
      },
    };
  }

  const acks = (heard: DriverEvent[]) => heard.filter(({ type }) => type === 'ack');

  test('later fixes are stored and passed on, none is acknowledged; then all are', async () => {
    const { vehicle, heard } = await connect();
    const { confirm } = holdConfirmations();
    for (const offset of [0, 1, 2]) {
      vehicle.accept(fixesAt(at(offset)));
      await settled();
    }
    expect(await track()).toEqual([at(0), at(1), at(2)]);
    expect(vehicle.waitingFixes).toBe(3);
    vehicle.acknowledge();
    expect(acks(heard)).toEqual([]);
    confirm();
    await settled();
    vehicle.acknowledge();
    expect(acks(heard)).toEqual([{ type: 'ack', time: at(2) }]);
    expect(vehicle.waitingFixes).toBe(0);
  });

  test('a node that leaves waits for it, but not for long', async () => {
    const { vehicle } = await connect();
    holdConfirmations();
    vehicle.accept(fixesAt(at(0)));
    await settled();
    clock.step(60_000);
    await vehicle.settle();
    expect(vehicle.waitingFixes).toBe(1);
  });

  test.each([
    ['when that is told', true],
    ['when it is found out by the next fix', false],
  ])(
    'what is lost with the master is stored again in the next one, before anything later, %s',
    async (_when, isTold) => {
      const { vehicle, heard, closes } = await connect();
      const { lose } = holdConfirmations();
      for (const offset of [0, 1, 2]) {
        vehicle.accept(fixesAt(at(offset)));
        await settled();
      }
      const next = createMemoryBackend({ clock }); // it has the trip, and none of the fixes
      await next.trips.create(trip, '');
      if (isTold) lose();
      backend.tracks.store = (...fixes) => next.tracks.store(...fixes);
      await settled();
      vehicle.accept(fixesAt(at(3)));
      await settled();
      expect(timesOf(await next.tracks.read(trip.id, 0, 10))).toEqual([]);
      for (let tries = 0; tries < 3; tries++) {
        clock.step(500);
        vehicle.tick();
        await settled();
      }
      vehicle.acknowledge();
      expect(timesOf(await next.tracks.read(trip.id, 0, 10))).toEqual([at(0), at(1), at(2), at(3)]);
      expect(acks(heard)).toEqual([{ type: 'ack', time: at(3) }]);
      expect(heard.filter(({ type }) => type === 'refused')).toEqual([]);
      expect(closes).toEqual([]);
    },
  );
});

describe('an acknowledgement', () => {
  /** Steps the clock as a node does, with a fix each `everyMs`. Resolves to when acks came, ms from now on, and for which fixes. */
  async function drive(everyMs: number, forMs: number): Promise<{ atMs: number; upToMs: number }[]> {
    const { vehicle, heard } = await connect();
    const acks: { atMs: number; upToMs: number }[] = [];
    for (let nowMs = 0; nowMs < forMs; nowMs += REMINDERS_EVERY_MS) {
      if (nowMs % everyMs === 0) vehicle.accept(fixesAt(at(nowMs)));
      await settled();
      clock.step(REMINDERS_EVERY_MS);
      reminders.visitDue((due) => due.acknowledgeAsReminded());
      const ack = heard.splice(0).find((event) => event.type === 'ack');
      if (ack) acks.push({ atMs: nowMs + REMINDERS_EVERY_MS, upToMs: ack.time - at(0) });
    }
    return acks;
  }

  test('[A1] of a fix that comes alone is sent at the next look', async () => {
    expect(await drive(5_000, 11_000)).toEqual([
      { atMs: 50, upToMs: 0 },
      { atMs: 5_050, upToMs: 5_000 },
      { atMs: 10_050, upToMs: 10_000 },
    ]);
  });

  test('[A1] of many fixes covers several, and no fix waits for it as long as 2 s', async () => {
    const acks = await drive(250, 20_000);
    expect(acks.length).toBeLessThan(20_000 / 1_600);
    let acknowledged = -250;
    for (const { atMs, upToMs } of acks) {
      expect(atMs - (acknowledged + 250)).toBeLessThan(TIMING.ackWithinMs); // the oldest that it covers
      acknowledged = upToMs;
    }
    expect(acknowledged).toBeGreaterThan(18_000);
  });
});

test('[A1] what is acknowledged is a whole time, though one with a fraction was refused', async () => {
  const { vehicle, heard } = await connect();
  vehicle.accept(fixesAt(at(0)));
  await settled();
  vehicle.refuse(at(1) + 0.5, 'fix_invalid');
  vehicle.acknowledge();
  expect(heard.at(-1)).toEqual({ type: 'ack', time: at(0) });
});

describe('[D4] one writer', () => {
  test('a newer connection closes the older with 4009, which writes nothing more', async () => {
    const older = await connect();
    const newer = await connect();
    await settled();
    expect(older.closes.map(({ code }) => code)).toEqual([4009]);
    older.vehicle.accept(fixesAt(at(5)));
    newer.vehicle.accept(fixesAt(at(0)));
    await settled();
    expect(await track()).toEqual([at(0)]);
  });

  test('one that was overtaken during its own handshake is closed as soon as it is there', async () => {
    const older = await takeOver();
    await connect();
    await settled();
    expect(greet(older).closes.map(({ code }) => code)).toEqual([4009]);
  });

  test('a takeover whose note was lost is found by the periodic read', async () => {
    backend.bus.subscribe = async () => {}; // deaf
    const { vehicle, closes } = await connect();
    await backend.vehicles.takeOver(trip.vehicleId, 'elsewhere', clock.now());
    await settled();
    expect(closes).toEqual([]);
    expect(await closesAfterReread(vehicle, closes)).toEqual([4009]);
  });

  test('the farewell of an older one does not say that the vehicle is gone', async () => {
    const older = await connect();
    await connect();
    await older.vehicle.leave();
    expect(await backend.vehicles.presence(trip.vehicleId)).toMatchObject({ online: true });
  });
});

test('[P4] a driver of whom a failover has lost that it came is sent round again', async () => {
  const { vehicle, closes } = await connect();
  const { presence } = backend.vehicles;
  backend.vehicles.presence = async (id) => {
    const before = await presence.call(backend.vehicles, id);
    return { ...before, session: before.session - 1, node: 'another', online: false };
  };
  expect(await closesAfterReread(vehicle, closes)).toEqual([1012]);
});

test('[P4] a node that was taken for dead sends its driver round again, so that riders hear it is back', async () => {
  const { vehicle, closes } = await connect();
  const { session } = await backend.vehicles.presence(trip.vehicleId);
  await backend.vehicles.leave(trip.vehicleId, session, clock.now());
  expect(await closesAfterReread(vehicle, closes)).toEqual([1012]);
});

test('[C5] a token that was revoked during the handshake is closed with 4003 as soon as there is a socket', async () => {
  const vehicle = await takeOver();
  clock.step(1);
  await backend.vehicles.revoke(trip.vehicleId, clock.now());
  await settled();
  expect(greet(vehicle).closes.map(({ code }) => code)).toEqual([4003]);
});

test('[C5] a token made in the moment of the revocation lives', async () => {
  const { closes } = await connect();
  await backend.vehicles.revoke(trip.vehicleId, clock.now());
  await settled();
  expect(closes).toEqual([]);
});

test('[B1] the pace: faster when a node wants more, slower 15 s after the last that listened', async () => {
  const { vehicle, heard } = await connect();
  expect(heard[0]).toMatchObject({ type: 'hello', pace: { intervalMs: 5_000 } });
  await backend.bus.publish(vehicleChannel(trip.vehicleId), writeVehicleNote({ type: 'wanted' }));
  await settled();
  expect(heard.at(-1)).toEqual({ type: 'pace', intervalMs: 1_000 });
  expect(await backend.vehicles.presence(trip.vehicleId)).toMatchObject({ paceMs: 1_000 });
  clock.step(15_000);
  vehicle.tick();
  await settled();
  expect(heard.at(-1)).toEqual({ type: 'pace', intervalMs: 5_000 });
  expect(await backend.vehicles.presence(trip.vehicleId)).toMatchObject({ paceMs: 5_000 });
});

describe('[B1] a driver of whom nothing is stored stays fast while somebody follows', () => {
  /** As it was told over time. */
  const paces = (heard: DriverEvent[]) =>
    heard.flatMap((event) =>
      event.type === 'hello' ? [event.pace.intervalMs] : event.type === 'pace' ? [event.intervalMs] : [],
    );

  async function live(vehicle: DrivenVehicle, ms: number, eachSecond = () => {}): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clock.step(1_000);
      await backend.nodes.announce(NODE, { followers: 0, drivers: 0, draining: false });
      eachSecond();
      vehicle.tick();
      await settled();
    }
  }

  test.each<[string, (vehicle: DrivenVehicle) => void]>([
    ['it says nothing', () => {}],
    ['it sends the same again', (vehicle) => vehicle.accept(fixesAt(at(0)))],
    ['its fixes are of no trip', (vehicle) => vehicle.accept(fixesAt(clock.now()))],
  ])('%s', async (_why, send) => {
    const created = tripUnderWay(clock.now(), { vehicleId: trip.vehicleId, status: 'NEW' });
    delete created.startedAt;
    await backend.trips.create(created, '');
    await backend.trips.replace({ ...trip, status: 'COMPLETE', version: 2, endedAt: at(0) }, 1);
    const follower = await Ear.on(backend, tripChannel(created.id)); // a follower's node
    const { vehicle, heard } = await connect();
    await settled();
    expect(paces(heard)).toEqual([1_000]);
    await live(vehicle, 60_000, () => send(vehicle));
    expect(paces(heard)).toEqual([1_000]);
    follower.unsubscribe();
    await live(vehicle, 14_000, () => send(vehicle));
    expect(paces(heard)).toEqual([1_000]);
    await live(vehicle, 6_000, () => send(vehicle));
    expect(paces(heard)).toEqual([1_000, 5_000]);
  });
});

test('[P9] what is stored after the driver has gone does not tell followers that it is there', async () => {
  const { vehicle } = await connect();
  const { store } = backend.tracks;
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  backend.tracks.store = async (...fixes) => {
    await held;
    return store.call(backend.tracks, ...fixes);
  };
  const heard: string[] = [];
  await backend.bus.subscribe(tripChannel(trip.id), {
    hear: (message) => {
      const event = readTripEvent(message);
      if (event?.type === 'vehicle') heard.push(event.state.online ? 'online' : 'offline');
    },
  });
  vehicle.accept(fixesAt(at(0)));
  await vehicle.leave();
  letGo();
  await settled();
  await settled();
  expect(await track()).toEqual([at(0)]);
  expect(heard).toEqual(['offline']);
  expect(await backend.vehicles.presence(trip.vehicleId)).toMatchObject({ online: false, paceMs: 5_000 });
});

async function closesAfterReread(vehicle: DrivenVehicle, closes: readonly Close[]): Promise<number[]> {
  clock.step(15_000);
  vehicle.tick();
  await settled();
  return closes.map(({ code }) => code);
}
