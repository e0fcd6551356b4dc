import { type Close, hasEnded, isTripId, LIMITS, MAX_TIME } from '@tripcast/protocol';
import { isTokenAlive } from '../access.ts';
import type { Claims } from '../auth/tokens.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Refusal, refusal } from '../trips/refusal.ts';
import { Follower } from './follower.ts';
import { type Admission, type Doorkeeper, type Handshake, isJson, upgrade } from './handshake.ts';
import { isIgnorable } from './incoming.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import type { Service } from './service.ts';
import { IDLE_TIMEOUT_S, type TemplatedApp } from './uws.ts';

/** What the follow socket needs of its node. */
export interface FollowSocketOptions {
  door: Doorkeeper;
  service: Service;
  rooms: Rooms;
  clock: Clock;
  metrics: Metrics;
  limits: {
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
  since: number | undefined;
}

const SINCE = /^\d{1,15}$/;
/** Longer messages are cut off by the addon; up to here they are answered with a close code. */
export const LONGEST_MESSAGE_BYTES = LIMITS.messageBytes + LIMITS.messageExcessBytes;

/** Serves `/v1/trips/{tripId}/follow`. Returns what closes all of its sockets. */
export function serveFollowers(app: TemplatedApp, options: FollowSocketOptions) {
  const { door, service, rooms, clock, metrics, limits } = options;
  const open = new Set<Follower>();
  /** So long after its start a trip can't have more fixes than a track holds, ms. */
  const uncutForMs = ((limits.trackFixes - limits.fixBurst) / limits.fixesPerSecond) * 1000;

  app.ws<Seat>('/v1/trips/:id/follow', {
    maxPayloadLength: LONGEST_MESSAGE_BYTES,
    maxBackpressure: limits.followerBufferBytes,
    idleTimeout: IDLE_TIMEOUT_S,
    sendPingsAutomatically: true,
    upgrade: upgrade(door, admit, metrics.handshakeRefused),
    open(ws) {
      const { follower, room, since } = ws.getUserData();
      open.add(follower);
      metrics.socketOpened('rider');
      follower.greet(ws as never, clock.now(), since);
      if (!service.isAvailable) follower.tell(service.text);
      room.join(follower);
    },
    message(ws, message, isBinary) {
      // Riders have nothing to say yet; what is no message at all is not forgiven.
      const malformed = isIgnorable(message, isBinary);
      if (malformed) ws.end(malformed.code, malformed.reason);
    },
    drain(ws) {
      const { follower, room } = ws.getUserData();
      room.drained(follower);
    },
    close(ws, code) {
      const { follower, room } = ws.getUserData();
      follower.closed = true;
      open.delete(follower);
      room.leave(follower);
      metrics.socketClosed('rider', code);
    },
  });

  async function admit(handshake: Handshake, claims: Claims): Promise<Admission<Seat> | Refusal> {
    const { id, since } = handshake;
    if (!isTripId(id)) return refusal('invalid_request', 'a trip id is 1 to 64 of A-Z a-z 0-9 _ -');
    if (since !== undefined && !(SINCE.test(since) && Number(since) <= MAX_TIME)) {
      return refusal('invalid_request', '`since` is a fix time: whole milliseconds since the Unix epoch');
    }
    if (claims.role !== 'rider' || claims.trip !== id)
      return refusal('forbidden', 'only the rider of a trip may follow it');
    const room = await rooms.enter(id);
    if (!room) return refusal('not_found', 'there is no such trip');
    await room.followed.refreshCut(uncutForMs);
    const { record } = room.followed;
    if (!isTokenAlive(claims, record)) return refusal('unauthenticated', 'the token was revoked');
    if (hasEnded(record.trip.status))
      return refusal('trip_ended', 'the trip has ended; its track is at GET …/track');
    if (room.size >= limits.followersPerTrip)
      return refusal('too_many_requests', 'the trip has too many followers');
    const since_ = since === undefined ? undefined : Number(since);
    const follower = new Follower({
      trip: room.followed,
      isJson: isJson(handshake),
      issuedAtMs: claims.issuedAtMs,
      expiresAtMs: claims.expiresAtMs,
      share: claims.share,
      since: since_ ?? 0,
    });
    return { data: { follower, room, since: since_ }, withdraw() {} };
  }

  return {
    size: () => open.size,
    /** Whether the node can keep and pass on fixes has changed. */
    serviceChanged(): void {
      for (const follower of open) follower.tell(service.text);
    },
    /** One step of a drain: closes one socket. */
    closeOne(why: Close): void {
      const [follower] = open;
      follower?.end(why.code, why.reason);
    },
  };
}
