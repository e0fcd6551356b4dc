// A followed trip against a bus that says what a test wants, or fails to: the audience hears what is stored, once, in order.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Trip, VehicleState } from '@tripcast/protocol';
import type { TripAccess } from '../../src/access.ts';
import { type Backend, BackendUnavailable } from '../../src/backend.ts';
import { tripChannel, vehicleChannel } from '../../src/bus/live-bus.ts';
import { writeLiveFixes } from '../../src/bus/live-message.ts';
import { writeTripEvent, writeVehicleEvent } from '../../src/bus/trip-event.ts';
import { FollowedTrip } from '../../src/live/followed-trip.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import type { TripRecord } from '../../src/trips/trip-store.ts';
import { fixesAt, timesOf, tripUnderWay } from '../contract/samples.ts';
import { ScriptedBus } from './scripted-bus.ts';
import { SteppedClock } from './stepped-clock.ts';

const SESSION = 1;

let clock: SteppedClock;
let backend: Backend;
let bus: ScriptedBus;
let trip: Trip;
let followed: FollowedTrip;
/** Times that the audience was given, ms after the trip's start. */
let heard: number[];
let records: TripRecord[];
let states: VehicleState[];
let holes: number;
let timesStoredAgain: number;

const audience = {
  fixes: (bytes: Uint8Array) => heard.push(...timesOf(bytes).map((time) => time - trip.startedAt!)),
  trip: (record: TripRecord) => records.push(record),
  vehicle: (state: VehicleState) => states.push(state),
  holeFound: () => holes++,
  storedAgain: () => timesStoredAgain++,
};

beforeEach(async () => {
  clock = new SteppedClock();
  bus = new ScriptedBus();
  backend = { ...createMemoryBackend({ clock }), bus };
  trip = tripUnderWay(clock.now());
  await backend.trips.create(trip, '');
  followed = new FollowedTrip(trip.id, { backend, clock });
  [heard, records, states, holes, timesStoredAgain] = [[], [], [], 0, 0];
});

const at = (offset: number) => trip.startedAt! + offset;

/** Stores fixes without a word on the bus. */
async function store(...offsets: number[]): Promise<void> {
  await backend.tracks.store(trip.id, SESSION, fixesAt(...offsets.map(at)));
}

/** The bus says what the node that stored them would have said. */
function say(after: number | 'nothing', offsets: number[], version = trip.version): void {
  const time = after === 'nothing' ? 0 : at(after);
  bus.say(tripChannel(trip.id), writeLiveFixes(version, time, fixesAt(...offsets.map(at))));
}

async function replace(eta: number, isHeard = false): Promise<void> {
  const changed = { ...trip, version: 2, eta: at(eta), updatedAt: at(2) };
  await backend.trips.replace(changed, 1);
  if (isHeard) bus.say(tripChannel(trip.id), writeTripEvent(changed));
}

function giveShare(access: TripAccess): TripAccess {
  return { ...access, shares: [{ id: 's', name: 'a friend', createdAt: at(2), expiresAt: at(60_000) }] };
}

/** Lets everything that can go on do so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Holds the next read of the track until it is let go. */
function holdNextRead(): { begun: Promise<void>; letGo: () => void } {
  const { read } = backend.tracks;
  let [begin, letGo] = [() => {}, () => {}];
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  backend.tracks.read = async (...query) => {
    backend.tracks.read = read;
    const page = await read.call(backend.tracks, ...query);
    begin();
    await gate;
    return page;
  };
  return { begun, letGo };
}

