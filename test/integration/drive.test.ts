// What a driver may send, and what becomes of it.

import { afterEach, expect, test } from '@jest/globals';
import { encodeFixes, FIX_BYTES, type Fix } from '@tripcast/protocol';
import { fairMs, OTHERS_WAIT_MS } from '../support/fair-time.ts';
import { describeNodes, type Nodes } from '../support/nodes.ts';
import { rest } from '../support/rest-client.ts';
import { fixAt, numbers, Ride } from '../support/ride.ts';
import { type Heard, JSON_FIXES, type WireClient } from '../support/wire-client.ts';

const LATITUDE_OFFSET = 4;
const HOUR_MS = 3_600_000;

describeNodes('a driver', (nodes) => {
  afterEach(() => expectToRelay(nodes()));

  test('[A1] fixes reach the follower as they were sent, and are acknowledged within 2 s', async () => {
    const { ride, driver, follower } = await startRide(nodes());
    const sent = encodeFixes(ride.fixesAt(...numbers(64)));
    const sentAt = performance.now();
    driver.send(sent);
    const heard = await follower.heard.until('fixes', isFixes);
    expect(heard.bytes).toEqual(sent);
    const ack = await driver.event('ack');
    expect(ack.event.time).toBe(ride.startedAt + 63);
    expect(fairMs(sentAt, ack.at)).toBeLessThan(2_000 + OTHERS_WAIT_MS);
    expect(await ride.track()).toEqual(ride.fixesAt(...numbers(64)).map(({ time }) => time));
  });

  test('each driver that comes and goes is one line of the log of its node, with its vehicle', async () => {
    const { one } = nodes();
    const { ride, driver } = await startRide(nodes());
    driver.send('no JSON');
    await driver.closed();
    const itsLines = () =>
      one.log.seen.filter(({ vehicle, msg }) => vehicle === ride.vehicleId && msg !== 'trip');
    await one.log.until(
      'that it has gone',
      ({ vehicle, msg }) => vehicle === ride.vehicleId && msg === 'driver gone',
    );
    const { session } = itsLines()[0]!;
    expect(session).toBeGreaterThan(0);
    expect(itsLines()).toMatchObject([
      { msg: 'driver connected', session },
      { msg: 'driver sent away', code: 4000 },
      { msg: 'driver gone', session, code: 4000 },
    ]);
  });

  test('[W1] an empty message is ignored', async () => {
    const { ride, driver } = await startRide(nodes());
    driver.send(new Uint8Array());
    driver.send('');
    driver.sendFixes(ride.fixesAt(0));
    await driver.acknowledgedUpTo(ride.startedAt);
  });

  test.each([
    ['[W2] of a length that is no multiple of 20', (good: Uint8Array) => good.slice(0, 39)],
    ['[W2] of one byte', () => new Uint8Array(1).fill(0x10)],
    ['[W2] of another kind', (good: Uint8Array) => good.with(FIX_BYTES, 0x20)],
    ['[W2] of 1,281 bytes', () => new Uint8Array(1_281).fill(0x10)],
    ['[W2] of 65 fixes', (_: Uint8Array, ride: Ride) => encodeMany(ride.fixesAt(...numbers(65)))],
    ['[E2] of text that is no JSON', () => '{"type":'],
    ['[E2] of text that is no object', () => '[1]'],
    [
      '[E2] of text that is longer than 1,280 bytes',
      () => JSON.stringify({ type: 'x', text: 'é'.repeat(700) }),
    ],
  ])('a message %s closes with 4000; nothing of it is stored', async (_title, make) => {
    const { ride, driver } = await startRide(nodes());
    driver.sendFixes(ride.fixesAt(0));
    driver.send(make(encodeFixes(ride.fixesAt(1, 2)), ride));
    expect(await driver.closed()).toMatchObject({ code: 4000, reason: 'malformed message' });
    expect(await untilTrack(ride, 1)).toEqual([ride.startedAt]);
  });

  test('[W2] a message that is more than 16 KiB too long is cut off without a code of ours', async () => {
    const { driver } = await startRide(nodes());
    driver.send(new Uint8Array(1_280 + 16_384 + 1).fill(0x10));
    expect((await driver.closed()).code).toBe(1006);
  });

  test('[W2] a message that is too long by up to 16 KiB is answered with 4000', async () => {
    const { driver } = await startRide(nodes());
    driver.send(new Uint8Array(1_280 + 16_384).fill(0x10));
    expect((await driver.closed()).code).toBe(4000);
  });

  test('[W4] a field out of range refuses its fix alone; the others of the message are kept', async () => {
    const { ride, driver, follower } = await startRide(nodes());
    const message = encodeFixes(ride.fixesAt(0, 1, 2, 3, 4));
    const view = new DataView(message.buffer);
    view.setInt32(1 * FIX_BYTES + LATITUDE_OFFSET, 900_000_001, true);
    view.setUint8(3 * FIX_BYTES, 0x12); // a reserved flag
    driver.send(message);
    await follower.heardUpTo(ride.startedAt + 4);
    await driver.acknowledgedUpTo(ride.startedAt + 4);
    expect(refusals(driver)).toEqual([
      [ride.startedAt + 1, 'fix_invalid'],
      [ride.startedAt + 3, 'fix_invalid'],
    ]);
    expect(follower.times).toEqual([0, 2, 4].map((offset) => ride.startedAt + offset));
  });

  test('[W5] a fix from the future or of the day before yesterday is refused; an ack never covers the future', async () => {
    const { ride, driver } = await startRide(nodes());
    const future = Date.now() + 3_600_000;
    const old = Date.now() - 24 * HOUR_MS - 60_000;
    driver.sendFixes([fixAt(old), ...ride.fixesAt(0), fixAt(future)]);
    await driver.acknowledgedUpTo(ride.startedAt);
    await driver.event('refused', ({ code }) => code === 'fix_from_future');
    expect(refusals(driver)).toEqual([
      [old, 'fix_too_old'],
      [future, 'fix_from_future'],
    ]);
    driver.sendFixes(ride.fixesAt(1));
    await driver.acknowledgedUpTo(ride.startedAt + 1);
    expect(driver.acknowledged).toBe(ride.startedAt + 1);
    expect(await ride.track()).toEqual([ride.startedAt, ride.startedAt + 1]);
  });

  test('[A3] what was stored before is acknowledged again and stored once', async () => {
    const { ride, driver, follower } = await startRide(nodes());
    driver.sendFixes(ride.fixesAt(0, 1, 2));
    await driver.acknowledgedUpTo(ride.startedAt + 2);
    const again = await ride.drive(nodes().other.url);
    again.sendFixes(ride.fixesAt(0, 1, 2, 3, 3));
    await again.acknowledgedUpTo(ride.startedAt + 3);
    await follower.heardUpTo(ride.startedAt + 3);
    const times = numbers(4, ride.startedAt);
    expect(follower.times).toEqual(times);
    expect(await ride.track()).toEqual(times);
    expect(refusals(again)).toEqual([]);
  });

  test('[A3] an older fix that never was stored is refused as out of order, and covered by an ack', async () => {
    const { ride, driver, follower } = await startRide(nodes());
    driver.sendFixes(ride.fixesAt(5));
    await driver.acknowledgedUpTo(ride.startedAt + 5);
    driver.sendFixes(ride.fixesAt(3, 5, 6));
    await driver.acknowledgedUpTo(ride.startedAt + 6);
    expect(refusals(driver)).toEqual([[ride.startedAt + 3, 'fix_out_of_order']]);
    await follower.heardUpTo(ride.startedAt + 6);
    expect(follower.times).toEqual([ride.startedAt + 5, ride.startedAt + 6]);
  });

  test('[W6] in +json a fix is text; what is unknown stays unknown', async () => {
    const { ride, follower } = await startRide(nodes());
    const driver = await ride.drive(nodes().one.url, JSON_FIXES);
    const place = { type: 'fix', latitude: -34.9, longitude: -56.18 };
    driver.send(JSON.stringify({ ...place, time: ride.startedAt, speed: 0, heading: null, more: 1 }));
    driver.send(JSON.stringify({ ...place, time: ride.startedAt + 1, latitude: 91 }));
    driver.send(JSON.stringify({ ...place }));
    driver.send(JSON.stringify({ ...place, time: 'now' }));
    driver.send(JSON.stringify({ ...place, time: ride.startedAt + 2 }));
    await driver.acknowledgedUpTo(ride.startedAt + 2);
    await follower.heardUpTo(ride.startedAt + 2);
    expect(follower.times).toEqual([ride.startedAt, ride.startedAt + 2]);
    expect(refusals(driver)).toEqual([
      [ride.startedAt + 1, 'fix_invalid'],
      [undefined, 'fix_invalid'],
      [undefined, 'fix_invalid'],
    ]);
    const inJson = await ride.follow(nodes().other.url, JSON_FIXES);
    expect((await inJson.event('hello')).event.fix).toEqual({ ...place, time: ride.startedAt + 2 });
  });

  test('[E3] binary data on a +json socket closes with 4000; so does a fix from a follower', async () => {
    const { ride, follower } = await startRide(nodes());
    const driver = await ride.drive(nodes().one.url, JSON_FIXES);
    driver.sendFixes(ride.fixesAt(0));
    expect((await driver.closed()).code).toBe(4000);
    follower.sendFixes(ride.fixesAt(0));
    expect((await follower.closed()).code).toBe(4000);
  });

  test('[E3] an event of an unknown type is ignored, from either end', async () => {
    const { ride, driver, follower } = await startRide(nodes());
    for (const client of [driver, follower]) {
      client.send('{"type":"wave","with":"both hands"}');
      client.send('{}');
    }
    driver.sendFixes(ride.fixesAt(0));
    await follower.heardUpTo(ride.startedAt);
  });

  test('[L1] more than the burst at once closes with 4100; what came before is stored', async () => {
    const { ride, driver } = await startRide(nodes());
    const burst = 7_200;
    for (let sent = 0; sent < burst + 640; sent += 64) driver.sendFixes(ride.fixesAt(...numbers(64, sent)));
    expect(await driver.closed()).toMatchObject({ code: 4100, reason: 'too many messages a second' });
    const track = await ride.track();
    expect(track).toEqual(numbers(track.length, ride.startedAt));
    expect(driver.acknowledged).toBeLessThanOrEqual(ride.startedAt + track.length - 1);
  });

  test('[T3] a fix of no trip is acknowledged, and shown to nobody', async () => {
    const ride = await Ride.create(nodes().one.url);
    const driver = await ride.drive();
    const time = Date.now();
    driver.sendFixes([fixAt(time)]);
    await driver.acknowledgedUpTo(time);
    expect(await ride.track()).toEqual([]);
  });
});

