import { decodeFixes, FIX_BYTES, fixEvent, fixTime, TIMING, type VehicleState } from '@tripcast/protocol';
import { BackendUnavailable } from '../backend.ts';
import { type FollowedTrip, messagesOf, timeOfLast } from '../live/followed-trip.ts';
import type { TrackStore } from '../trips/track-store.ts';
import type { Talker } from './incoming.ts';
import { SENT, utf8 } from './uws.ts';

/** Read ahead of a cursor at a time, fixes: what 4 KiB of buffer and a little more can take. */
const PAGE_FIXES = 256;
const EMPTY = new Uint8Array(0);

/**
 * Where a follower is:
 * - `live`: it has the trip's `head` and is given what comes;
 * - `reading`: a cursor on the track, a read is under way;
 * - `full`: a cursor whose buffer must drain first;
 * - `waiting`: the track has nothing for it: it claims to have fixes that the trip doesn't have yet, or the trip was
 *   passed on fixes that are not stored any more, and are stored again soon if their driver lives;
 * - `stalled`: its read failed, and is tried again soon.
 */
type Position = 'live' | 'reading' | 'full' | 'waiting' | 'stalled';

/** The end of a follower's socket, as a uWebSockets.js `WebSocket` is one. Not to be touched when it has closed. */
export interface Outlet {
  /** @param message a text as UTF-8 */
  send(message: Uint8Array, isBinary: boolean): number;
  getBufferedAmount(): number;
  cork(write: () => void): unknown;
  end(code: number, reason: string): void;
}

/** What may be said of a follower, each a bit. */
const JSON_TEXTS = 1;
const CLOSED = 2;
const FANNED_OUT = 4;
const HAS_BEEN_LIVE = 8;
const HAS_SENT = 16;
const OWES_TRIP = 32;
const OWES_VEHICLE = 64;

/** A socket that follows a trip. Small, as there are many. */
export class Follower implements Talker {
  readonly trip: FollowedTrip;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Whom the rider gave a link to, instead of the rider. */
  readonly share?: string;
  /** Every stored fix up to this time (ms) was sent, or the client said that it has it. */
  cursor: number;
  position: Position = 'reading';
  /** Its neighbours among the followers of its room, which keeps them. */
  previous: Follower | undefined;
  next: Follower | undefined;
  talk = 0;
  #is = 0;
  /** Fixes that it was sent from the track: since it came, until it is live; and since that was last asked. */
  #gap: number | undefined;
  #read = 0;
  #ws!: Outlet;
  /** When something was last sent to this socket alone, whole ms: as of the last look. */
  #sentAt = 0;

  constructor(options: {
    trip: FollowedTrip;
    isJson: boolean;
    issuedAtMs: number;
    expiresAtMs: number;
    share: string | undefined;
    since: number;
  }) {
    this.trip = options.trip;
    this.#note(JSON_TEXTS, options.isJson);
    this.issuedAtMs = options.issuedAtMs;
    this.expiresAtMs = options.expiresAtMs;
    if (options.share !== undefined) this.share = options.share;
    this.cursor = options.since;
    if (options.since > 0) this.#gap = 0;
  }