describe('[P2] fixes', () => {
  test('that follow on the last ones are passed on as they came', async () => {
    await store(0);
    await followed.open(audience);
    say(0, [1, 2]);
    say(2, [3]);
    expect(heard).toEqual([1, 2, 3]);
    expect(followed.head).toBe(at(3));
    expect(followed.newest?.time).toBe(at(3));
  });

  test('before which a message was lost send us to the track first', async () => {
    await followed.open(audience);
    await store(0, 1, 2, 3);
    say(2, [3]);
    await settled();
    expect(heard).toEqual([0, 1, 2, 3]);
    expect(holes).toBe(1);
  });

  test('that were heard before are not passed on again, nor in part', async () => {
    await followed.open(audience);
    await store(0, 1, 2, 3);
    say('nothing', [0, 1]);
    say('nothing', [0, 1]);
    say('nothing', [0]);
    expect(heard).toEqual([0, 1]);
    say(0, [1, 2, 3]);
    await settled();
    expect(heard).toEqual([0, 1, 2, 3]);
  });

  test('that were heard before, and are stored again, are told as such; so is it that any may have been', async () => {
    await followed.open(audience);
    await store(0, 1, 2);
    say('nothing', [0, 1]);
    expect(timesStoredAgain).toBe(0);
    say('nothing', [0]);
    expect(timesStoredAgain).toBe(1);
    const { begun, letGo } = holdNextRead();
    say(1, [1, 2]);
    await begun;
    say('nothing', [0]);
    expect(timesStoredAgain).toBe(2);
    letGo();
    await settled();
    await followed.check();
    expect(timesStoredAgain).toBe(3);
    expect(heard).toEqual([0, 1, 2]);
  });

  test('that come while the track is being read are read too, once', async () => {
    await followed.open(audience);
    await store(0, 1, 2);
    const { begun, letGo } = holdNextRead();
    say(1, [2]);
    await begun;
    await store(3);
    say(2, [3]);
    letGo();
    await settled();
    expect(heard).toEqual([0, 1, 2, 3]);
    await store(4);
    say(3, [4]);
    expect(heard).toEqual([0, 1, 2, 3, 4]);
  });

  test('that come while the trip is being opened are not lost', async () => {
    const { newest } = backend.tracks;
    backend.tracks.newest = async (id) => {
      backend.tracks.newest = newest;
      const before = await newest.call(backend.tracks, id);
      await store(0);
      say('nothing', [0]);
      return before;
    };
    await followed.open(audience);
    expect(followed.head).toBe(at(0));
  });

  test('that come during each read, however often, do not keep the trip from being opened', async () => {
    const { newest } = backend.tracks;
    let reads = 0;
    backend.tracks.newest = async (id) => {
      const before = await newest.call(backend.tracks, id);
      await store(reads);
      say(reads === 0 ? 'nothing' : reads - 1, [reads]);
      reads++;
      return before;
    };
    await followed.open(audience);
    const opened = reads;
    expect(opened).toBeLessThan(10);
    await settled();
    await store(opened);
    say(opened - 1, [opened]);
    await settled();
    expect(heard).toEqual([opened - 1, opened]);
  });

  test('of a long track are given in messages of at most 64', async () => {
    await followed.open(audience);
    const offsets = Array.from({ length: 1_300 }, (_, offset) => offset);
    await store(...offsets);
    const sizes: number[] = [];
    const { fixes } = audience;
    audience.fixes = (bytes) => {
      sizes.push(timesOf(bytes).length);
      return fixes(bytes);
    };
    say(1_298, [1_299]);
    await settled();
    audience.fixes = fixes;
    expect(heard).toEqual(offsets);
    expect(Math.max(...sizes)).toBe(64);
  });

  test('that cannot be read now come with the next check', async () => {
    await followed.open(audience);
    await store(0, 1);
    const { read } = backend.tracks;
    backend.tracks.read = () => Promise.reject(new BackendUnavailable('away'));
    say(0, [1]);
    await settled();
    expect(heard).toEqual([]);
    backend.tracks.read = read;
    clock.step(1_501);
    expect(followed.isCheckDue()).toBe(true);
    await followed.check();
    expect(heard).toEqual([0, 1]);
  });

  test('that nobody told of are found when the trip has been silent for longer than its pace', async () => {
    await backend.nodes.announce('a', { followers: 0, drivers: 0, draining: false });
    await backend.vehicles.takeOver(trip.vehicleId, 'a', clock.now());
    await followed.open(audience);
    await store(0);
    clock.step(5_000);
    expect(followed.isCheckDue()).toBe(false);
    clock.step(1_501);
    expect(followed.isCheckDue()).toBe(true);
    await followed.check();
    expect(heard).toEqual([0]);
    expect(followed.isCheckDue()).toBe(false);
  });
});