function isFixes(item: Heard): item is Extract<Heard, { kind: 'fixes' }> {
  return item.kind === 'fixes';
}

function refusals(driver: WireClient): [number | undefined, string | undefined][] {
  return driver.events('refused').map(({ time, code }) => [time, code]);
}

/** More than one message may hold. */
function encodeMany(fixes: Fix[]): Uint8Array {
  return Buffer.concat(fixes.map((fix) => encodeFixes([fix])));
}

/** The track, once it has that many fixes. */
async function untilTrack(ride: Ride, count: number): Promise<number[]> {
  for (;;) {
    const track = await ride.track();
    if (track.length >= count) return track;
  }
}

/** A ride with its driver on the one node and a live follower on the other. */
async function startRide({ one, other }: Nodes) {
  const ride = await Ride.start(one.url);
  const driver = await ride.drive();
  const follower = await ride.follow(other.url);
  return { ride, driver, follower };
}

/** Whatever was sent before, the nodes live and carry the next ride. */
async function expectToRelay(nodes: Nodes): Promise<void> {
  expect((await rest(nodes.one.url, '/healthz')).status).toBe(200);
  const { ride, driver, follower } = await startRide(nodes);
  driver.sendFixes(ride.fixesAt(0));
  await follower.heardUpTo(ride.startedAt);
  driver.drop();
  follower.drop();
}
