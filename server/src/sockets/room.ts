import type { TripId, VehicleState } from '@tripcast/protocol';
import { CLOSE, type Close, FIX_BYTES, fixTime, hasEnded, TIMING } from '@tripcast/protocol';
import { isTokenAlive } from '../access.ts';
import type { Backend } from '../backend.ts';
import { tripChannel } from '../bus/live-bus.ts';
import type { SteadyClock } from '../clock.ts';
import { type Audience, FollowedTrip } from '../live/followed-trip.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { TripRecord } from '../trips/trip-store.ts';
import { type Follower, textsOf } from './follower.ts';
import { Service } from './service.ts';

/** After a trip's end its followers hear what was measured before and comes a moment late, ms. */
const LINGER_MS = 1_000;
/** Cursors are given this long after the end to read the rest, ms. */
const LAST_CALL_MS = 10_000;

/** The followers of one trip on this node: those that are live are given what comes, the others read the track. */
export class Room implements Audience {
  readonly followed: FollowedTrip;
  readonly service = new Service();
  /** When the last follower left, ms; `undefined` while there is one. */
  emptySince: number | undefined;
  readonly #live = new Set<Follower>();
  readonly #behind = new Set<Follower>();
  readonly #backend: Backend;
  readonly #clock: SteadyClock;
  readonly #metrics: Metrics;
  readonly #bufferBytes: number;
  /** When all live followers were last sent something, ms. */
  #sentAt: number;
  #endedAt: number | undefined;
  /** Seats of followers whose handshakes go on. */
  #reserved = 0;
  #closed = false;

  constructor(
    id: TripId,
    options: { backend: Backend; clock: SteadyClock; metrics: Metrics; bufferBytes: number },
  ) {
    this.#backend = options.backend;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#bufferBytes = options.bufferBytes;
    this.#sentAt = this.#clock.monotonic();
    this.followed = new FollowedTrip(id, options.backend, options.clock);
  }

  get size(): number {
    return this.#live.size + this.#behind.size;
  }

