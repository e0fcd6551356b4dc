// A trip's changes reach its driver and its riders, wherever they are.
import { expect, test } from '@jest/globals';
import type { Trip, TripStatus } from '@tripcast/protocol';
import { fairMs } from '../support/fair-time.ts';
import { describeNodes } from '../support/nodes.ts';
import { rest } from '../support/rest-client.ts';
import { Ride } from '../support/ride.ts';
import type { WireClient } from '../support/wire-client.ts';

const STATUSES: TripStatus[] = ['ENROUTE_TO_PICKUP', 'ARRIVED_AT_PICKUP', 'ENROUTE_TO_DROPOFF', 'COMPLETE'];

describeNodes('a trip', (nodes) => {
  test('[F5] every change is heard by its driver and by its riders on both nodes', async () => {
    const { one, other } = nodes();
    const ride = await Ride.create(one.url);
    const everybody = [await ride.drive(other.url), await ride.follow(one.url), await ride.follow(other.url)];
    const changes: Trip[] = [];
    for (const status of STATUSES) changes.push(await ride.change({ status }, one.url));
    for (const client of everybody) {
      await client.event('trip', ({ trip }) => trip!.status === 'COMPLETE');
      expect(tripsHeard(client)).toEqual(changes);
    }
  });

  test('[D1] a new trip is told to a driver who is there, and to one who comes', async () => {
    const { one, other } = nodes();
    const first = await Ride.create(one.url);
    const driver = await first.drive(other.url);
    expect(driver.events('hello')[0]!.trips).toEqual([first.trip]);
    const second = await Ride.create(one.url, first.vehicleId);
    await driver.event('trip', ({ trip }) => trip!.id === second.id);
    const again = await first.drive(one.url);
    const ids = again.events('hello')[0]!.trips!.map((trip) => trip.id);
    expect(ids.sort()).toEqual([first.id, second.id].sort());
    await second.become('CANCELED');
    const once = await first.drive(other.url);
    expect(once.events('hello')[0]!.trips!.map((trip) => trip.id)).toEqual([first.id]);
  });

  test('[F7] COMPLETE: the rider hears it at once, then fixes of the ride for up to 1 s, then 1000', async () => {
    const { one, other } = nodes();
    const ride = await Ride.start(one.url);
    const driver = await ride.drive(one.url);
    const follower = await ride.follow(other.url);
    await ride.become('ENROUTE_TO_DROPOFF');
    const endedAfter = performance.now();
    await ride.become('COMPLETE');
    const told = await follower.event('trip', ({ trip }) => trip!.status === 'COMPLETE');
    driver.sendFixes(ride.fixesAt(0));
    const sentWithinMs = performance.now() - endedAfter;
    const close = await follower.closed();
    expect(close).toMatchObject({ code: 1000, reason: 'trip ended' });
    expect(close.at - endedAfter).toBeGreaterThan(500);
    expect(fairMs(told.at, close.at)).toBeLessThan(3_000);
    // What a busy machine sends later than that is promised nothing.
    if (sentWithinMs < 500) expect(follower.times).toEqual([ride.startedAt]);
  });

  test('[T1] a change that may not be is refused and told to nobody', async () => {
    const { one, other } = nodes();
    const ride = await Ride.create(one.url);
    const follower = await ride.follow(other.url);
    const answer = await rest(one.url, `/v1/trips/${ride.id}`, {
      method: 'PATCH',
      body: { status: 'COMPLETE' },
    });
    expect(answer).toMatchObject({ status: 409, body: { code: 'invalid_transition' } });
    const byRider = { method: 'PATCH', body: { status: 'ENROUTE_TO_PICKUP' }, token: ride.riderToken };
    expect((await rest(one.url, `/v1/trips/${ride.id}`, byRider)).status).toBe(403);
    await ride.become('ENROUTE_TO_PICKUP');
    await follower.event('trip');
    expect(tripsHeard(follower)).toEqual([ride.trip]);
  });
});

function tripsHeard(client: WireClient): Trip[] {
  return client.events('trip').map(({ trip }) => trip!);
}
