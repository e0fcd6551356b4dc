import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DriveEvent, type DriveOptions, driveVehicle, type VehicleDrive } from '@tripcast/client';
import { problem } from '@tripcast/protocol';
import { Mailbox, next } from './support/mailbox.ts';
import { ManualClock } from './support/manual-clock.ts';
import { SOCKETS, testPlatform } from './support/platforms.ts';
import { driverHello, fixAt, tripWith } from './support/samples.ts';
import { ScriptedGateway } from './support/scripted-gateway.ts';

describe.each(SOCKETS)('drive a vehicle, with the sockets of %s', (kind, WebSocket) => {
  let gateway: ScriptedGateway;
  let clock: ManualClock;
  let platform: ReturnType<typeof testPlatform>;
  let events: Mailbox<DriveEvent>;
  let driving: VehicleDrive;
  let start: number;

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    clock = new ManualClock();
    start = clock.now();
    platform = testPlatform(clock, WebSocket);
    events = new Mailbox();
  });

  afterEach(async () => {
    driving.close();
    driving.close();
    expect(clock.pending).toBe(0);
    await gateway.close();
  });

  function drive(options: Partial<DriveOptions> = {}): VehicleDrive {
    driving = driveVehicle({ url: gateway.url, vehicleId: 'v1', token: 'a.b.c', platform, ...options });
    driving.subscribe((event) => events.put(event));
    return driving;
  }

  /** Drives, and is welcomed. */
  async function live(options: Partial<DriveOptions> = {}) {
    drive(options);
    const peer = await gateway.nextPeer();
    peer.says(driverHello(clock));
    await next(events, 'pace');
    return peer;
  }

  async function liveAgain() {
    await next(events, 'connection');
    clock.advance(20_000);
    const peer = await gateway.nextPeer();
    peer.says(driverHello(clock));
    return peer;
  }

  /** Measures one fix a second, the last of them now. */
  function measure(count: number): number[] {
    const times = Array.from({ length: count }, (_, index) => clock.now() - (count - 1 - index) * 1_000);
    for (const time of times) driving.send(fixAt(time));
    return times;
  }

  test('[P1] what is not acknowledged when the network goes is sent again over the next connection', async () => {
    const peer = await live();
    const times = measure(2);
    expect(await peer.times(2)).toEqual(times);
    platform.network(false);
    expect(await next(events, 'connection')).toMatchObject({ connection: 'offline' });
    peer.vanishes();
    platform.network(true);
    const again = await gateway.nextPeer();
    again.says(driverHello(clock));
    expect(await again.times(2)).toEqual(times);
  });

  test('offers the protocol and the token, and tells what hello says', async () => {
    drive();
    const peer = await gateway.nextPeer();
    expect(peer.path).toBe('/v1/vehicles/v1/drive');
    expect(peer.offered).toEqual(['tripcast.v1', 'bearer.a.b.c']);
    peer.says(driverHello(clock, { pace: { intervalMs: 5_000 }, trips: [tripWith()] }));
    expect(await events.take()).toEqual({ type: 'connection', connection: 'live' });
    expect(await events.take()).toMatchObject({ type: 'clock' });
    expect(await events.take()).toEqual({ type: 'trips', trips: [tripWith()] });
    expect(await events.take()).toEqual({ type: 'pace', intervalMs: 5_000 });
    expect(driving.paceMs).toBe(5_000);
    peer.says({ type: 'pace', intervalMs: 1_000 });
    peer.says({ type: 'trip', trip: tripWith({ version: 2 }) });
    expect(await events.take()).toEqual({ type: 'pace', intervalMs: 1_000 });
    expect(await events.take()).toEqual({ type: 'trip', trip: tripWith({ version: 2 }) });
    expect(driving.paceMs).toBe(1_000);
  });

  test('sends a live fix at once, and tells its acknowledgement and round trip', async () => {
    const peer = await live();
    driving.send({ ...fixAt(start), heading: 90, speed: 12.5, accuracy: 5, simulated: true });
    expect(await peer.messages.take()).toEqual([
      { ...fixAt(start), heading: 90, speed: 12.5, accuracy: 5, simulated: true },
    ]);
    expect(driving.outbox.size).toBe(1);
    clock.advance(80);
    peer.says({ type: 'ack', time: start });
    expect(await next(events, 'acknowledged')).toEqual({
      type: 'acknowledged',
      time: start,
      roundTripMs: 80,
    });
    expect(driving.outbox.size).toBe(0);
  });

  test('[P1] sends its store after hello, oldest first, at most 64 a message, then what is live', async () => {
    drive();
    const times = measure(150);
    const peer = await gateway.nextPeer();
    peer.says(driverHello(clock));
    const lengths: number[] = [];
    const got: number[] = [];
    while (got.length < 150) {
      const fixes = await peer.messages.take();
      lengths.push(fixes.length);
      got.push(...fixes.map((fix) => fix.time));
    }
    expect(lengths).toEqual([64, 64, 22]);
    expect(got).toEqual(times);
    clock.advance(1_000);
    const [live] = measure(1);
    expect(await peer.times(1)).toEqual([live]);
  });

  test('[P1] sends again what was not acknowledged, on any node', async () => {
    let peer = await live();
    const times = measure(5);
    await peer.times(5);
    peer.says({ type: 'ack', time: times[1]! });
    await next(events, 'acknowledged');
    peer.vanishes();
    peer = await liveAgain();
    expect(await peer.times(3)).toEqual(times.slice(2));
  });

  test('an acknowledgement of fixes that an earlier socket sent settles none of them', async () => {
    let peer = await live();
    const times = measure(3);
    await peer.times(3);
    peer.vanishes();
    await next(events, 'connection');
    clock.advance(20_000);
    peer = await gateway.nextPeer();
    peer.says({ type: 'ack', time: times[2]! }); // before hello: nothing was sent yet
    peer.says(driverHello(clock));
    expect(await peer.times(3)).toEqual(times);
  });

  test('a refused fix is told, and not sent again', async () => {
    let peer = await live();
    const times = measure(3);
    await peer.times(3);
    peer.says({ type: 'refused', time: times[0]!, code: 'fix_too_old', message: 'yesterday' });
    expect(await next(events, 'refused')).toEqual({
      type: 'refused',
      time: times[0]!,
      code: 'fix_too_old',
      message: 'yesterday',
    });
    peer.vanishes();
    peer = await liveAgain();
    expect(await peer.times(2)).toEqual(times.slice(1));
  });

  test.each([{ latitude: 91 }, { heading: 360 }, { speed: Number.NaN }, { time: 0.5 }])(
    'a fix that no message can hold is refused here: %j',
    async (wrong) => {
      const peer = await live();
      driving.send({ ...fixAt(start), ...wrong });
      expect(await next(events, 'refused')).toMatchObject({ code: 'fix_invalid' });
      driving.send(fixAt(start + 1));
      expect(await peer.times(1)).toEqual([start + 1]);
    },
  );

  test('a full outbox drops the oldest, and says how many', async () => {
    drive({ outboxCapacity: 10 });
    const times = measure(13);
    expect(driving.outbox).toMatchObject({ size: 10, dropped: 3 });
    expect(events.items).toEqual(Array(3).fill({ type: 'dropped', count: 1 }));
    const peer = await gateway.nextPeer();
    peer.says(driverHello(clock));
    expect(await peer.times(10)).toEqual(times.slice(3));
  });

  test('holds a fix with a hole before it for 2 s at most, and sorts what comes meanwhile', async () => {
    const peer = await live();
    const at = (second: number) => fixAt(start + second * 1_000);
    driving.send(at(0));
    driving.send(at(1));
    driving.send(at(3));
    driving.send(at(2));
    expect(await peer.times(4)).toEqual([0, 1, 2, 3].map((second) => at(second).time));
    driving.send(at(6));
    clock.advance(1_999);
    expect(peer.messages.items).toEqual([]);
    expect(driving.outbox.size).toBe(5);
    clock.advance(1);
    expect(await peer.times(1)).toEqual([at(6).time]);
  });

  test('no more than 2,048 fixes are on their way at once', async () => {
    const peer = await live();
    const times = measure(3_000);
    const first = await peer.times(2_048);
    peer.says({ type: 'ack', time: first.at(-1)! });
    expect(await peer.times(952)).toEqual(times.slice(2_048));
  });

  test('never sends faster than a server takes: 7,200 fixes, then 10 a second', async () => {
    const peer = await live({ outboxCapacity: 10_000 });
    const times = measure(7_230);
    let got = 0;
    while (got < 7_200) {
      const message = await peer.messages.take();
      got += message.length;
      peer.says({ type: 'ack', time: message.at(-1)!.time });
    }
    expect(got).toBe(7_200);
    while (driving.outbox.size > 30) await next(events, 'acknowledged');
    clock.advance(3_000);
    expect(await peer.times(30)).toEqual(times.slice(7_200));
  });

  describe('[P9] a clock that is off', () => {
    /** Welcomed by a server whose clock is ahead by so much. */
    async function liveAhead(offsetMs: number) {
      const peer = await gateway.nextPeer();
      peer.says(driverHello(clock, { serverTime: clock.now() + offsetMs }));
      expect(await next(events, 'clock')).toMatchObject({ offsetMs });
      return peer;
    }

    test('by more than 2 s: fix times are corrected, told apart from the app, and its own times told', async () => {
      drive();
      const [before] = measure(1);
      let peer = await liveAhead(60_000);
      expect(await peer.times(1)).toEqual([before! + 60_000]);
      clock.advance(1_000);
      const [after] = measure(1);
      expect(await peer.times(1)).toEqual([after! + 60_000]);
      peer.says({ type: 'refused', time: before! + 60_000, code: 'fix_out_of_order', message: '' });
      expect(await next(events, 'refused')).toMatchObject({ time: before! });
      peer.vanishes();
      await next(events, 'connection');
      clock.advance(250);
      peer = await liveAhead(60_000);
      expect(await peer.times(1)).toEqual([after! + 60_000]);
      peer.says({ type: 'ack', time: after! + 60_000 });
      expect(await next(events, 'acknowledged')).toMatchObject({ time: after! });
    });

    test('a fix keeps the time it was sent with, though a clock that is set changes the correction', async () => {
      drive();
      const [first] = measure(1);
      let peer = await liveAhead(60_000);
      expect(await peer.times(1)).toEqual([first! + 60_000]);
      clock.set(clock.now() + 60_000); // the device's clock is set right
      peer.sendsBytes(new Uint8Array(0));
      await next(events, 'connection');
      clock.advance(0);
      peer = await liveAhead(0);
      expect(await peer.times(1)).toEqual([first! + 60_000]);
      clock.advance(1_000);
      const [second] = measure(1);
      expect(await peer.times(1)).toEqual([second!]);
    });

    test('within 2 s: fix times go as they are', async () => {
      drive();
      const [time] = measure(1);
      const peer = await liveAhead(-1_900);
      expect(await peer.times(1)).toEqual([time]);
    });
  });

  test('4009: the vehicle is driven elsewhere, this one stops', async () => {
    const peer = await live();
    peer.closes(4009);
    expect(await next(events, 'connection')).toMatchObject({
      connection: 'refused',
      problem: { code: 'conflict', detail: expect.stringContaining('connected elsewhere') },
    });
    driving.send(fixAt(start));
    expect(driving.outbox.size).toBe(1);
  });

  describe('a handshake that fails', () => {
    const forbidden = problem('forbidden', 'you drive another vehicle');

    test('a bad token is refused, wherever that can be read', async () => {
      const refusal = problem('unauthenticated', 'expired');
      gateway.refuse = () => ({ status: 401 });
      gateway.answer = (path) => (path === '/v1/trips?limit=1' ? { status: 401, body: refusal } : undefined);
      drive();
      expect(await next(events, 'connection')).toEqual({
        type: 'connection',
        connection: 'refused',
        problem: refusal,
      });
    });

    test("the handshake's own problem is told by ws; a browser goes on trying", async () => {
      gateway.refuse = () => ({ status: 403, body: forbidden });
      gateway.answer = () => ({ status: 403, body: problem('forbidden', 'operators only') });
      drive();
      expect(await next(events, 'connection')).toEqual(
        kind === 'ws'
          ? { type: 'connection', connection: 'refused', problem: forbidden }
          : { type: 'connection', connection: 'reconnecting' },
      );
    });

    test('a bare refusal is believed once a gateway answers', async () => {
      gateway.refuse = () => ({ status: 404 });
      gateway.answer = () => ({ status: 403, body: problem('forbidden', 'operators only') });
      drive();
      const { connection, problem: why } = await next(events, 'connection');
      expect([connection, why?.code]).toEqual(
        kind === 'ws' ? ['refused', 'not_found'] : ['reconnecting', undefined],
      );
    });

    test('a bare refusal of a proxy without a gateway behind it is not believed', async () => {
      gateway.refuse = () => ({ status: 404 });
      gateway.answer = () => ({ status: 404 });
      drive();
      expect(await next(events, 'connection')).toMatchObject({ connection: 'reconnecting' });
    });

    test('503: waits as long as Retry-After says', async () => {
      const draining = {
        status: 503,
        headers: { 'retry-after': '3' },
        body: problem('unavailable', 'draining'),
      };
      gateway.refuse = () => draining;
      gateway.answer = () => draining;
      drive();
      await next(events, 'connection');
      gateway.refuse = () => undefined;
      clock.advance(3_249);
      expect(clock.pending).toBe(1);
      clock.advance(1);
      await gateway.nextPeer();
    });

    test('no server at all: goes on trying, and keeps what is measured', async () => {
      const { url } = gateway;
      await gateway.close();
      drive({ url });
      measure(3);
      expect(await next(events, 'connection')).toMatchObject({ connection: 'reconnecting' });
      expect(driving.outbox.size).toBe(3);
      gateway = await ScriptedGateway.start();
    });
  });
});