  /** Keeps a seat for one whose handshake goes on; false when `limit` are taken. To be released when it joins, or never does. */
  reserve(limit: number): boolean {
    if (this.size + this.#reserved >= limit) return false;
    this.#reserved++;
    return true;
  }

  release(): void {
    this.#reserved--;
  }

  /** A follower will join as soon as its handshake is over: an empty room waits for it. */
  expect(): void {
    if (this.size === 0) this.emptySince = this.#clock.monotonic();
  }

  /** A follower has said hello and is sent the track from its cursor on. One that comes too late is sent round again. */
  join(follower: Follower): void {
    if (this.#closed) {
      close(follower, CLOSE.restarting);
      return;
    }
    this.emptySince = undefined;
    const { record } = this.followed;
    if (hasEnded(record.trip.status)) this.#endedAt ??= this.#clock.monotonic();
    this.#read(follower);
    if (!isTokenAlive(follower, record)) close(follower, CLOSE.revoked);
  }

  /** Nobody is there any more, nor heard. */
  close(): void {
    this.#closed = true;
    this.followed.close();
  }

  leave(follower: Follower): void {
    this.#live.delete(follower);
    this.#behind.delete(follower);
    if (this.size === 0) this.emptySince = this.#clock.monotonic();
  }

  /** A follower's socket can take more. */
  drained(follower: Follower): void {
    if (follower.position === 'full' && follower.hasDrained()) this.#read(follower);
  }

  fixes(bytes: Uint8Array): void {
    this.#sentAt = this.#clock.monotonic();
    const { head } = this.followed;
    const fixes = bytes.byteLength / FIX_BYTES;
    let texts: string[] | undefined;
    for (const follower of this.#live) {
      if (follower.isJson) texts ??= textsOf(bytes);
      if (!follower.give(bytes, head, follower.isJson ? texts : undefined)) {
        this.#fallBehind(follower);
        const dropped = countAfter(bytes, follower.cursor);
        this.#metrics.followerFellBehind(fixes - dropped, dropped);
      }
    }
    this.#metrics.fixesDelivered(this.followed.id, head, fixes, this.#live.size, this.#clock.now() - head);
    this.storedAgain();
  }

  storedAgain(): void {
    const { head } = this.followed;
    for (const follower of this.#behind) {
      if (follower.position === 'waiting' && follower.cursor <= head) this.#read(follower);
    }
  }

  trip(record: TripRecord): void {
    const text = JSON.stringify({ type: 'trip', trip: record.trip });
    this.#forEach((follower) => {
      if (!isTokenAlive(follower, record)) close(follower, CLOSE.revoked);
      else follower.giveTrip(text);
    });
    this.#endedAt = hasEnded(record.trip.status) ? (this.#endedAt ?? this.#clock.monotonic()) : undefined;
  }

  vehicle(state: VehicleState): void {
    const text = JSON.stringify({ type: 'vehicle', ...state });
    this.#forEach((follower) => follower.giveVehicle(text));
  }

  holeFound(): void {
    this.#metrics.holeFound();
  }

  /** How many of its followers read the track. */
  get behind(): number {
    return this.#behind.size;
  }

  /** What falls due with time: whether its trip can be kept, keep-alives, expired tokens, reads to try again, the end. Call it some times a second. */
  tick(): void {
    const now = this.#clock.monotonic();
    if (now - this.#sentAt >= TIMING.emptyAfterMs) {
      this.#sentAt = now;
      for (const follower of this.#live) follower.sendEmpty();
    }
    for (const follower of this.#behind) {
      follower.keepAlive(now);
      if (follower.position === 'stalled') this.#read(follower);
    }
    if (this.service.changed(this.#backend.serves(tripChannel(this.followed.id)))) {
      this.#forEach((follower) => follower.tell(this.service.text));
    }
    const time = this.#clock.now();
    this.#forEach((follower) => {
      if (time >= follower.expiresAtMs) close(follower, CLOSE.tokenExpired);
    });
    if (this.#endedAt !== undefined && now >= this.#endedAt + LINGER_MS) this.#dismiss(now);
  }

  /** Everybody who has all that there is goes home; the others when they have, or when time is up. */
  #dismiss(now: number): void {
    const isOver = now >= (this.#endedAt ?? now) + LAST_CALL_MS;
    this.#forEach((follower) => {
      if (isOver || follower.position === 'live' || follower.position === 'waiting')
        close(follower, CLOSE.tripEnded);
    });
  }

  #read(follower: Follower): void {
    this.#behind.add(follower);
    void follower.read(this.#backend.tracks, this.#bufferBytes).then(() => {
      this.#metrics.fixesRead(follower.takeReadCount(), follower.hasBeenLive);
      if (follower.closed) return;
      if (follower.position === 'live') this.#rejoin(follower);
      else if (follower.position === 'full') this.drained(follower); // it may have drained before we looked
    });
  }

  /** Into the fan-out, unless more was fanned out since the follower looked: nothing may fall between the two. */
  #rejoin(follower: Follower): void {
    if (follower.cursor === this.followed.head) {
      this.#behind.delete(follower);
      this.#live.add(follower);
      const gap = follower.becomeLive();
      if (gap !== undefined) this.#metrics.resumed(gap);
    } else this.#read(follower);
  }

  /** Sockets that `act` closes leave while we go through them, which a Set allows. */
  #forEach(act: (follower: Follower) => void): void {
    for (const follower of this.#behind) act(follower);
    for (const follower of this.#live) {
      act(follower);
      if (follower.position === 'full') this.#fallBehind(follower);
    }
  }

  #fallBehind(follower: Follower): void {
    if (this.#live.delete(follower)) this.#behind.add(follower);
  }
}

/** How many of some fixes are later than `time`. */
function countAfter(fixes: Uint8Array, time: number): number {
  const view = new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength);
  let first = 0;
  while (first < fixes.byteLength && fixTime(view, first) <= time) first += FIX_BYTES;
  return (fixes.byteLength - first) / FIX_BYTES;
}

function close(follower: Follower, why: Close): void {
  follower.end(why.code, why.reason);
}