describe('the trip', () => {
  test('[F5] is reread when fixes come with a greater version', async () => {
    await followed.open(audience);
    await backend.trips.replace({ ...trip, version: 2, eta: at(60_000) }, 1);
    await store(0);
    say('nothing', [0], 2);
    await settled();
    expect(records.map((record) => record.trip.version)).toEqual([2]);
    expect(heard).toEqual([0]);
  });

  test('[F5] is told when the next version is heard, and reread when one was missed; the version never goes back', async () => {
    await followed.open(audience);
    const tell = (version: number) => bus.say(tripChannel(trip.id), writeTripEvent({ ...trip, version }));
    tell(2);
    expect(records.map((record) => record.trip.version)).toEqual([2]);
    await backend.trips.replace({ ...trip, version: 5 }, 1);
    tell(4);
    await settled();
    tell(3);
    await settled();
    expect(records.map((record) => record.trip.version)).toEqual([2, 5]);
  });

  test.each<[string, () => Promise<unknown>, number]>([
    ['and nothing in its place', async () => {}, 0],
    ['and another in its place', () => replace(90_000), 90_000],
    ['and another in its place that is heard', () => replace(90_000, true), 90_000],
    ['and a share in its place', () => backend.trips.changeAccess(trip.id, giveShare), 0],
  ])(
    '[F5] [T4] is told with a greater version when a change was told and lost, %s',
    async (_what, change, eta) => {
      await followed.open(audience);
      const lost = { ...trip, version: 2, eta: at(60_000), updatedAt: at(1) };
      bus.say(tripChannel(trip.id), writeTripEvent(lost));
      await change();
      await settled();
      await followed.check();
      await followed.check();
      const stored = (await backend.trips.read(trip.id))!;
      expect(records.map((record) => record.trip.version)).toEqual([2, 3]);
      expect(records.at(-1)).toEqual({ ...stored, request: undefined });
      expect(stored.trip.eta).toBe(eta === 0 ? undefined : at(eta));
    },
  );

  test('that is unknown is not opened, and not listened to', async () => {
    const unknown = tripUnderWay(clock.now());
    const other = new FollowedTrip(unknown.id, { backend, clock });
    expect(await other.open(audience)).toBe(false);
    expect(await bus.publish(tripChannel(unknown.id), '')).toBe(0);
  });

  test('[B1] asks its driver for more when its first follower comes', async () => {
    await followed.open(audience);
    expect(bus.published).toEqual([
      { channel: vehicleChannel(trip.vehicleId), message: '{"type":"wanted"}' },
    ]);
  });
});

test('[B1] a driver that is slow has not heard that it is wanted, and is told again', async () => {
  await backend.nodes.announce('a', { followers: 0, drivers: 0, draining: false });
  const session = await backend.vehicles.takeOver(trip.vehicleId, 'a', clock.now());
  await followed.open(audience);
  bus.published.length = 0;
  await followed.check();
  const wanted = { channel: vehicleChannel(trip.vehicleId), message: '{"type":"wanted"}' };
  expect(bus.published).toEqual([wanted]);
  await backend.vehicles.changePace(trip.vehicleId, session, 1_000);
  await followed.check();
  expect(bus.published).toEqual([wanted]);
});

