import type { TripId, VehicleState } from '@tripcast/protocol';
import { CLOSE, type Close, FIX_BYTES, fixTime, hasEnded, TIMING } from '@tripcast/protocol';
import { isTokenAlive } from '../access.ts';
import type { Backend } from '../backend.ts';
import { tripChannel } from '../bus/live-bus.ts';
import type { SteadyClock } from '../clock.ts';
import { type Audience, type FollowedRecord, FollowedTrip } from '../live/followed-trip.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Follower, textsOf } from './follower.ts';
import { Service } from './service.ts';

/** After a trip's end its followers hear what was measured before and comes a moment late, ms. */
const LINGER_MS = 1_000;
/** Cursors are given this long after the end to read the rest, ms. */
const LAST_CALL_MS = 10_000;

/** What a room needs of its node. */
export interface RoomOptions {
  readonly backend: Backend;
  readonly clock: SteadyClock;
  readonly metrics: Metrics;
  /** How much may be left unsent in a follower's socket. */
  readonly bufferBytes: number;
}

/** The followers of one trip on this node: those that are live are given what comes, the others read the track. */
export class Room implements Audience {
  readonly followed: FollowedTrip;
  readonly service = new Service();
  /** When the last follower left, ms; `undefined` while there is one. */
  emptySince: number | undefined;
  /**
   * In no order; each knows its `seat`. No Set, which is ten times what a room of one needs. Who goes through them begins
   * with the last one, which takes the seat of whoever leaves meanwhile: nobody is passed over.
   */
  #followers: Follower[] = [];
  /** How many of them are in the fan-out. */
  #live = 0;
  readonly #node: RoomOptions;
  /** When all live followers were last sent something, ms. */
  #sentAt: number;
  #endedAt: number | undefined;
  /** Seats of followers whose handshakes go on. */
  #reserved = 0;
  #closed = false;

  constructor(id: TripId, node: RoomOptions) {
    this.#node = node;
    this.#sentAt = node.clock.monotonic();
    this.followed = new FollowedTrip(id, node);
  }

  get size(): number {
    return this.#followers.length;
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
    if (this.size === 0) this.emptySince = this.#node.clock.monotonic();
  }

  /** A follower has said hello and is sent the track from its cursor on. One that comes too late is sent round again. */
  join(follower: Follower): void {
    if (this.#closed) {
      close(follower, CLOSE.restarting);
      return;
    }
    this.emptySince = undefined;
    const { record } = this.followed;
    if (hasEnded(record.trip.status)) this.#endedAt ??= this.#node.clock.monotonic();
    follower.seat = this.#followers.length;
    if (follower.seat === 0)
      this.#followers = [follower]; // `push` would make room for 17
    else this.#followers.push(follower);
    this.#read(follower);
    if (!isTokenAlive(follower, record)) close(follower, CLOSE.revoked);
  }

  /** Nobody is there any more, nor heard. */
  close(): void {
    this.#closed = true;
    this.followed.close();
  }

  leave(follower: Follower): void {
    if (this.#followers[follower.seat] !== follower) return; // it came too late to have one
    if (follower.isFannedOut) this.#live--;
    const last = this.#followers.pop()!;
    if (last !== follower) {
      this.#followers[follower.seat] = last;
      last.seat = follower.seat;
    }
    if (this.size === 0) this.emptySince = this.#node.clock.monotonic();
  }

  /** A follower's socket can take more. */
  drained(follower: Follower): void {
    if (follower.position === 'full' && follower.hasDrained()) this.#read(follower);
  }

  fixes(bytes: Uint8Array): void {
    this.#sentAt = this.#node.clock.monotonic();
    const { head } = this.followed;
    const fixes = bytes.byteLength / FIX_BYTES;
    let texts: string[] | undefined;
    for (let seat = this.#followers.length - 1; seat >= 0; seat--) {
      const follower = this.#followers[seat]!;
      if (!follower.isFannedOut) continue;
      if (follower.isJson) texts ??= textsOf(bytes);
      if (!follower.give(bytes, head, follower.isJson ? texts : undefined)) {
        this.#fallBehind(follower);
        const dropped = countAfter(bytes, follower.cursor);
        this.#node.metrics.followerFellBehind(fixes - dropped, dropped);
      }
    }
    this.#node.metrics.fixesDelivered(
      this.followed.id,
      head,
      fixes,
      this.#live,
      this.#node.clock.now() - head,
    );
    this.storedAgain();
  }

  storedAgain(): void {
    if (this.behind === 0) return;
    const { head } = this.followed;
    for (const follower of this.#followers) {
      if (follower.position === 'waiting' && follower.cursor <= head) this.#read(follower); // nobody leaves by this
    }
  }

  trip(record: FollowedRecord): void {
    const text = JSON.stringify({ type: 'trip', trip: record.trip });
    this.#forEach((follower) => {
      if (!isTokenAlive(follower, record)) close(follower, CLOSE.revoked);
      else follower.giveTrip(text);
    });
    this.#endedAt = hasEnded(record.trip.status)
      ? (this.#endedAt ?? this.#node.clock.monotonic())
      : undefined;
  }

  vehicle(state: VehicleState): void {
    const text = JSON.stringify({ type: 'vehicle', ...state });
    this.#forEach((follower) => follower.giveVehicle(text));
  }

  holeFound(): void {
    this.#node.metrics.holeFound();
  }

  /** How many of its followers read the track. */
  get behind(): number {
    return this.#followers.length - this.#live;
  }

  /** What falls due with time: whether its trip can be kept, keep-alives, expired tokens, reads to try again, the end. Call it some times a second. */
  tick(): void {
    const now = this.#node.clock.monotonic();
    const isSilent = now - this.#sentAt >= TIMING.emptyAfterMs;
    if (isSilent) this.#sentAt = now;
    const time = this.#node.clock.now();
    this.#forEach((follower) => {
      if (!follower.isFannedOut) {
        follower.keepAlive(now);
        if (follower.position === 'stalled') this.#read(follower);
      } else if (isSilent) follower.sendEmpty();
      if (time >= follower.expiresAtMs) close(follower, CLOSE.tokenExpired);
    });
    if (this.service.changed(this.#node.backend.serves(tripChannel(this.followed.id)))) {
      this.#forEach((follower) => follower.tell(this.service.text));
    }
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
    void follower.read(this.#node.backend.tracks, this.#node.bufferBytes).then(() => {
      this.#node.metrics.fixesRead(follower.takeReadCount(), follower.hasBeenLive);
      if (follower.closed) return;
      if (follower.position === 'live') this.#rejoin(follower);
      else if (follower.position === 'full') this.drained(follower); // it may have drained before we looked
    });
  }

  /** Into the fan-out, unless more was fanned out since the follower looked: nothing may fall between the two. */
  #rejoin(follower: Follower): void {
    if (follower.cursor === this.followed.head) {
      follower.isFannedOut = true;
      this.#live++;
      const gap = follower.becomeLive();
      if (gap !== undefined) this.#node.metrics.resumed(gap);
    } else this.#read(follower);
  }

  /** Sockets that `act` closes leave at once. */
  #forEach(act: (follower: Follower) => void): void {
    for (let seat = this.#followers.length - 1; seat >= 0; seat--) {
      const follower = this.#followers[seat]!;
      act(follower);
      if (follower.position === 'full') this.#fallBehind(follower);
    }
  }

  #fallBehind(follower: Follower): void {
    if (!follower.isFannedOut) return;
    follower.isFannedOut = false;
    this.#live--;
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
