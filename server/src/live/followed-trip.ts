import type { Trip, TripId, VehicleId, VehicleState } from '@tripcast/protocol';
import {
  decodeFix,
  FIX_BYTES,
  type Fix,
  fixTimeIn,
  hasEnded,
  isUnderWayAt,
  LIMITS,
  TIMING,
} from '@tripcast/protocol';
import type { TripAccess } from '../access.ts';
import { type Backend, BackendUnavailable } from '../backend.ts';
import { type Hearer, tripChannel, vehicleChannel } from '../bus/live-bus.ts';
import { readLiveFixes } from '../bus/live-message.ts';
import { readTripEvent, writeVehicleEvent } from '../bus/trip-event.ts';
import { writeVehicleNote } from '../bus/vehicle-note.ts';
import type { SteadyClock } from '../clock.ts';
import type { TripRecord } from '../trips/trip-store.ts';
import type { Presence } from '../trips/vehicle-store.ts';
import { isChangeLost, isOther, outdateLostChange, type TripState } from './lost-change.ts';

/** What matters to followers of a trip's record: not the request that created it, which is as long as the rest. */
export type FollowedRecord = Omit<TripRecord, 'request'>;

/** Who hears a followed trip on this node. */
export interface Audience {
  /** Fixes (n × 20 bytes, n ≤ 64) that follow directly on all that were given before. */
  fixes(bytes: Uint8Array): void;
  /** The trip has changed, or tokens were revoked. */
  trip(record: FollowedRecord): void;
  vehicle(state: VehicleState): void;
  /** Something was missed, and is being read. */
  holeFound(): void;
  /** What the audience was given before may just have been stored again, after a store that had it was lost. */
  storedAgain(): void;
}

const NO_SHARES: FollowedRecord['shares'] = [];
/** Of a vehicle that was never there. */
const NOBODY: FollowedPresence = { online: false, time: 0, paceMs: TIMING.paceUnwatchedMs, session: 0 };
/** A trip of which something comes during each read is opened all the same, and what came last is read afterwards. */
const MOST_READS_BEFORE_OPEN = 3;
const PAGE_FIXES = 512;
/** A silent trip is looked up after its pace and this, ms: what a fix may be late without anything being wrong. */
const SILENCE_GRACE_MS = 1_500;
/** Lookups of a trip that stays silent come less and less often, down to one in this time, ms. */
const SLOWEST_CHECK_MS = 15_000;
/** A driver who is said to be there is looked for this often at the least, ms: its node may have died, which nobody tells. */
const SLOWEST_CHECK_ONLINE_MS = 4_000;

type FollowedPresence = Omit<Presence, 'node'>;

/**
 * A trip with followers on this node: subscribed to its live channel, with its record, its driver's presence and the
 * `head` of what was fanned out. What is stored reaches the audience once, in strictly increasing time, whatever the bus
 * loses: a message that does not follow on `head` sends us to the track first.
 *
 * There are as many as riders: what is mostly not there is `undefined`, times of this process are whole, and the trip is text.
 * Each number that is none of 32 bits is an object of its own for V8.
 */
export class FollowedTrip implements Hearer, TripAccess {
  readonly id: TripId;
  /** Time of the last fix that the audience was given, ms. A cursor that has come this far may join the fan-out. */
  head = 0;
  /** How many times the track may have got more. */
  writes = 0;
  /** The trip as JSON, from when somebody comes or it changes until `forgetText`: it may be as long as all the rest. */
  text: string | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  hasEnded = false;
  shares: TripAccess['shares'] = NO_SHARES;
  #version = 0;
  #updatedAt = 0;
  #vehicleId!: VehicleId;
  #revokedBefore: number | undefined;
  #truncatedBefore: number | undefined;
  /** The track had more than `head` when the record was last read. */
  #isBehind = false;
  #presence = NOBODY;
  /** 20 bytes, our own. */
  #newest: Uint8Array | undefined;
  readonly #node: { readonly backend: Backend; readonly clock: SteadyClock };
  #audience: Audience | undefined;
  #closed = false;

  #catchingUp: Promise<void> | undefined;
  /** Something came while the track was being read: read again. */
  #stirred = false;
  #refreshing: Promise<void> | undefined;
  #refreshAgain = false;
  /** Counts presence events: one that is heard during a read beats the read. */
  #presenceHeard = 0;
  #quietSince: number;
  #checkAfterMs = 0;

