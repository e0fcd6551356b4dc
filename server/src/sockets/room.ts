import type { TripId, VehicleState } from '@tripcast/protocol';
import { CLOSE, type Close, FIX_BYTES, hasEnded, TIMING } from '@tripcast/protocol';
import { isTokenAlive } from '../access.ts';
import type { Backend } from '../backend.ts';
import type { Clock } from '../clock.ts';
import { type Audience, FollowedTrip } from '../live/followed-trip.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { TripRecord } from '../trips/trip-store.ts';
import { type Follower, textsOf } from './follower.ts';

/** After a trip's end its followers hear what was measured before and comes a moment late, ms. */
const LINGER_MS = 1_000;
/** Cursors are given this long after the end to read the rest, ms. */
const LAST_CALL_MS = 10_000;

/** The followers of one trip on this node: those that are live are given what comes, the others read the track. */
export class Room implements Audience {
  readonly followed: FollowedTrip;
  /** When the last follower left, ms; `undefined` while there is one. */
  emptySince: number | undefined;
  readonly #live = new Set<Follower>();
  readonly #behind = new Set<Follower>();
  readonly #backend: Backend;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #bufferBytes: number;
  /** When all live followers were last sent something, ms. */
  #sentAt: number;
  #endedAt: number | undefined;
  #closed = false;

  constructor(
    id: TripId,
    options: { backend: Backend; clock: Clock; metrics: Metrics; bufferBytes: number },
  ) {
    this.#backend = options.backend;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#bufferBytes = options.bufferBytes;
    this.#sentAt = this.#clock.now();
    this.followed = new FollowedTrip(id, options.backend, options.clock);
  }

  get size(): number {
    return this.#live.size + this.#behind.size;
  }

  /** A follower will join as soon as its handshake is over: an empty room waits for it. */
  expect(): void {
    if (this.size === 0) this.emptySince = this.#clock.now();
  }

  /** A follower has said hello and is sent the track from its cursor on. One that comes too late is sent round again. */
  join(follower: Follower): void {
    if (this.#closed) {
      close(follower, CLOSE.restarting);
      return;
    }
    this.emptySince = undefined;
    const { record } = this.followed;
    if (hasEnded(record.trip.status)) this.#endedAt ??= this.#clock.now();
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
    if (this.size === 0) this.emptySince = this.#clock.now();
  }

  /** A follower's socket can take more. */
  drained(follower: Follower): void {
    if (follower.position === 'full' && follower.hasDrained()) this.#read(follower);
  }

  fixes(bytes: Uint8Array): void {
    this.#sentAt = this.#clock.now();
    const { head } = this.followed;
    let texts: string[] | undefined;
    for (const follower of this.#live) {
      if (follower.isJson) texts ??= textsOf(bytes);
      if (!follower.give(bytes, head, follower.isJson ? texts : undefined)) {
        this.#live.delete(follower);
        this.#behind.add(follower);
        this.#metrics.followerFellBehind();
      }
    }
    this.#metrics.fixesDelivered((bytes.byteLength / FIX_BYTES) * this.#live.size);
    for (const follower of this.#behind) {
      if (follower.position === 'ahead' && follower.cursor <= head) this.#read(follower);
    }
  }

  trip(record: TripRecord): void {
    const text = JSON.stringify({ type: 'trip', trip: record.trip });
    this.#forEach((follower) => {
      if (!isTokenAlive(follower, record)) close(follower, CLOSE.revoked);
      else follower.giveTrip(text);
    });
    if (hasEnded(record.trip.status)) this.#endedAt ??= this.#clock.now();
  }

  vehicle(state: VehicleState): void {
    const text = JSON.stringify({ type: 'vehicle', ...state });
    this.#forEach((follower) => follower.giveVehicle(text));
  }

  /** What falls due with time: keep-alives, expired tokens, reads to try again, the end. Call it some times a second. */
  tick(): void {
    const now = this.#clock.now();
    if (now - this.#sentAt >= TIMING.emptyAfterMs) {
      this.#sentAt = now;
      for (const follower of this.#live) follower.sendEmpty();
    }
    for (const follower of this.#behind) {
      if (follower.position === 'stalled') this.#read(follower);
      else follower.keepAlive(now);
    }
    this.#forEach((follower) => {
      if (now >= follower.expiresAtMs) close(follower, CLOSE.tokenExpired);
    });
    if (this.#endedAt !== undefined && now >= this.#endedAt + LINGER_MS) this.#dismiss(now);
  }

  /** Everybody who has all that there is goes home; the others when they have, or when time is up. */
  #dismiss(now: number): void {
    const isOver = now >= (this.#endedAt ?? now) + LAST_CALL_MS;
    this.#forEach((follower) => {
      if (isOver || follower.position === 'live' || follower.position === 'ahead')
        close(follower, CLOSE.tripEnded);
    });
  }

  #read(follower: Follower): void {
    this.#behind.add(follower);
    const now = () => this.#clock.now();
    void follower.read(this.#backend.tracks, this.#bufferBytes, now).then(() => {
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
    } else this.#read(follower);
  }

  /** Sockets that `act` closes leave while we go through them, which a Set allows. */
  #forEach(act: (follower: Follower) => void): void {
    for (const follower of this.#live) act(follower);
    for (const follower of this.#behind) act(follower);
  }
}

function close(follower: Follower, why: Close): void {
  follower.end(why.code, why.reason);
}
