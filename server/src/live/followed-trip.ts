import type { TripId, VehicleState } from '@tripcast/protocol';
import { decodeFix, FIX_BYTES, type Fix, fixTime, hasEnded, isUnderWayAt, LIMITS } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../backend.ts';
import { tripChannel, type Unsubscribe, vehicleChannel } from '../bus/live-bus.ts';
import { readLiveFixes } from '../bus/live-message.ts';
import { readTripEvent, writeVehicleEvent } from '../bus/trip-event.ts';
import { writeVehicleNote } from '../bus/vehicle-note.ts';
import type { Clock } from '../clock.ts';
import type { TripRecord } from '../trips/trip-store.ts';
import type { Presence } from '../trips/vehicle-store.ts';

/** Who hears a followed trip on this node. */
export interface Audience {
  /** Fixes (n × 20 bytes, n ≤ 64) that follow directly on all that were given before. */
  fixes(bytes: Uint8Array): void;
  /** The trip has changed, or tokens were revoked. */
  trip(record: TripRecord): void;
  vehicle(state: VehicleState): void;
}

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
  #record!: TripRecord;
  #presence!: Presence;
  #newest: Fix | undefined;
  readonly #backend: Backend;
  readonly #clock: Clock;
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

  constructor(id: TripId, backend: Backend, clock: Clock) {
    this.id = id;
    this.#backend = backend;
    this.#clock = clock;
    this.#quietSince = clock.now();
  }

  get record(): TripRecord {
    return this.#record;
  }

  get vehicle(): VehicleState {
    const { online, time, paceMs } = this.#presence;
    return { online, time, paceMs };
  }

  /** The newest stored fix. */
  get newest(): Fix | undefined {
    return this.#newest;
  }

  /**
   * Subscribes, then reads, in that order; from then on the audience hears what comes. Resolves to false for an unknown
   * trip.
   * @throws BackendUnavailable
   */
  async open(audience: Audience): Promise<boolean> {
    this.#unsubscribe = await this.#backend.bus.subscribe(tripChannel(this.id), (message) =>
      this.#hear(message),
    );
    // Messages that come during this read set `stirred`; what they told is in the store, so one more read finds it.
    do {
      this.#stirred = false;
      const record = await this.#backend.trips.read(this.id);
      if (!record) {
        this.close();
        return false;
      }
      this.#record = record;
      this.#presence = await this.#backend.vehicles.presence(record.trip.vehicleId);
      const newest = await this.#backend.tracks.newest(this.id);
      this.#newest = newest && decode(newest, 0);
      this.head = this.#newest?.time ?? 0;
    } while (this.#stirred);
    this.#audience = audience;
    this.#heard();
    if (!hasEnded(this.#record.trip.status)) {
      await this.#backend.bus.publish(
        vehicleChannel(this.#record.trip.vehicleId),
        writeVehicleNote({ type: 'wanted' }),
      );
    }
    return true;
  }

  /** Reads how far the track was cut, if it can have been: nobody tells. Of a trip that has just been opened it is known. */
  async refreshCut(uncutForMs: number): Promise<void> {
    const { startedAt = Number.POSITIVE_INFINITY } = this.#record.trip;
    if (this.#clock.now() - startedAt > uncutForMs) await this.#refresh();
  }

  /** Looks the trip up when it has been silent for too long. Call it some times a second. */
  isCheckDue(): boolean {
    return !this.#closed && this.#clock.now() - this.#quietSince > this.#checkAfterMs;
  }

  /**
   * Reads what messages may have failed to tell: the record, the presence, the track. Settles when that is done, also
   * when the backend was unavailable: the next check comes by itself.
   */
  async check(): Promise<void> {
    this.#quietSince = this.#clock.now();
    this.#checkAfterMs = Math.min(this.#checkAfterMs * 2, this.#slowestCheckMs);
    await this.#refresh();
    if (!this.#closed && this.#record.last > this.head) await this.#catchUp();
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
      return;
    }
    const view = new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength);
    const first = fixTime(view, 0);
    const last = fixTime(view, fixes.byteLength - FIX_BYTES);
    if (after <= this.head && first > this.head) this.#fanOut(fixes, last);
    else if (last > this.head) void this.#catchUp();
  }

  #hearEvent(message: Uint8Array): void {
    const event = readTripEvent(message);
    if (event?.type === 'trip') {
      const { trip, access } = event;
      const known = this.#record;
      if (trip.version === known.trip.version + 1) {
        this.#adoptRecord({ ...known, ...access, trip });
      } else if (trip.version > known.trip.version) void this.#refresh(); // one was missed
    } else if (event?.type === 'vehicle' && event.session >= this.#presence.session) {
      this.#presenceHeard++;
      this.#adoptPresence({ ...this.#presence, ...event.state, session: event.session });
    }
  }

  #fanOut(fixes: Uint8Array, last: number): void {
    this.head = last;
    this.#newest = decode(fixes, fixes.byteLength - FIX_BYTES);
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
          page = await this.#backend.tracks.read(this.id, this.head, PAGE_FIXES);
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
        const record = await this.#backend.trips.read(this.id);
        const presence = await this.#backend.vehicles.presence(this.#record.trip.vehicleId);
        if (this.#closed || !record) return;
        this.#adoptRecord(record);
        if (heardBefore === this.#presenceHeard) await this.#adoptRead(presence);
      }
    } catch (error) {
      this.#checkSoon();
      if (!(error instanceof BackendUnavailable)) throw error;
    }
  }

  /** A driver whose node has gone without a word is written down as offline by the first node that notices. */
  async #adoptRead(presence: Presence): Promise<void> {
    if (this.#presence.online && !presence.online && presence.node !== '') {
      const state = { online: false, time: this.#clock.now(), paceMs: presence.paceMs };
      if (await this.#backend.vehicles.leave(this.#record.trip.vehicleId, presence.session, state.time)) {
        await this.#backend.bus.publish(tripChannel(this.id), writeVehicleEvent(presence.session, state));
      }
      this.#adoptPresence({ ...presence, ...state });
    } else if (presence.session >= this.#presence.session) this.#adoptPresence(presence);
  }

  /** What was heard meanwhile may be newer than what was read. */
  #adoptRecord(record: TripRecord): void {
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
    this.#quietSince = this.#clock.now();
    const expectFixes = this.#presence.online && isUnderWayAt(this.#record.trip, this.#quietSince);
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

/** The time of the last of some fixes, ms. */
export function timeOfLast(fixes: Uint8Array): number {
  return fixTime(
    new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength),
    fixes.byteLength - FIX_BYTES,
  );
}

function decode(fixes: Uint8Array, offset: number): Fix {
  return decodeFix(new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength), offset);
}