describe('[P4] the driver', () => {
  const LOAD = { followers: 0, drivers: 0, draining: false };

  test('is offline when its node is gone; that is written down, and told to the other nodes', async () => {
    await backend.nodes.announce('a', LOAD);
    const session = await backend.vehicles.takeOver(trip.vehicleId, 'a', clock.now());
    await followed.open(audience);
    expect(followed.vehicle.online).toBe(true);
    bus.published.length = 0;
    clock.step(10_000);
    await followed.check();
    const offline = { online: false, time: clock.now(), paceMs: 5_000 };
    expect(states).toEqual([offline]);
    expect(bus.published).toEqual([
      { channel: tripChannel(trip.id), message: writeVehicleEvent(session, offline) },
    ]);
    expect(await backend.vehicles.presence(trip.vehicleId)).toMatchObject({ online: false, node: '' });
  });

  test('[F2] whose node went when nobody followed is offline since that is noticed, not since it came', async () => {
    await backend.nodes.announce('a', LOAD);
    await backend.vehicles.takeOver(trip.vehicleId, 'a', clock.now());
    clock.step(60_000);
    await followed.open(audience);
    expect(followed.vehicle).toEqual({ online: false, time: clock.now(), paceMs: 5_000 });
    expect(await backend.vehicles.presence(trip.vehicleId)).toMatchObject({ time: clock.now(), node: '' });
  });

  test('is looked for at least every 4 s while it is said to be there', async () => {
    await backend.nodes.announce('a', LOAD);
    await backend.vehicles.takeOver(trip.vehicleId, 'a', clock.now());
    await followed.open(audience);
    for (let checks = 0; checks < 4; checks++) {
      clock.step(6_501);
      await backend.nodes.announce('a', LOAD);
      await followed.check();
      clock.step(4_001);
      expect(followed.isCheckDue()).toBe(true);
    }
  });

  test('of an older session says nothing that counts', async () => {
    await backend.nodes.announce('a', LOAD);
    const session = await backend.vehicles.takeOver(trip.vehicleId, 'a', clock.now());
    await followed.open(audience);
    const state = { online: false, time: clock.now(), paceMs: 5_000 };
    bus.say(tripChannel(trip.id), writeVehicleEvent(session - 1, state));
    expect(states).toEqual([]);
    bus.say(tripChannel(trip.id), writeVehicleEvent(session, state));
    expect(states).toEqual([state]);
  });

  test('that comes while the presence is being read is not undone by what was read', async () => {
    await followed.open(audience);
    await backend.nodes.announce('a', LOAD);
    const { presence } = backend.vehicles;
    backend.vehicles.presence = async (id) => {
      backend.vehicles.presence = presence;
      const before = await presence.call(backend.vehicles, id);
      const session = await backend.vehicles.takeOver(id, 'a', clock.now());
      const state = { online: true, time: clock.now(), paceMs: 5_000 };
      bus.say(tripChannel(trip.id), writeVehicleEvent(session, state));
      return before;
    };
    await followed.check();
    expect(followed.vehicle.online).toBe(true);
    expect(states.map(({ online }) => online)).toEqual([true]);
  });
});

describe('[P4] [F2] a driver who comes back just as its node is taken for dead', () => {
  const LOAD = { followers: 0, drivers: 0, draining: false };
  let online: VehicleState;

  /** It comes back while the leave of its old session is on its way, once. */
  function comeBackDuringLeave({ isTold, isFirst }: { isTold: boolean; isFirst: boolean }): void {
    const { leave } = backend.vehicles;
    backend.vehicles.leave = async (...departure) => {
      backend.vehicles.leave = leave;
      const before = isFirst ? undefined : await leave.call(backend.vehicles, ...departure);
      await backend.nodes.announce('b', LOAD);
      const session = await backend.vehicles.takeOver(trip.vehicleId, 'b', clock.now());
      online = { online: true, time: clock.now(), paceMs: 5_000 };
      if (isTold) bus.say(tripChannel(trip.id), writeVehicleEvent(session, online));
      return before ?? leave.call(backend.vehicles, ...departure);
    };
  }

  test.each([
    ['before it is written down, and is heard', { isTold: true, isFirst: true }],
    ['before it is written down, and is not heard', { isTold: false, isFirst: true }],
    ['after it was written down, and is heard', { isTold: true, isFirst: false }],
  ])('%s, is not said to be away', async (_when, order) => {
    await backend.nodes.announce('a', LOAD);
    await backend.vehicles.takeOver(trip.vehicleId, 'a', clock.now());
    await followed.open(audience);
    clock.step(10_000);
    comeBackDuringLeave(order);
    await followed.check();
    expect(followed.vehicle).toEqual(online);
    expect(states.filter((state) => !state.online)).toEqual([]);
  });
});

test('nothing is heard after `close`', async () => {
  await followed.open(audience);
  const { begun, letGo } = holdNextRead();
  await store(0, 1);
  say(0, [1]);
  await begun;
  followed.close();
  followed.close(); // may be called twice
  letGo();
  await settled();
  say('nothing', [0]);
  expect(heard).toEqual([]);
});
