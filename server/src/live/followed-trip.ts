import type { TripId, VehicleState } from '@tripcast/protocol';
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
import { type Backend, BackendUnavailable } from '../backend.ts';
import { tripChannel, type Unsubscribe, vehicleChannel } from '../bus/live-bus.ts';
import { readLiveFixes } from '../bus/live-message.ts';
import { readTripEvent, writeVehicleEvent } from '../bus/trip-event.ts';
import { writeVehicleNote } from '../bus/vehicle-note.ts';
import type { SteadyClock } from '../clock.ts';
import type { TripRecord } from '../trips/trip-store.ts';
import type { Presence } from '../trips/vehicle-store.ts';
import { isChangeLost, isOther, outdateLostChange, type TripState } from './lost-change.ts';

/** What is kept in memory of a trip's record: not the request that created it, which is as long as the rest. */
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

const NOTHING = new Uint8Array(0);
const NO_SHARES: FollowedRecord['shares'] = [];
/** A trip of which something comes during each read is opened all the same, and what came last is read afterwards. */
const MOST_READS_BEFORE_OPEN = 3;
const PAGE_FIXES = 512;
/** A silent trip is looked up after its pace and this, ms: what a fix may be late without anything being wrong. */
const SILENCE_GRACE_MS = 1_500;
/** Lookups of a trip that stays silent come less and less often, down to one in this time, ms. */
const SLOWEST_CHECK_MS = 15_000;
/** A driver who is said to be there is looked for this often at the least, ms: its node may have died, which nobody tells. */
const SLOWEST_CHECK_ONLINE_MS = 4_000;

/**
 * A trip with followers on this node: subscribed to its live channel, with its record, its driver's presence and the
 * `head` of what was fanned out. What is stored reaches the audience once, in strictly increasing time, whatever the bus
 * loses: a message that does not follow on `head` sends us to the track first.
 */
