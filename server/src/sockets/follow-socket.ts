import { CLOSE, type Close, isTripId, MAX_TIME } from '@tripcast/protocol';
import { isTokenAlive } from '../access.ts';
import type { Claims } from '../auth/tokens.ts';
import type { SteadyClock } from '../clock.ts';
import type { Guest } from '../limits/arrivals.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Refusal, refusal } from '../trips/refusal.ts';
import { Follower } from './follower.ts';
import { type Admission, type Doorkeeper, type Handshake, isJson, upgrade } from './handshake.ts';
import { judgeMessage, longestMessageBytes, type SmallTalk } from './incoming.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import type { SentAway } from './sent-away.ts';
import { IDLE_TIMEOUT_S, type TemplatedApp } from './uws.ts';

/** What the follow socket needs of its node. */
export interface FollowSocketOptions {
  door: Doorkeeper;
  rooms: Rooms;
  sentAway: SentAway;
  clock: SteadyClock;
  metrics: Metrics;
  smallTalk: SmallTalk;
  limits: {
    messageBytes: number;
    followersPerTrip: number;
    followerBufferBytes: number;
    trackFixes: number;
    fixBurst: number;
    fixesPerSecond: number;
  };
}

interface Seat {
  follower: Follower;
  room: Room;
  guest: Guest;
}

const SINCE = /^\d{1,15}$/;

/** Serves `/v1/trips/{tripId}/follow`. Returns what closes all of its sockets. */
export function serveFollowers(app: TemplatedApp, options: FollowSocketOptions) {
  const { door, rooms, sentAway, clock, metrics, smallTalk, limits } = options;
  let size = 0;
  /** So long after its start a trip can't have more fixes than a track holds, ms. */
  const uncutForMs = ((limits.trackFixes - limits.fixBurst) / limits.fixesPerSecond) * 1000;

  app.ws<Seat>('/v1/trips/:id/follow', {
    maxPayloadLength: longestMessageBytes(limits),
    maxBackpressure: limits.followerBufferBytes,
    idleTimeout: IDLE_TIMEOUT_S,
    sendPingsAutomatically: true,
    upgrade: upgrade(door, admit, metrics.handshakeRefused),
    open(ws) {
      const { follower, room } = ws.getUserData();
      size++;
      metrics.socketOpened('rider');
      // Not now: something else is corked while a socket is upgraded (`uncorked.ts`). What is sent meanwhile goes through the
      // socket's own buffer, which then stays as long as its first message for as long as the socket lives.
      queueMicrotask(() => {
        room.release();
        if (follower.closed) return;
        follower.greet(ws, { time: clock.now(), atMs: clock.monotonic() });
        room.join(follower);
      });
    },
    message(ws, message, isBinary) {
      // Riders have nothing to say yet; what is no message at all is not forgiven.
      const why = judgeMessage(message, isBinary, limits) ?? smallTalk.hear(ws.getUserData().follower);
      if (why) ws.end(why.code, why.reason);
    },
    ping: (ws) => smallTalk.heardFrom(ws.getUserData().follower, ws),
    pong: (ws) => smallTalk.heardFrom(ws.getUserData().follower, ws),
    drain(ws) {
      const { follower, room } = ws.getUserData();
      room.drained(follower);
    },
    close(ws, code) {
      const { follower, room, guest } = ws.getUserData();
      follower.hasClosed();
      guest.leave();
      size--;
      room.leave(follower);
      metrics.socketClosed('rider', code);
      if (code === CLOSE.revoked.code) door.log.info({ trip: follower.trip.id, code }, 'follower sent away');
    },
  });

  async function admit(
    handshake: Handshake,
    claims: Claims,
    guest: Guest,
  ): Promise<Admission<Seat> | Refusal> {
    const { id, since } = handshake;
    if (!isTripId(id)) return refusal('invalid_request', 'a trip id is 1 to 64 of A-Z a-z 0-9 _ -');
    if (since !== undefined && !(SINCE.test(since) && Number(since) <= MAX_TIME)) {
      return refusal('invalid_request', '`since` is a fix time: whole milliseconds since the Unix epoch');
    }
    if (claims.role !== 'rider' || claims.trip !== id)
      return refusal('forbidden', 'only the rider of a trip may follow it');
    if (sentAway.refuses(id)) return refusal('unavailable', 'another node has more room');
    const room = await rooms.enter(id);
    if (!room) return refusal('not_found', 'there is no such trip');
    await room.followed.expect(uncutForMs);
    if (!isTokenAlive(claims, room.followed)) return refusal('unauthenticated', 'the token was revoked');
    if (room.followed.hasEnded)
      return refusal('trip_ended', 'the trip has ended; its track is at GET …/track');
    if (!room.reserve(limits.followersPerTrip)) {
      metrics.limited('trip_followers');
      return refusal('too_many_requests', 'the trip has too many followers');
    }
    const follower = new Follower({
      trip: room.followed,
      isJson: isJson(handshake),
      issuedAtMs: claims.issuedAtMs,
      expiresAtMs: claims.expiresAtMs,
      share: claims.share,
      since: Number(since ?? 0),
    });
    return { data: { follower, room, guest }, withdraw: () => room.release() };
  }

  return {
    size: () => size,
    /** Waiting to be sent to all of them, bytes. */
    unsentBytes: () => rooms.unsentBytes,
    /** Closes the socket that has been open for longest of the trip that has been followed here for longest; returns that. */
    closeOne(why: Close): string | undefined {
      const follower = rooms.oldest?.oldest;
      follower?.end(why.code, why.reason);
      return follower?.trip.id;
    },
  };
}