  /** @param node kept as it is: there are many of these */
  constructor(id: TripId, node: { readonly backend: Backend; readonly clock: SteadyClock }) {
    this.id = id;
    this.#node = node;
    this.#quietSince = this.#monotonic();
  }

  /** As a record's. */
  get revokedBefore(): number {
    return this.#revokedBefore ?? 0;
  }

  /** As a record's. */
  get truncatedBefore(): number {
    return this.#truncatedBefore ?? 0;
  }

  get vehicle(): VehicleState {
    const { online, time, paceMs } = this.#presence;
    return { online, time, paceMs };
  }

  /** The newest stored fix. */
  get newest(): Fix | undefined {
    return this.#newest && decodeFix(viewOf(this.#newest), 0);
  }

  /**
   * Subscribes, then reads, in that order; from then on the audience hears what comes. Resolves to false for an unknown
   * trip.
   * @throws BackendUnavailable
   */
  async open(audience: Audience): Promise<boolean> {
    await this.#node.backend.bus.subscribe(tripChannel(this.id), this);
    let presence: Presence;
    // Messages that come during this read set `stirred`; what they told is in the store, so one more read finds it.
    let reads = 0;
    do {
      this.#stirred = false;
      reads++;
      const { trips, tracks, vehicles } = this.#node.backend;
      const [record, newest] = await Promise.all([trips.read(this.id), tracks.newest(this.id)]);
      if (!record) {
        this.close();
        return false;
      }
      this.#keep(record);
      presence = await vehicles.presence(this.#vehicleId);
      this.#keepPresence(presence);
      this.head = newest ? timeOfLast(newest) : 0;
      if (newest) this.#keepNewest(newest);
    } while (this.#stirred && reads < MOST_READS_BEFORE_OPEN);
    this.#audience = audience;
    this.#heard();
    if (isNodeGone(presence)) await this.#refresh(); // since when it is offline nobody has written down
    if (this.#stirred) {
      void this.#refresh();
      void this.#catchUp();
    }
    if (!this.hasEnded) await this.#sayWanted();
    return true;
  }

  /**
   * Somebody comes: reads what is not known. Its text is there in the turn in which this resolves, and then until it is
   * forgotten. How far a track was cut, if it can have been, nobody tells; of a trip that has just been opened it is known.
   * @throws BackendUnavailable
   */
  async expect(uncutForMs: number): Promise<void> {
    if (
      this.text === undefined ||
      this.#node.clock.now() - (this.startedAt ?? Number.POSITIVE_INFINITY) > uncutForMs
    )
      await this.#refresh();
    if (this.text === undefined) throw new BackendUnavailable('the trip could not be read');
  }

  /** Nobody who is there needs its text any more. */
  forgetText(): void {
    this.text = undefined;
  }

  /** Looks the trip up when it has been silent for too long. Call it some times a second. */
  isCheckDue(): boolean {
    return !this.#closed && this.#monotonic() - this.#quietSince > this.#checkAfterMs;
  }

  /**
   * Reads what messages may have failed to tell: the record, the presence, the track. Settles when that is done, also
   * when the backend was unavailable: the next check comes by itself.
   */
  async check(): Promise<void> {
    this.#quietSince = this.#monotonic();
    this.#isBehind = false;
    this.#checkAfterMs = Math.min(this.#checkAfterMs * 2, this.#slowestCheckMs);
    await this.#refresh();
    if (!this.#closed && this.#isBehind) await this.#catchUp();
    this.#storedAgain();
    await this.#wantMore();
  }

  close(): void {
    this.#closed = true;
    this.#audience = undefined;
    this.#node.backend.bus.unsubscribe(tripChannel(this.id), this);
  }

  hear(message: Uint8Array): void {
    if (this.#closed) return;
    if (!this.#audience) {
      this.#stirred = true; // still opening
      return;
    }
    this.#heard();
    const live = readLiveFixes(message);
    if (!live) this.#hearEvent(message);
    else {
      if (live.version > this.#version) void this.#refresh();
      this.#hearFixes(live.after, live.fixes);
    }
  }

  #hearFixes(after: number, fixes: Uint8Array): void {
    if (this.#catchingUp) {
      this.#stirred = true;
      this.#storedAgain();
      return;
    }
    const first = fixTimeIn(fixes, 0);
    const last = timeOfLast(fixes);
    if (after <= this.head && first > this.head) this.#fanOut(fixes, last);
    else if (last > this.head) {
      this.#audience?.holeFound();
      void this.#catchUp();
    } else this.#storedAgain();
  }

  /** A driver that is still slow has not heard that it is wanted. */
  async #wantMore(): Promise<void> {
    const { online, paceMs } = this.#presence;
    if (this.#closed || !online || paceMs <= TIMING.paceWatchedMs || this.hasEnded) return;
    try {
      await this.#sayWanted();
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error; // the next check says it
    }
  }

  async #sayWanted(): Promise<void> {
    const driver = vehicleChannel(this.#vehicleId);
    await this.#node.backend.bus.publish(driver, writeVehicleNote({ type: 'wanted' }));
  }

  #storedAgain(): void {
    this.writes++;
    this.#audience?.storedAgain();
  }

  #hearEvent(message: Uint8Array): void {
    const event = readTripEvent(message);
    if (event?.type === 'trip') {
      const { trip, access } = event;
      if (trip.version === this.#version + 1) this.#adoptRecord({ ...this.#record(trip), ...access });
      else if (trip.version > this.#version)
        void this.#refresh(); // one was missed
      else if (trip.version === this.#version) {
        const heard = { ...this.#record(trip), ...access };
        if (isOther(this.#state(), stateOf(heard))) void this.#refresh(); // one of the two was lost
      }
    } else if (event?.type === 'vehicle' && event.session >= this.#presence.session) {
      this.#presenceHeard++;
      this.#adoptPresence({ ...event.state, session: event.session });
    }
  }

  #fanOut(fixes: Uint8Array, last: number): void {
    this.head = last;
    this.writes++;
    this.#keepNewest(fixes);
    this.#audience?.fixes(fixes);
  }

  /** Reads the track from `head` on until nothing came in meanwhile. */
  #catchUp(): Promise<void> {
    this.#stirred = true;
    this.#catchingUp ??= this.#readTrack().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  async #readTrack(): Promise<void> {
    try {
      while (this.#stirred && !this.#closed) {
        this.#stirred = false;
        let page: Uint8Array;
        do {
          page = await this.#node.backend.tracks.read(this.id, this.head, PAGE_FIXES);
          for (const part of messagesOf(page)) this.#fanOut(part, timeOfLast(part));
        } while (page.byteLength === PAGE_FIXES * FIX_BYTES && !this.#closed);
      }
    } catch (error) {
      this.#checkSoon(); // `head` has not moved, so the next message or check comes back here
      if (!(error instanceof BackendUnavailable)) throw error;
    }
  }

  /** Reads record and presence until no newer version was heard of meanwhile. */
  #refresh(): Promise<void> {
    this.#refreshAgain = true;
    this.#refreshing ??= this.#readRecord().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #readRecord(): Promise<void> {
    try {
      while (this.#refreshAgain && !this.#closed) {
        this.#refreshAgain = false;
        const heardBefore = this.#presenceHeard;
        const known = this.#state();
        const record = await this.#node.backend.trips.read(this.id);
        const presence = await this.#node.backend.vehicles.presence(this.#vehicleId);
        if (this.#closed || !record) return;
        this.#isBehind ||= record.last > this.head;
        if (isChangeLost(known, stateOf(record))) await this.#outdate(known, record);
        else this.#adoptRecord(withoutRequest(record));
        if (heardBefore === this.#presenceHeard) await this.#adoptRead(presence);
      }
    } catch (error) {
      this.#checkSoon();
      if (!(error instanceof BackendUnavailable)) throw error;
    }
  }

  async #outdate(lost: TripState, record: TripRecord): Promise<void> {
    const trip = await outdateLostChange(this.#node.backend.trips, record.trip, lost);
    if (trip) this.#adoptRecord({ ...withoutRequest(record), trip });
    else this.#refreshAgain = true; // another node was first
  }

  /**
   * A driver whose node has gone without a word is written down as offline by the first node that notices. When that
   * cannot be done, it has just come back, or another node was first: what is there now is read.
   */
  async #adoptRead(presence: Presence): Promise<void> {
    if (isNodeGone(presence)) {
      const heardBefore = this.#presenceHeard;
      const state = { online: false, time: this.#node.clock.now(), paceMs: presence.paceMs };
      const { left } = await this.#node.backend.vehicles.leave(this.#vehicleId, presence.session, state.time);
      if (!left) {
        this.#refreshAgain = true;
        return;
      }
      await this.#node.backend.bus.publish(tripChannel(this.id), writeVehicleEvent(presence.session, state));
      if (heardBefore === this.#presenceHeard) this.#adoptPresence({ ...presence, ...state });
    } else if (presence.session >= this.#presence.session) this.#adoptPresence(presence);
  }

  /** What was heard meanwhile may be newer than what was read. */
  #adoptRecord(record: FollowedRecord): void {
    const before = this.#version;
    if (record.trip.version < before) return;
    this.#keep(record);
    if (record.trip.version > before) {
      this.#heard();
      this.#audience?.trip(record);
    }
  }

  #adoptPresence(presence: FollowedPresence): void {
    const before = this.#presence;
    this.#keepPresence(presence);
    if (before.online !== presence.online || before.paceMs !== presence.paceMs)
      this.#audience?.vehicle(this.vehicle);
  }

  #heard(): void {
    this.#quietSince = this.#monotonic();
    const expectFixes = this.#presence.online && isUnderWayAt(this, this.#node.clock.now());
    this.#checkAfterMs = expectFixes ? this.#presence.paceMs + SILENCE_GRACE_MS : this.#slowestCheckMs;
  }

  get #slowestCheckMs(): number {
    return this.#presence.online ? SLOWEST_CHECK_ONLINE_MS : SLOWEST_CHECK_MS;
  }

  #checkSoon(): void {
    this.#checkAfterMs = SILENCE_GRACE_MS;
  }

  #keep({ trip, revokedBefore, shares, truncatedBefore }: FollowedRecord): void {
    this.text = Buffer.from(JSON.stringify(trip)).toString(); // in one piece: as it is written, it is a tree of pieces
    this.hasEnded = hasEnded(trip.status);
    this.shares = shares.length === 0 ? NO_SHARES : shares;
    this.#version = trip.version;
    this.#updatedAt = trip.updatedAt;
    this.startedAt = trip.startedAt;
    this.endedAt = trip.endedAt;
    this.#vehicleId = trip.vehicleId;
    this.#revokedBefore = revokedBefore || undefined;
    this.#truncatedBefore = truncatedBefore || undefined;
  }

  #keepPresence({ online, time, paceMs, session }: FollowedPresence): void {
    const isNobody = session === 0 && !online && time === 0 && paceMs === NOBODY.paceMs;
    this.#presence = isNobody ? NOBODY : { online, time, paceMs, session };
  }

  /** The last of some fixes. */
  #keepNewest(fixes: Uint8Array): void {
    this.#newest ??= new Uint8Array(FIX_BYTES);
    const newest = this.#newest;
    const from = fixes.byteLength - FIX_BYTES;
    for (let at = 0; at < FIX_BYTES; at++) newest[at] = fixes[from + at]!; // `set` would want a view
  }

  /** The record as it is known, with this trip in it. */
  #record(trip: Trip): FollowedRecord {
    const { head, revokedBefore, shares, truncatedBefore } = this;
    return { trip, last: head, revokedBefore, shares, truncatedBefore };
  }

