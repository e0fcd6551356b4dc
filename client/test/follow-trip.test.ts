import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FollowEvent, type FollowOptions, followTrip, type TripFollowing } from '@tripcast/client';
import { problem } from '@tripcast/protocol';
import { Mailbox, next } from './support/mailbox.ts';
import { ManualClock } from './support/manual-clock.ts';
import { SOCKETS, testPlatform } from './support/platforms.ts';
import { fixAt, riderHello, tripWith } from './support/samples.ts';
import { ScriptedGateway } from './support/scripted-gateway.ts';

describe.each(SOCKETS)('follow a trip, with the sockets of %s', (_kind, WebSocket) => {
  let gateway: ScriptedGateway;
  let clock: ManualClock;
  let platform: ReturnType<typeof testPlatform>;
  let events: Mailbox<FollowEvent>;
  let following: TripFollowing | undefined;

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    clock = new ManualClock();
    platform = testPlatform(clock, WebSocket);
    events = new Mailbox();
  });

  afterEach(async () => {
    following?.close();
    following?.close();
    expect(clock.pending).toBe(0);
    await gateway.close();
  });

  function follow(options: Partial<FollowOptions> = {}): TripFollowing {
    following = followTrip({ url: gateway.url, tripId: 't1', token: 'a.b.c', platform, ...options });
    following.subscribe((event) => events.put(event));
    return following;
  }

  /** Follows, and is welcomed. */
  async function live(options: Partial<FollowOptions> = {}) {
    follow(options);
    const peer = await gateway.nextPeer();
    peer.says(riderHello(clock));
    await next(events, 'vehicle');
    return peer;
  }

  const times = async () => (await next(events, 'fixes')).fixes.map((fix) => fix.time);

  test('offers the protocol and the token, and tells what hello says', async () => {
    const { connection } = follow();
    expect(connection).toBe('connecting');
    const peer = await gateway.nextPeer();
    expect(peer.offered).toEqual(['tripcast.v1', 'bearer.a.b.c']);
    expect(peer.path).toBe('/v1/trips/t1/follow');
    const hello = {
      trip: tripWith({ version: 3 }),
      fix: { type: 'fix', ...fixAt(7) } as const,
      truncatedBefore: 5,
    };
    peer.says(riderHello(clock, hello));
    expect(await events.take()).toEqual({ type: 'connection', connection: 'live' });
    expect(await events.take()).toEqual({ type: 'clock', offsetMs: 0, uncertaintyMs: 0 });
    expect(await events.take()).toEqual({ type: 'trip', trip: hello.trip });
    expect(await events.take()).toMatchObject({ type: 'vehicle', vehicle: { online: true, paceMs: 1_000 } });
    expect(await events.take()).toEqual({ type: 'truncated', before: 5 });
    expect(await events.take()).toEqual({ type: 'newest', fix: fixAt(7) });
  });

  test('[P9] measures the clock by the hello, the whole attempt counting as the round trip', async () => {
    follow();
    const peer = await gateway.nextPeer();
    const serverTime = clock.now() + 60_050;
    clock.advance(100);
    peer.says(riderHello(clock, { serverTime }));
    expect(await next(events, 'clock')).toEqual({ type: 'clock', offsetMs: 60_000, uncertaintyMs: 50 });
  });

  test('[P2] resumes after its last fix, and delivers each fix once, in order', async () => {
    const peer = await live({ since: 5 });
    expect(peer.path).toBe('/v1/trips/t1/follow?since=5');
    peer.sends(fixAt(4), fixAt(5), fixAt(6), fixAt(7));
    expect(await times()).toEqual([6, 7]);
    peer.vanishes();
    expect(await next(events, 'connection')).toMatchObject({ connection: 'reconnecting' });
    gateway.answer = () => undefined;
    clock.advance(500);
    const again = await gateway.nextPeer();
    expect(again.path).toBe('/v1/trips/t1/follow?since=7');
    again.says(riderHello(clock));
    again.sends(fixAt(7), fixAt(8));
    again.sends(fixAt(8), fixAt(3));
    again.sends(fixAt(9));
    expect(await times()).toEqual([8]);
    expect(await times()).toEqual([9]);
  });

  test('tells a trip only when it is newer than the one told before', async () => {
    const peer = await live();
    peer.says({ type: 'trip', trip: tripWith({ version: 1, status: 'NEW' }) });
    peer.says({ type: 'trip', trip: tripWith({ version: 2, status: 'ARRIVED_AT_PICKUP' }) });
    expect((await next(events, 'trip')).trip.status).toBe('ARRIVED_AT_PICKUP');
  });

  test('lives with what it does not understand', async () => {
    const peer = await live();
    peer.sendsText('{"type":"fireworks"}');
    peer.sendsText('{"type":"trip"');
    peer.sendsText('[]');
    peer.sendsBytes(new Uint8Array(19));
    peer.sendsBytes(new Uint8Array(0));
    peer.says({ type: 'vehicle', online: false, time: 9, paceMs: 5_000 });
    expect(await events.take()).toEqual({
      type: 'vehicle',
      vehicle: { online: false, time: 9, paceMs: 5_000 },
    });
  });

  test('[P4] leaves a server that was silent for 10 s, without waiting for its farewell', async () => {
    const peer = await live();
    clock.advance(9_000);
    peer.sends(fixAt(1));
    await times();
    clock.advance(9_999);
    expect(following?.connection).toBe('live');
    clock.advance(1);
    expect(following?.connection).toBe('reconnecting');
    clock.advance(500);
    expect((await gateway.nextPeer()).path).toBe('/v1/trips/t1/follow?since=1');
  });

  test('[P4] a clock that is set back makes it wait once more for a silent server, not for an hour', async () => {
    await live();
    clock.set(clock.now() - 3_600_000);
    clock.advance(19_999);
    expect(following?.connection).toBe('live');
    clock.advance(1);
    expect(following?.connection).toBe('reconnecting');
  });

  test('an empty message is a sign of life', async () => {
    const peer = await live();
    clock.advance(9_000);
    peer.sendsBytes(new Uint8Array(0));
    peer.says({ type: 'vehicle', online: true, time: 1, paceMs: 1_000 });
    await next(events, 'vehicle');
    clock.advance(9_999);
    expect(following?.connection).toBe('live');
  });

  test('1000: the trip has ended, for good', async () => {
    const peer = await live();
    peer.closes(1000);
    expect(await events.take()).toEqual({ type: 'connection', connection: 'ended' });
    expect(clock.pending).toBe(0);
  });

  test.each([
    [4000, 'invalid_request'],
    [4001, 'unauthenticated'],
    [4003, 'forbidden'],
    [4042, 'forbidden'],
  ])('%i: does not come back, and says why', async (code, problemCode) => {
    const peer = await live();
    peer.closes(code);
    expect(await events.take()).toMatchObject({
      type: 'connection',
      connection: 'refused',
      problem: { code: problemCode, detail: expect.stringContaining(String(code)) },
    });
    expect(clock.pending).toBe(0);
  });

  test('1012: reconnects without delay, but not again and again', async () => {
    let peer = await live();
    peer.closes(1012);
    await next(events, 'connection');
    clock.advance(0);
    peer = await gateway.nextPeer();
    peer.says(riderHello(clock));
    await next(events, 'vehicle');
    peer.closes(1012);
    await next(events, 'connection');
    clock.advance(249);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    await gateway.nextPeer();
  });

  test('4001: gets a new token first, and comes back with it', async () => {
    const tokens = ['old', 'new'];
    const peer = await live({ token: async () => tokens.shift() ?? 'none' });
    expect(peer.offered).toContain('bearer.old');
    peer.closes(4001);
    await next(events, 'connection');
    clock.advance(0);
    expect((await gateway.nextPeer()).offered).toContain('bearer.new');
  });

  test.each([4100, 4101, 1006, 1011])('%i: backs off, longer each time', async (code) => {
    let peer = await live();
    for (const delayMs of [250, 500, 1_000]) {
      if (code === 1006) peer.vanishes();
      else peer.closes(code);
      await next(events, 'connection');
      clock.advance(delayMs - 1);
      expect(following?.connection).toBe('reconnecting');
      clock.advance(1);
      peer = await gateway.nextPeer();
      peer.says(riderHello(clock));
      await next(events, 'vehicle');
    }
    clock.advance(5_000); // it has proved itself
    peer.vanishes();
    await next(events, 'connection');
    clock.advance(250);
    await gateway.nextPeer();
  });

  test.each(['the page is shown again', 'the network is back'])('%s: reconnects at once', async (news) => {
    const peer = await live();
    peer.vanishes();
    await next(events, 'connection');
    if (news === 'the network is back') platform.network(true);
    else platform.wake();
    await gateway.nextPeer();
  });

  describe('a device that says that it has no network', () => {
    const told = async () => (await next(events, 'connection')).connection;
    const silently = async () => {
      const peer = await live();
      platform.network(false);
      expect(await told()).toBe('offline');
      return peer;
    };

    test('is offline at once, and reconnects at once when it has one again: the old socket is not trusted', async () => {
      const peer = await silently();
      clock.advance(3_000);
      platform.network(true);
      expect(await told()).toBe('reconnecting');
      await peer.closed;
      (await gateway.nextPeer()).says(riderHello(clock));
      expect(await told()).toBe('live');
    });

    test('was wrong when something comes all the same: the socket is kept', async () => {
      const peer = await silently();
      clock.advance(250);
      peer.sends(fixAt(7));
      expect(await told()).toBe('live');
      expect(await times()).toEqual([7]);
      platform.network(true);
      peer.sends(fixAt(8));
      expect(await times()).toEqual([8]);
      expect(following?.connection).toBe('live');
    });

    test('is not proved wrong by what had come before', async () => {
      const peer = await silently();
      clock.advance(249);
      peer.sends(fixAt(7));
      expect(await times()).toEqual([7]);
      expect(following?.connection).toBe('offline');
    });

    test('has failed for want of a network: once it has one again, nobody waits longer for that', async () => {
      let peer = await live();
      for (const delayMs of [250, 500]) {
        peer.vanishes();
        expect(await told()).toBe('reconnecting');
        clock.advance(delayMs);
        peer = await gateway.nextPeer();
        peer.says(riderHello(clock));
        expect(await told()).toBe('live');
      }
      peer.vanishes();
      expect(await told()).toBe('reconnecting');
      platform.network(false);
      platform.network(true);
      peer = await gateway.nextPeer();
      peer.says(riderHello(clock));
      expect([await told(), await told(), await told()]).toEqual(['offline', 'reconnecting', 'live']);
      peer.vanishes();
      expect(await told()).toBe('reconnecting');
      clock.advance(250);
      await gateway.nextPeer();
    });

    test('that is over stays so', async () => {
      const peer = await silently();
      peer.closes(4003);
      expect(await told()).toBe('refused');
      platform.network(true);
      platform.network(false);
      expect(following?.connection).toBe('refused');
    });
  });

  test('a page that slept longer than the silence limit does not trust its socket', async () => {
    await live();
    clock.set(clock.now() + 60_000); // no timer fired
    platform.wake();
    expect(following?.connection).toBe('reconnecting');
  });

  describe('a handshake that fails', () => {
    beforeEach(() => {
      gateway.refuse = () => ({ status: 404 });
    });

    test.each(['unauthenticated', 'forbidden', 'not_found'] as const)(
      '%s: is refused, and the problem told',
      async (code) => {
        const refusal = problem(code, 'because');
        gateway.answer = () => ({ status: refusal.status, body: refusal });
        follow();
        expect(await events.take()).toEqual({
          type: 'connection',
          connection: 'refused',
          problem: refusal,
        });
        expect(clock.pending).toBe(0);
      },
    );

    test('asks with the same token as a bearer', async () => {
      follow();
      const asked = await gateway.requests.take(
        (request): request is typeof request => request.line === 'GET /v1/trips/t1',
      );
      expect(asked.authorization).toBe('Bearer a.b.c');
    });

    test('a trip that has ended is told, and is the end', async () => {
      const trip = tripWith({ status: 'COMPLETE', version: 9 });
      gateway.refuse = () => ({ status: 410 });
      gateway.answer = () => ({ status: 200, body: trip });
      follow();
      expect(await events.take()).toEqual({ type: 'trip', trip });
      expect(await events.take()).toEqual({ type: 'connection', connection: 'ended' });
    });

    test('410 is the end, though the trip is not told any more', async () => {
      gateway.answer = () => ({ status: 410, body: problem('trip_ended', 'yesterday') });
      follow();
      expect(await events.take()).toEqual({ type: 'connection', connection: 'ended' });
    });

    test('503: waits as long as Retry-After says and a little more, then comes back', async () => {
      const refusal = problem('unavailable', 'draining');
      gateway.refuse = () => ({ status: 503 });
      gateway.answer = () => ({ status: 503, headers: { 'retry-after': '7' }, body: refusal });
      follow();
      expect(await events.take()).toEqual({
        type: 'connection',
        connection: 'reconnecting',
        problem: refusal,
      });
      clock.advance(7_249);
      expect(following?.connection).toBe('reconnecting');
      gateway.refuse = () => undefined;
      clock.advance(1);
      await gateway.nextPeer();
    });

    test('a proxy without a node behind it is no refusal', async () => {
      gateway.answer = () => ({ status: 404, body: 'no backend' });
      follow();
      expect(await next(events, 'connection')).toMatchObject({ connection: 'reconnecting' });
    });

    test('no answer within 10 s counts as none', async () => {
      gateway.answer = () => undefined;
      follow();
      await gateway.requests.take();
      await gateway.requests.take();
      clock.advance(10_000);
      expect(await next(events, 'connection')).toMatchObject({ connection: 'reconnecting' });
    });

    test('when it fails only later, it is asked again', async () => {
      gateway.refuse = () => undefined;
      const peer = await live();
      const refusal = problem('not_found', 'gone');
      gateway.refuse = () => ({ status: 404 });
      gateway.answer = () => ({ status: 404, body: refusal });
      peer.vanishes();
      await next(events, 'connection');
      clock.advance(250);
      expect(await next(events, 'connection')).toMatchObject({ connection: 'refused', problem: refusal });
    });
  });

  test('the trip is asked side by side: told before the socket is there', async () => {
    gateway.answer = () => ({ status: 200, body: tripWith({ version: 4 }) });
    follow();
    expect((await next(events, 'trip')).trip.version).toBe(4);
    expect(following?.connection).toBe('connecting');
    await gateway.nextPeer();
  });

  test('a token source that fails is tried again, and the app told', async () => {
    let fails = true;
    follow({
      token: () => {
        if (fails) throw new Error('no session');
        return 'a.b.c';
      },
    });
    expect(await events.take()).toMatchObject({
      connection: 'reconnecting',
      problem: { code: 'unavailable', detail: expect.stringContaining('no session') },
    });
    fails = false;
    clock.advance(250);
    await gateway.nextPeer();
  });

  test('a token that no socket can offer is refused', async () => {
    follow({ token: 'two words' });
    expect(await events.take()).toMatchObject({
      connection: 'refused',
      problem: { code: 'invalid_request' },
    });
  });

  test('close says farewell, and nothing is told after it', async () => {
    const peer = await live();
    peer.sends(fixAt(1));
    following?.close();
    expect(await peer.closed).toBe(1000);
    expect(events.items).toEqual([]);
  });
});

describe('what an author may get wrong', () => {
  const options = {
    url: 'http://localhost:1',
    tripId: 't1',
    token: 'x',
    platform: testPlatform(new ManualClock()),
  };

  test('an id that no trip can have', () => {
    expect(() => followTrip({ ...options, tripId: 'a/b' })).toThrow('not a trip id');
  });

  test('a url that is none', () => {
    expect(() => followTrip({ ...options, url: 'localhost' })).toThrow('Invalid URL');
  });
});
