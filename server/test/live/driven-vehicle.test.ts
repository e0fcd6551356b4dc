// A driver's end of the conversation, against the backend that keeps all in memory.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Close, DriverEvent, Trip } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../../src/backend.ts';
import { vehicleChannel } from '../../src/bus/live-bus.ts';
import { writeVehicleNote } from '../../src/bus/vehicle-note.ts';
import { DrivenVehicle } from '../../src/live/driven-vehicle.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { fixesAt, timesOf, tripUnderWay } from '../contract/samples.ts';
import { SteppedClock } from './stepped-clock.ts';

const NODE = 'n';
const figures = { fixesStored() {}, fixRefused() {} };

let clock: SteppedClock;
let backend: Backend;
let trip: Trip;

beforeEach(async () => {
  clock = new SteppedClock();
  backend = createMemoryBackend({ clock });
  await backend.nodes.announce(NODE, { followers: 0, drivers: 0, draining: false });
  trip = tripUnderWay(clock.now());
  await backend.trips.create(trip, '');
});

const at = (offset: number) => trip.startedAt! + offset;

/** A driver who is connected, and all that it hears. */
async function connect({ tokenIssuedAtMs = clock.now(), queueCapacity = 100 } = {}) {
  const vehicle = await takeOver({ tokenIssuedAtMs, queueCapacity });
  return { vehicle, ...greet(vehicle) };
}

async function takeOver({ tokenIssuedAtMs = clock.now(), queueCapacity = 100 } = {}): Promise<DrivenVehicle> {
  const { vehicleId: id } = trip;
  const vehicle = new DrivenVehicle({
    id,
    tokenIssuedAtMs,
    queueCapacity,
    backend,
    clock,
    figures,
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

  test('[A6] more than the node keeps closes with 4101', async () => {
    const { vehicle, closes } = await connect({ queueCapacity: 3 });
    takeStoreAway();
    vehicle.accept(fixesAt(at(0), at(1), at(2)));
    expect(closes).toEqual([]);
    vehicle.accept(fixesAt(at(3)));
    expect(closes.map(({ code }) => code)).toEqual([4101]);
  });
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
    backend.bus.subscribe = async () => () => {}; // deaf
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

async function closesAfterReread(vehicle: DrivenVehicle, closes: readonly Close[]): Promise<number[]> {
  clock.step(15_000);
  vehicle.tick();
  await settled();
  return closes.map(({ code }) => code);
}