export class FollowedTrip {
  readonly id: TripId;
  /** Time of the last fix that the audience was given, ms. A cursor that has come this far may join the fan-out. */
  head = 0;
  /** How many times the track may have got more. */
  writes = 0;
  #record!: FollowedRecord;
  #presence!: Presence;
  /** 20 bytes; empty when there is none. */
  #newest: Uint8Array = NOTHING;
  readonly #node: { readonly backend: Backend; readonly clock: SteadyClock };
  #audience: Audience | undefined;
  #unsubscribe: Unsubscribe = () => {};
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
    this.#quietSince = node.clock.monotonic();
  }

  get record(): FollowedRecord {
    return this.#record;
  }

  get vehicle(): VehicleState {
    const { online, time, paceMs } = this.#presence;
    return { online, time, paceMs };
  }

  /** The newest stored fix. */
  get newest(): Fix | undefined {
    return this.#newest.byteLength === 0 ? undefined : decodeFix(viewOf(this.#newest), 0);
  }

  /**
   * Subscribes, then reads, in that order; from then on the audience hears what comes. Resolves to false for an unknown
   * trip.
   * @throws BackendUnavailable
   */
  async open(audience: Audience): Promise<boolean> {
    this.#unsubscribe = await this.#node.backend.bus.subscribe(tripChannel(this.id), (message) =>
      this.#hear(message),
    );
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
      this.#record = withoutRequest(record);
      this.#presence = await vehicles.presence(record.trip.vehicleId);
      this.#newest = newest ?? NOTHING;
      this.head = this.#newest.byteLength === 0 ? 0 : timeOfLast(this.#newest);
    } while (this.#stirred && reads < MOST_READS_BEFORE_OPEN);
    this.#audience = audience;
    this.#heard();
    if (isNodeGone(this.#presence)) await this.#refresh(); // since when it is offline nobody has written down
    if (this.#stirred) {
      void this.#refresh();
      void this.#catchUp();
    }
    if (!hasEnded(this.#record.trip.status)) await this.#sayWanted();
    return true;
  }

  /** Reads how far the track was cut, if it can have been: nobody tells. Of a trip that has just been opened it is known. */
  async refreshCut(uncutForMs: number): Promise<void> {
    const { startedAt = Number.POSITIVE_INFINITY } = this.#record.trip;
    if (this.#node.clock.now() - startedAt > uncutForMs) await this.#refresh();
  }

  /** Looks the trip up when it has been silent for too long. Call it some times a second. */
  isCheckDue(): boolean {
    return !this.#closed && this.#node.clock.monotonic() - this.#quietSince > this.#checkAfterMs;
  }

  /**
   * Reads what messages may have failed to tell: the record, the presence, the track. Settles when that is done, also
   * when the backend was unavailable: the next check comes by itself.
   */
  async check(): Promise<void> {
    this.#quietSince = this.#node.clock.monotonic();
    this.#checkAfterMs = Math.min(this.#checkAfterMs * 2, this.#slowestCheckMs);
    await this.#refresh();
    if (!this.#closed && this.#record.last > this.head) await this.#catchUp();
    this.#storedAgain();
    await this.#wantMore();
  }

  close(): void {
    this.#closed = true;
    this.#audience = undefined;
    this.#unsubscribe();
  }

  #hear(message: Uint8Array): void {
    if (this.#closed) return;
    if (!this.#audience) {
      this.#stirred = true; // still opening
      return;
    }
    this.#heard();
    const live = readLiveFixes(message);
    if (!live) this.#hearEvent(message);
    else {
      if (live.version > this.#record.trip.version) void this.#refresh();
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
    if (this.#closed || !online || paceMs <= TIMING.paceWatchedMs || hasEnded(this.#record.trip.status))
      return;
    try {
      await this.#sayWanted();
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error; // the next check says it
    }
  }

  async #sayWanted(): Promise<void> {
    const driver = vehicleChannel(this.#record.trip.vehicleId);
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
      const known = this.#record;
      if (trip.version === known.trip.version + 1) {
        this.#adoptRecord({ ...known, ...access, trip });
      } else if (trip.version > known.trip.version)
        void this.#refresh(); // one was missed
      else if (trip.version === known.trip.version) {
        const heard = { ...known, ...access, trip };
        if (isOther(stateOf(known), stateOf(heard))) void this.#refresh(); // one of the two was lost
      }
    } else if (event?.type === 'vehicle' && event.session >= this.#presence.session) {
      this.#presenceHeard++;
      this.#adoptPresence({ ...this.#presence, ...event.state, session: event.session });
    }
  }

  #fanOut(fixes: Uint8Array, last: number): void {
    this.head = last;
    this.writes++;
    this.#newest = fixes.slice(-FIX_BYTES); // a copy: a view would keep the whole message
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
        const known = stateOf(this.#record);
        const record = await this.#node.backend.trips.read(this.id);
        const presence = await this.#node.backend.vehicles.presence(this.#record.trip.vehicleId);
        if (this.#closed || !record) return;
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
      const { vehicleId } = this.#record.trip;
      const { left } = await this.#node.backend.vehicles.leave(vehicleId, presence.session, state.time);
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
    const before = this.#record;
    if (record.trip.version < before.trip.version) return;
    this.#record = record;
    if (record.trip.version > before.trip.version) {
      this.#heard();
      this.#audience?.trip(record);
    }
  }

  #adoptPresence(presence: Presence): void {
    const before = this.#presence;
    this.#presence = presence;
    if (before.online !== presence.online || before.paceMs !== presence.paceMs)
      this.#audience?.vehicle(this.vehicle);
  }

  #heard(): void {
    this.#quietSince = this.#node.clock.monotonic();
    const expectFixes = this.#presence.online && isUnderWayAt(this.#record.trip, this.#node.clock.now());
    this.#checkAfterMs = expectFixes ? this.#presence.paceMs + SILENCE_GRACE_MS : this.#slowestCheckMs;
  }

  get #slowestCheckMs(): number {
    return this.#presence.online ? SLOWEST_CHECK_ONLINE_MS : SLOWEST_CHECK_MS;
  }

  #checkSoon(): void {
    this.#checkAfterMs = SILENCE_GRACE_MS;
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
  return { trip, revokedBefore, shares: shares.length === 0 ? NO_SHARES : shares, last, truncatedBefore };
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
