import type { TripId, VehicleState } from '@tripcast/protocol';
import { CLOSE, type Close, FIX_BYTES, fixTime, TIMING } from '@tripcast/protocol';
import { isTokenAlive } from '../access.ts';
import type { Backend } from '../backend.ts';
import { tripChannel } from '../bus/live-bus.ts';
import type { SteadyClock } from '../clock.ts';
import { type Audience, type FollowedRecord, FollowedTrip } from '../live/followed-trip.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Follower, textsOf, tripText, vehicleText } from './follower.ts';
import { serviceText } from './service.ts';

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
  /** When the last follower left, ms; `undefined` while there is one. */
  emptySince: number | undefined;
  /** How many followers there are. */
  size = 0;
  /** Who came first, and last; each knows its neighbours. No array nor Set, which are more than a room of one needs. */
  #first: Follower | undefined;
  #last: Follower | undefined;
  /** How many of them are in the fan-out. */
  #live = 0;
  readonly #node: RoomOptions;
  /** Whether its trip can be kept and passed on, as its followers know. */
  #isServed = true;
  /** When all live followers were last sent something, whole ms. */
  #sentAt: number;
  #endedAt: number | undefined;
  /** Seats of followers whose handshakes go on. */
  #reserved = 0;
  #closed = false;

  constructor(id: TripId, node: RoomOptions) {
    this.#node = node;
    this.#sentAt = this.#monotonic();
    this.followed = new FollowedTrip(id, node);
  }

  /** Who has been there for longest. */
  get oldest(): Follower | undefined {
    return this.#first;
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
    if (this.size === 0) this.emptySince = this.#monotonic();
  }

  /** A follower has said hello and is sent the track from its cursor on. One that comes too late is sent round again. */
  join(follower: Follower): void {
    if (this.#closed) {
      close(follower, CLOSE.restarting);
      return;
    }
    this.emptySince = undefined;
    if (this.followed.hasEnded) this.#endedAt ??= this.#monotonic();
    follower.previous = this.#last;
    if (this.#last) this.#last.next = follower;
    else this.#first = follower;
    this.#last = follower;
    this.size++;
    if (!this.#isServed) follower.tell(serviceText(false));
    this.#read(follower);
    if (!isTokenAlive(follower, this.followed)) close(follower, CLOSE.revoked);
  }

  /** Nobody is there any more, nor heard. */
  close(): void {
    this.#closed = true;
    this.followed.close();
  }

  leave(follower: Follower): void {
    const { previous, next } = follower;
    if (this.#first !== follower && !previous) return; // it came too late to be let in
    if (follower.isFannedOut) this.#live--;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    follower.previous = undefined;
    this.size--;
    if (this.size === 0) this.emptySince = this.#monotonic();
  }

  /** A follower's socket can take more. */
  drained(follower: Follower): void {
    if (follower.position === 'full' && follower.hasDrained()) this.#read(follower);
  }

  fixes(bytes: Uint8Array): void {
    this.#sentAt = this.#monotonic();
    const { head } = this.followed;
    const fixes = bytes.byteLength / FIX_BYTES;
    let texts: string[] | undefined;
    for (let follower = this.#first; follower; follower = follower.next) {
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
    for (let follower = this.#first; follower; follower = follower.next) {
      if (follower.position === 'waiting' && follower.cursor <= head) this.#read(follower); // nobody leaves by this
    }
  }

  trip(record: FollowedRecord): void {
    const text = tripText(this.followed);
    this.#forEach((follower) => {
      if (!isTokenAlive(follower, record)) close(follower, CLOSE.revoked);
      else follower.giveTrip(text);
    });
    this.#endedAt = this.followed.hasEnded ? (this.#endedAt ?? this.#monotonic()) : undefined;
  }

  vehicle(state: VehicleState): void {
    const text = vehicleText(state);
    this.#forEach((follower) => follower.giveVehicle(text));
  }

  holeFound(): void {
    this.#node.metrics.holeFound();
  }

  /** How many of its followers read the track. */
  get behind(): number {
    return this.size - this.#live;
  }

  /** Waiting to be sent to its followers, bytes. */
  get unsentBytes(): number {
    let bytes = 0;
    for (let follower = this.#first; follower; follower = follower.next) bytes += follower.unsentBytes;
    return bytes;
  }

  /** What falls due with time: whether its trip can be kept, keep-alives, expired tokens, reads to try again, the end. Call it some times a second. */
  tick(): void {
    const now = this.#monotonic();
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
    const isServed = this.#node.backend.serves(tripChannel(this.followed.id));
    if (isServed !== this.#isServed) {
      this.#isServed = isServed;
      this.#forEach((follower) => follower.tell(serviceText(isServed)));
    }
    if (this.#endedAt !== undefined && now >= this.#endedAt + LINGER_MS) this.#dismiss(now);
    if (this.size > 0 && this.behind === 0) this.followed.forgetText(); // whoever is owed it is behind
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
    for (let follower = this.#first; follower; ) {
      const { next } = follower;
      act(follower);
      if (follower.position === 'full') this.#fallBehind(follower);
      follower = next;
    }
  }

  #fallBehind(follower: Follower): void {
    if (!follower.isFannedOut) return;
    follower.isFannedOut = false;
    this.#live--;
  }

  #monotonic(): number {
    return Math.trunc(this.#node.clock.monotonic());
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
