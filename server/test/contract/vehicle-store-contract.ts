import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { TIMING, vehicleId } from '@tripcast/protocol';
import { vehicleChannel } from '../../src/bus/live-bus.ts';
import { readVehicleNote } from '../../src/bus/vehicle-note.ts';
import type { World } from './describe-backend.ts';
import { Ear } from './ear.ts';
import { fixesAt, timesOf } from './samples.ts';

const LOAD = { followers: 0, drivers: 1, draining: false };

/** What every `VehicleStore` and `NodeRegistry` promises. */
export function vehicleStoreContract(world: () => World): void {
  test('a vehicle that was never connected is offline', async () => {
    const { vehicles } = world().backend;
    expect(await vehicles.presence(aVehicle())).toEqual({
      online: false,
      time: 0,
      paceMs: TIMING.paceUnwatchedMs,
      session: 0,
      node: '',
    });
    expect(await vehicles.newest(aVehicle())).toBeUndefined();
    expect(await vehicles.revokedBefore(aVehicle())).toBe(0);
  });

  test('sessions rise from the clock, also when the clock was set back', async () => {
    const { vehicles } = world().backend;
    const vehicle = aVehicle();
    const now = world().clock.now();
    expect(await vehicles.takeOver(vehicle, 'a', now)).toBe(now);
    expect(await vehicles.takeOver(vehicle, 'b', now)).toBe(now + 1);
    expect(await vehicles.takeOver(vehicle, 'c', now - 60_000)).toBe(now + 2);
    expect(await vehicles.takeOver(vehicle, 'd', now + 9)).toBe(now + 9);
  });

  test('a takeover is told on the vehicle’s channel', async () => {
    const { backend, clock } = world();
    const vehicle = aVehicle();
    const ear = await Ear.on(backend, vehicleChannel(vehicle));
    const session = await backend.vehicles.takeOver(vehicle, 'a', clock.now());
    expect(readVehicleNote(await ear.next())).toEqual({ type: 'takeover', session });
  });

  test('[P4] a driver is online while its session and its node are there', async () => {
    const { vehicles, nodes } = world().backend;
    const vehicle = aVehicle();
    const node = `n-${randomUUID()}`;
    const now = world().clock.now();
    await nodes.announce(node, LOAD);
    const session = await vehicles.takeOver(vehicle, node, now);
    const online = { online: true, time: now, paceMs: TIMING.paceUnwatchedMs, session, node };
    expect(await vehicles.presence(vehicle)).toEqual(online);

    expect((await vehicles.leave(vehicle, session - 1, now + 5)).left).toBe(false);
    expect(await vehicles.presence(vehicle)).toEqual(online);
    expect((await vehicles.leave(vehicle, session, now + 5)).left).toBe(true);
    const gone = { ...online, online: false, time: now + 5, node: '' };
    expect(await vehicles.presence(vehicle)).toEqual(gone);
    expect(await vehicles.changePace(vehicle, session, 1_000)).toBe(false);
    expect(await vehicles.presence(vehicle)).toEqual(gone);
  });

  test('[P5] a driver whose node is gone is offline; its node is still named, to be written down', async () => {
    const { vehicles, nodes } = world().backend;
    const vehicle = aVehicle();
    const node = `n-${randomUUID()}`;
    await nodes.announce(node, LOAD);
    const session = await vehicles.takeOver(vehicle, node, world().clock.now());
    await nodes.withdraw(node);
    expect(await vehicles.presence(vehicle)).toMatchObject({ online: false, session, node });
    await nodes.announce(node, LOAD);
    expect(await vehicles.presence(vehicle)).toMatchObject({ online: true });
  });

  test('[P4] a takeover that nobody was told of is given up by its node and time, when it is there', async () => {
    const { vehicles, nodes } = world().backend;
    const vehicle = aVehicle();
    const now = world().clock.now();
    await nodes.announce('a', LOAD);
    const session = await vehicles.takeOver(vehicle, 'a', now);
    expect(await vehicles.abandon(vehicle, 'b', now, now + 5)).toBe(false);
    expect(await vehicles.abandon(vehicle, 'a', now - 1, now + 5)).toBe(false);
    expect(await vehicles.presence(vehicle)).toMatchObject({ online: true, session });
    expect(await vehicles.abandon(vehicle, 'a', now, now + 5)).toBe(true);
    expect(await vehicles.presence(vehicle)).toMatchObject({
      online: false,
      time: now + 5,
      node: '',
      session,
    });
    expect(await vehicles.abandon(vehicle, 'a', now, now + 5)).toBe(false);
  });

  test('a session that was taken over changes nothing any more', async () => {
    const { vehicles, nodes } = world().backend;
    const vehicle = aVehicle();
    const now = world().clock.now();
    await nodes.announce('a', LOAD);
    const older = await vehicles.takeOver(vehicle, 'a', now);
    const newer = await vehicles.takeOver(vehicle, 'a', now);
    expect(await vehicles.changePace(vehicle, older, 1_000)).toBe(false);
    expect((await vehicles.leave(vehicle, older, now)).left).toBe(false);
    await vehicles.keepNewest(vehicle, older, fixesAt(now));
    expect(await vehicles.newest(vehicle)).toBeUndefined();
    expect(await vehicles.changePace(vehicle, newer, 1_000)).toBe(true);
    expect(await vehicles.presence(vehicle)).toMatchObject({ online: true, paceMs: 1_000, session: newer });
  });

  test('the newest fix by its own time is kept', async () => {
    const { vehicles } = world().backend;
    const vehicle = aVehicle();
    const now = world().clock.now();
    const session = await vehicles.takeOver(vehicle, 'a', now);
    for (const time of [now, now + 2, now + 1]) await vehicles.keepNewest(vehicle, session, fixesAt(time));
    expect(timesOf((await vehicles.newest(vehicle))!)).toEqual([now + 2]);
    expect([...(await vehicles.newest(vehicle))!]).toEqual([...fixesAt(now + 2)]);
  });

  test('[O7] a vehicle is listed in the cell that it entered last, until it leaves', async () => {
    const { vehicles } = world().backend;
    const [cell, next] = [1, 2].map(() => Math.floor(Math.random() * 2 ** 28)) as [number, number];
    const [vehicle, other] = [aVehicle(), aVehicle()];
    await vehicles.enterCell(vehicle, cell, undefined);
    await vehicles.enterCell(other, cell, undefined);
    expect((await vehicles.vehiclesIn(cell)).sort()).toEqual([vehicle, other].sort());
    await vehicles.enterCell(vehicle, next, cell);
    await vehicles.enterCell(other, cell, cell);
    expect(await vehicles.vehiclesIn(cell)).toEqual([other]);
    expect(await vehicles.vehiclesIn(next)).toEqual([vehicle]);
    await vehicles.leaveCell(vehicle, next);
    expect(await vehicles.vehiclesIn(next)).toEqual([]);
  });

  test('[P8] a revocation is told on the vehicle’s channel; its cutoff never falls', async () => {
    const { backend } = world();
    const vehicle = aVehicle();
    const ear = await Ear.on(backend, vehicleChannel(vehicle));
    await backend.vehicles.revoke(vehicle, 2_000);
    expect(readVehicleNote(await ear.next())).toEqual({ type: 'revoked', before: 2_000 });
    await backend.vehicles.revoke(vehicle, 1_000);
    expect(await backend.vehicles.revokedBefore(vehicle)).toBe(2_000);
  });

  test('[P6] a node is alive from its announcement until it withdraws', async () => {
    const { nodes } = world().backend;
    const node = `n-${randomUUID()}`;
    expect(await nodes.isAlive(node)).toBe(false);
    await nodes.announce(node, LOAD);
    expect(await nodes.isAlive(node)).toBe(true);
    await nodes.withdraw(node);
    expect(await nodes.isAlive(node)).toBe(false);
  });

  test('nodes know what the others have last announced, until they withdraw', async () => {
    const { nodes } = world().backend;
    const [one, other] = [`n-${randomUUID()}`, `n-${randomUUID()}`];
    const [light, heavy] = [LOAD, { followers: 7, drivers: 2, draining: true }];
    await nodes.announce(one, heavy);
    await nodes.announce(one, light);
    await nodes.announce(other, heavy);
    const loads = await nodes.loads();
    expect([loads.get(one), loads.get(other)]).toEqual([light, heavy]);
    await nodes.withdraw(one);
    const left = await nodes.loads();
    expect([left.get(one), left.get(other)]).toEqual([undefined, heavy]);
  });
}

function aVehicle() {
  return vehicleId(`v-${randomUUID()}`);
}
