// What is not acknowledged outlives the drive that measured it.

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type DriveEvent,
  type DriveOptions,
  driveVehicle,
  type KeptFix,
  type OutboxStore,
  type VehicleDrive,
} from '@tripcast/client';
import { Mailbox, next } from './support/mailbox.ts';
import { ManualClock } from './support/manual-clock.ts';
import { SOCKETS, testPlatform } from './support/platforms.ts';
import { driverHello, fixAt } from './support/samples.ts';
import { type Peer, ScriptedGateway } from './support/scripted-gateway.ts';

/** What a disk is to a page: it stays when the page goes. */
class Shelf implements OutboxStore {
  readonly kept = new Map<number, KeptFix>();
  /** When it brings what it has; at once by default. */
  ready: Promise<void> = Promise.resolve();

  async load(): Promise<readonly KeptFix[]> {
    await this.ready;
    return [...this.kept.values()];
  }

  put(kept: KeptFix): void {
    this.kept.set(kept.fix.time, kept);
  }

  remove(times: readonly number[]): void {
    for (const time of times) this.kept.delete(time);
  }

  get times(): number[] {
    return [...this.kept.keys()].sort((one, other) => one - other);
  }
}

let gateway: ScriptedGateway;
let clock: ManualClock;
let shelf: Shelf;
let events: Mailbox<DriveEvent>;
let driving: VehicleDrive;

beforeEach(async () => {
  gateway = await ScriptedGateway.start();
  clock = new ManualClock();
  shelf = new Shelf();
});

afterEach(async () => {
  driving.close();
  expect(clock.pending).toBe(0);
  await gateway.close();
});

/** Another life of the page, with the same shelf. */
function drive(options: Partial<DriveOptions> = {}): void {
  const platform = testPlatform(clock, SOCKETS[0]![1]);
  events = new Mailbox();
  driving = driveVehicle({
    url: gateway.url,
    vehicleId: 'v1',
    token: 'a.b.c',
    store: shelf,
    platform,
    ...options,
  });
  driving.subscribe((event) => events.put(event));
}

async function welcomed(offsetMs = 0): Promise<Peer> {
  const peer = await gateway.nextPeer();
  peer.says(driverHello(clock, { serverTime: clock.now() + offsetMs }));
  return peer;
}

function measure(count: number): number[] {
  return Array.from({ length: count }, () => {
    clock.advance(1_000);
    driving.send(fixAt(clock.now()));
    return clock.now();
  });
}

test('[P1] what was not acknowledged is sent by the next life, oldest first, before what it measures itself', async () => {
  drive();
  const before = measure(70);
  driving.close();
  drive();
  const after = measure(1);
  const peer = await welcomed();
  expect(await next(events, 'restored')).toEqual({ type: 'restored', count: 70 });
  expect(await peer.times(71)).toEqual([...before, ...after]);
});

test('[P1] what is acknowledged or refused is not kept; what is on its way is, until then', async () => {
  drive();
  const peer = await welcomed();
  await next(events, 'pace');
  const times = measure(3);
  await peer.times(3);
  expect(shelf.times).toEqual(times);
  peer.says({ type: 'refused', time: times[2]!, code: 'fix_out_of_order', message: '' });
  await next(events, 'refused');
  peer.says({ type: 'ack', time: times[0]! });
  await next(events, 'acknowledged');
  expect(shelf.times).toEqual([times[1]]);
});

test('[P1] nothing is sent before the store has brought what it has, however late', async () => {
  let bring = () => {};
  shelf.ready = new Promise((resolve) => {
    bring = resolve;
  });
  const old = clock.now() - 60_000;
  shelf.put({ fix: fixAt(old), appTime: old });
  drive();
  const peer = await welcomed();
  await next(events, 'pace');
  const [fresh] = measure(1);
  expect(driving.outbox).toMatchObject({ size: 1, inFlight: 0 });
  bring();
  expect(await peer.times(2)).toEqual([old, fresh]);
});

test('a store that brings nothing in 5 s, or fails, keeps nobody from driving', async () => {
  shelf.ready = new Promise(() => {});
  drive();
  let peer = await welcomed();
  await next(events, 'pace');
  const [first] = measure(1);
  clock.advance(4_000);
  expect(await peer.times(1)).toEqual([first]);
  driving.close();

  shelf.ready = Promise.reject(new Error('the disk is gone'));
  drive();
  peer = await welcomed();
  const [second] = measure(1);
  expect(await peer.times(1)).toEqual([second]);
});

test('a full outbox drops its oldest from the store, too, and counts it', async () => {
  drive({ outboxCapacity: 5 });
  const times = measure(7);
  expect(shelf.times).toEqual(times.slice(2));
  driving.close();
  drive({ outboxCapacity: 3 });
  expect(await next(events, 'dropped')).toEqual({ type: 'dropped', count: 2 });
  expect(driving.outbox).toMatchObject({ size: 3, dropped: 2 });
  expect(shelf.times).toEqual(times.slice(4));
});

test('a time that was corrected is kept as it is sent, so that the next life repeats no fix under another time', async () => {
  drive();
  const times = measure(2);
  const first = await welcomed(60_000);
  const corrected = times.map((time) => time + 60_000);
  expect(await first.times(2)).toEqual(corrected);
  expect(shelf.times).toEqual(corrected);
  driving.close();
  drive();
  const peer = await welcomed(60_000);
  expect(await peer.times(2)).toEqual(corrected);
  peer.says({ type: 'ack', time: corrected[1]! });
  expect(await next(events, 'acknowledged')).toMatchObject({ time: times[1] });
});

test('what is kept and can be no fix is left out', async () => {
  shelf.put({ fix: { ...fixAt(clock.now()), latitude: 4_000 }, appTime: clock.now() });
  drive();
  expect(await next(events, 'restored')).toEqual({ type: 'restored', count: 0 });
});