  get isJson(): boolean {
    return (this.#is & JSON_TEXTS) !== 0;
  }

  get closed(): boolean {
    return (this.#is & CLOSED) !== 0;
  }

  /** Whether its room gives it what comes. */
  get isFannedOut(): boolean {
    return (this.#is & FANNED_OUT) !== 0;
  }

  set isFannedOut(isSo: boolean) {
    this.#note(FANNED_OUT, isSo);
  }

  /** Whether it ever had all that there was: what it reads since then, it was slow to take. */
  get hasBeenLive(): boolean {
    return (this.#is & HAS_BEEN_LIVE) !== 0;
  }

  /** The socket is open: says `hello`. Its trip must be expecting it. */
  greet(ws: Outlet, now: { time: number; atMs: number }): void {
    this.#ws = ws;
    this.#sentAt = Math.trunc(now.atMs);
    const { text, vehicle, newest, truncatedBefore } = this.trip;
    const rest = {
      vehicle,
      ...(newest && { fix: fixEvent(newest) }),
      ...(truncatedBefore > this.cursor && { truncatedBefore }),
    };
    const hello = `{"type":"hello","serverTime":${now.time},"trip":${text},${JSON.stringify(rest).slice(1)}`;
    ws.send(utf8(hello), false);
  }

  /** The socket is gone, and not to be touched any more. */
  hasClosed(): void {
    this.#note(CLOSED, true);
  }

  /** Waiting to be sent, bytes. */
  get unsentBytes(): number {
    return this.closed ? 0 : this.#ws.getBufferedAmount();
  }

  /** How many fixes from the track it was sent since the last call. */
  takeReadCount(): number {
    const count = this.#read;
    this.#read = 0;
    return count;
  }

  /** It has the trip's head. Returns how many fixes it had missed if it has just come back. */
  becomeLive(): number | undefined {
    const gap = this.hasBeenLive ? undefined : this.#gap;
    this.#note(HAS_BEEN_LIVE, true);
    return gap;
  }

  /**
   * Gives a live follower what follows on its cursor, up to `head`. False when its buffer had no room for all of it: then
   * it is a cursor from here on.
   * @param texts the fixes one by one, for a follower that takes JSON
   */
  give(fixes: Uint8Array, head: number, texts: readonly string[] | undefined): boolean {
    if (texts ? this.#sendTexts(fixes, texts) : this.#send(fixes, true)) {
      this.cursor = head;
      return true;
    }
    this.position = 'full';
    return false;
  }

  giveTrip(text: string): void {
    if (!this.#send(text, false)) this.#owe(OWES_TRIP);
  }

  /** An event that is true only now: one that a full buffer takes is no loss. */
  tell(text: string): void {
    this.#send(text, false);
  }

  giveVehicle(text: string): void {
    if (!this.#send(text, false)) this.#owe(OWES_VEHICLE);
  }

  /** As `sendEmpty`, when nothing else was sent to this cursor for a while. Call it some times a second. */
  keepAlive(nowMs: number): void {
    if ((this.#is & HAS_SENT) === 0 && nowMs - this.#sentAt >= TIMING.emptyAfterMs) this.sendEmpty();
    if ((this.#is & HAS_SENT) !== 0) this.#sentAt = nowMs;
    this.#note(HAS_SENT, false);
  }

  /** Lets the client know that the node lives. One that is lost to a full buffer is no loss. */
  sendEmpty(): void {
    this.#send(EMPTY, true);
  }

  /** The buffer has drained somewhat. */
  hasDrained(): boolean {
    return this.#ws.getBufferedAmount() === 0;
  }

  /**
   * Sends the track from the cursor on until the follower has the trip's head, its buffer is full, or the backend is
   * away. Resolves when `position` says which. One call at a time.
   * @param limitBytes how much may be left unsent in the socket
   */
  async read(tracks: TrackStore, limitBytes: number): Promise<void> {
    this.position = 'reading';
    try {
      while (!this.closed && this.position === 'reading') {
        if (!this.#sendOwed()) this.position = 'full';
        else if (this.cursor === this.trip.head) this.position = 'live';
        else if (this.cursor > this.trip.head) this.position = 'waiting';
        else await this.#readPage(tracks, limitBytes);
      }
    } catch (error) {
      this.position = 'stalled';
      if (!(error instanceof BackendUnavailable)) throw error;
    }
  }

  end(code: number, reason: string): void {
    if (!this.closed) this.#ws.end(code, reason);
  }

  async #readPage(tracks: TrackStore, limitBytes: number): Promise<void> {
    const { writes } = this.trip;
    const page = await tracks.read(this.trip.id, this.cursor, PAGE_FIXES);
    if (this.closed) return;
    if (page.byteLength === 0) {
      if (writes === this.trip.writes) this.position = 'waiting';
      return;
    }
    this.#ws.cork(() => {
      for (const fixes of messagesOf(page)) {
        if (this.#ws.getBufferedAmount() > limitBytes || !this.#sendNext(fixes)) {
          this.position = 'full';
          return;
        }
      }
    });
  }

  /** Sends fixes that were read and moves the cursor over those that the socket took; false when it did not take all. */
  #sendNext(fixes: Uint8Array): boolean {
    if (this.isJson) return this.#sendTexts(fixes, textsOf(fixes), () => this.#countRead(1));
    if (!this.#send(fixes, true)) return false;
    this.cursor = timeOfLast(fixes);
    this.#countRead(fixes.byteLength / FIX_BYTES);
    return true;
  }

  #countRead(count: number): void {
    this.#read += count;
    if (this.#gap !== undefined) this.#gap += count;
  }

  #sendTexts(fixes: Uint8Array, texts: readonly string[], onSent = () => {}): boolean {
    const view = new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength);
    return texts.every((text, index) => {
      if (!this.#send(text, false)) return false;
      this.cursor = fixTime(view, index * FIX_BYTES);
      onSent();
      return true;
    });
  }

  /**
   * An event that a full buffer took: the newest of its kind is sent when that has drained, be there fixes to read or not.
   */
  #owe(event: typeof OWES_TRIP | typeof OWES_VEHICLE): void {
    this.#note(event, true);
    if (this.position === 'live' || this.position === 'waiting') this.position = 'full';
  }

  #sendOwed(): boolean {
    if ((this.#is & OWES_TRIP) !== 0) this.#note(OWES_TRIP, !this.#send(tripText(this.trip), false));
    if ((this.#is & OWES_VEHICLE) !== 0)
      this.#note(OWES_VEHICLE, !this.#send(vehicleText(this.trip.vehicle), false));
    return (this.#is & (OWES_TRIP | OWES_VEHICLE)) === 0;
  }

  #send(message: Uint8Array | string, isBinary: boolean): boolean {
    if (this.closed) return false;
    const bytes = typeof message === 'string' ? utf8(message) : message;
    const isSent = this.#ws.send(bytes, isBinary) !== SENT.dropped;
    if (isSent) this.#note(HAS_SENT, true);
    return isSent;
  }

  #note(what: number, isSo: boolean): void {
    this.#is = isSo ? this.#is | what : this.#is & ~what;
  }
}

/** The event that tells followers of a trip as it is now. */
export function tripText({ text }: Pick<FollowedTrip, 'text'>): string {
  return `{"type":"trip","trip":${text}}`;
}

/** The event that tells followers how it is with the vehicle. */
export function vehicleText(state: VehicleState): string {
  return JSON.stringify({ type: 'vehicle', ...state });
}

/** Fixes one by one, as the `+json` subprotocol carries them. */
export function textsOf(fixes: Uint8Array): string[] {
  return (decodeFixes(fixes) ?? []).map((fix) => JSON.stringify(fixEvent(fix)));
}
