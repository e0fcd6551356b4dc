// What is said when a driver has gone, while the backend comes and goes.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Trip, VehicleState } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../../src/backend.ts';
import { tripChannel } from '../../src/bus/live-bus.ts';
import { readTripEvent } from '../../src/bus/trip-event.ts';
import { type Departure, Farewells } from '../../src/live/farewells.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { tripUnderWay } from '../contract/samples.ts';
import { SteppedClock } from './stepped-clock.ts';

const LOAD = { followers: 0, drivers: 1, draining: false };
const SECOND_MS = 1_000;

let clock: SteppedClock;
let backend: Backend;
let farewells: Farewells;
let trip: Trip;
/** What the followers of the trip are told. */
let told: VehicleState[];

beforeEach(async () => {
  clock = new SteppedClock();
  backend = createMemoryBackend({ clock });
  farewells = new Farewells(backend, clock);
  trip = tripUnderWay(clock.now());
  told = [];
  await backend.bus.subscribe(tripChannel(trip.id), {
    hear: (message) => {
      const event = readTripEvent(message);
      if (event?.type === 'vehicle') told.push(event.state);
    },
  });
});

async function connect(node = 'n'): Promise<Departure> {
  await backend.nodes.announce(node, LOAD);
  const onlineSince = clock.now();
  const session = await backend.vehicles.takeOver(trip.vehicleId, node, onlineSince);
  await backend.vehicles.changePace(trip.vehicleId, session, 1_000);
  return { id: trip.vehicleId, node, onlineSince, session, trips: [trip.id], paceMs: 1_000 };
}

const presence = () => backend.vehicles.presence(trip.vehicleId);
const offlineSince = (time: number): VehicleState => ({ online: false, time, paceMs: 1_000 });

/** Lets everything that can go on do so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** So much time passes, as a node lives through it. */
async function live(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    clock.step(500);
    await backend.nodes.announce('n', LOAD);
    farewells.tick();
    await settled();
  }
}

/** From now on nothing is taken, until the returned function is called. @param isServing whether that is known */
function takeAway({ isServing = false } = {}): () => void {
  const { leave, abandon } = backend.vehicles;
  const away = () => Promise.reject(new BackendUnavailable('away'));
  Object.assign(backend.vehicles, { leave: away, abandon: away });
  backend.serves = () => isServing;
  return () => {
    Object.assign(backend.vehicles, { leave, abandon });
    backend.serves = () => true;
  };
}

describe('[P4] a driver who goes', () => {
  test('is offline at once, and its followers are told', async () => {
    const departure = await connect();
    expect(await farewells.bid(departure)).toBe(clock.now());
    await settled();
    expect(told).toEqual([offlineSince(clock.now())]);
    expect(await presence()).toMatchObject(offlineSince(clock.now()));
    expect(farewells.owed).toBe(0);
  });

  test.each([true, false])(
    'while the backend is away (known: %s) is offline when it is back, since it went',
    async (isKnown) => {
      const departure = await connect();
      const wentAt = clock.now();
      const bringBack = takeAway({ isServing: !isKnown });
      const said = farewells.bid(departure);
      await live(60 * SECOND_MS);
      bringBack();
      await live(2 * SECOND_MS);
      expect(await said).toBe(wentAt);
      expect(told).toEqual([offlineSince(wentAt)]);
      expect(await presence()).toMatchObject(offlineSince(wentAt));
      expect(farewells.owed).toBe(0);
    },
  );

  test('is told of when it was written down and only the answer was lost', async () => {
    const departure = await connect();
    const { leave } = backend.vehicles;
    backend.vehicles.leave = async (...question) => {
      backend.vehicles.leave = leave;
      await leave.call(backend.vehicles, ...question);
      throw new BackendUnavailable('no answer');
    };
    const wentAt = clock.now();
    const said = farewells.bid(departure);
    await live(2 * SECOND_MS);
    expect(await said).toBe(wentAt);
    expect(told).toEqual([offlineSince(wentAt)]);
  });

  test('and has come back meanwhile, is not', async () => {
    const departure = await connect();
    const bringBack = takeAway();
    const said = farewells.bid(departure);
    await settled();
    const { session } = await connect('elsewhere');
    bringBack();
    await live(2 * SECOND_MS);
    expect(await said).toBeUndefined();
    expect(told).toEqual([]);
    expect(await presence()).toMatchObject({ online: true, session });
    expect(farewells.owed).toBe(0);
  });

  test('is written down again in the next store when the one that was told is lost', async () => {
    const departure = await connect();
    const { leave } = backend.vehicles;
    let lose = () => {};
    const kept = new Promise<void>((_, reject) => {
      lose = () => reject(new BackendUnavailable('lost'));
    });
    backend.vehicles.leave = async () => {
      backend.vehicles.leave = leave;
      return { left: true, kept }; // the store that was told, which is not the one that is looked at
    };
    expect(await farewells.bid(departure)).toBe(clock.now());
    await live(10 * SECOND_MS);
    expect(farewells.owed).toBe(1);
    lose();
    await settled();
    await live(2 * SECOND_MS);
    expect(await presence()).toMatchObject({ online: false });
    expect(farewells.owed).toBe(0);
  });

  test('from a node that leaves while the backend is away is not waited for', async () => {
    const departure = await connect();
    takeAway();
    const said = farewells.bid(departure);
    await settled();
    await farewells.close();
    expect(await said).toBeUndefined();
  });
});

describe('[P4] a takeover that was sent and not answered', () => {
  /** Nobody has told its session. */
  const unanswered = (): Departure => ({
    ...{ id: trip.vehicleId, node: 'n', onlineSince: clock.now(), session: 0, trips: [], paceMs: 5_000 },
  });

  test('is undone when it was carried out', async () => {
    const departure = { ...(await connect()), session: 0 };
    clock.step(3_000);
    void farewells.bid(departure);
    await settled();
    expect(await presence()).toMatchObject({ online: false, time: clock.now() });
  });

  test('is undone when it is carried out later', async () => {
    const departure = unanswered();
    void farewells.bid(departure);
    await live(7 * SECOND_MS);
    await backend.vehicles.takeOver(trip.vehicleId, 'n', departure.onlineSince);
    await live(5 * SECOND_MS);
    expect(await presence()).toMatchObject({ online: false, node: '' });
  });

  test('and was never carried out touches no other, and is forgotten', async () => {
    void farewells.bid(unanswered());
    clock.step(1);
    const { session } = await connect();
    await live(20 * SECOND_MS);
    expect(await presence()).toMatchObject({ online: true, session });
    expect(farewells.owed).toBe(0);
  });
});