  #state(): TripState {
    const { revokedBefore, shares } = this;
    return { version: this.#version, updatedAt: this.#updatedAt, revokedBefore, shares };
  }

  /** Whole ms. */
  #monotonic(): number {
    return Math.trunc(this.#node.clock.monotonic());
  }
}

/** Cuts stored fixes into messages of at most 64. */
export function messagesOf(fixes: Uint8Array): Uint8Array[] {
  const bytes = LIMITS.fixesPerMessage * FIX_BYTES;
  const parts = Math.ceil(fixes.byteLength / bytes);
  return Array.from({ length: parts }, (_, index) => fixes.subarray(index * bytes, (index + 1) * bytes));
}

function isNodeGone({ online, node }: Presence): boolean {
  return !online && node !== '';
}

function withoutRequest({ trip, revokedBefore, shares, last, truncatedBefore }: TripRecord): FollowedRecord {
  return { trip, revokedBefore, shares, last, truncatedBefore };
}

function stateOf({ trip, revokedBefore, shares }: FollowedRecord): TripState {
  return { version: trip.version, updatedAt: trip.updatedAt, revokedBefore, shares };
}

/** The time of the last of some fixes, ms. */
export function timeOfLast(fixes: Uint8Array): number {
  return fixTimeIn(fixes, fixes.byteLength - FIX_BYTES);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
