import { decodeFixes, FIX_BYTES, fixEvent, fixTime, type RiderEvent, TIMING } from '@tripcast/protocol';
import { BackendUnavailable } from '../backend.ts';
import { type FollowedTrip, messagesOf, timeOfLast } from '../live/followed-trip.ts';
import type { TrackStore } from '../trips/track-store.ts';
import { SENT, type WebSocket } from './uws.ts';

/** Read ahead of a cursor at a time, fixes: what 4 KiB of buffer and a little more can take. */
const PAGE_FIXES = 256;
const EMPTY = new Uint8Array(0);

/**
 * Where a follower is:
 * - `live`: it has the trip's `head` and is given what comes;
 * - `reading`: a cursor on the track, a read is under way;
 * - `full`: a cursor whose buffer must drain first;
 * - `ahead`: it claims to have fixes that the trip doesn't have yet, and waits for later ones;
 * - `stalled`: the backend was unavailable, and is asked again soon.
 */
type Position = 'live' | 'reading' | 'full' | 'ahead' | 'stalled';

/** A socket that follows a trip. The user data of its WebSocket: small, as there are many. */
export class Follower {
  readonly trip: FollowedTrip;
  readonly isJson: boolean;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Whom the rider gave a link to, instead of the rider. */
  readonly share?: string;
  /** Every stored fix up to this time (ms) was sent, or the client said that it has it. */
  cursor: number;
  position: Position = 'reading';
  closed = false;
  #ws!: WebSocket<Follower>;
  /** When something was last sent to this socket alone, ms. */
  #sentAt = 0;
  /** Events that a full buffer took: the newest of each kind is sent when it has drained. */
  #owesTrip = false;
  #owesVehicle = false;

  constructor(options: {
    trip: FollowedTrip;
    isJson: boolean;
    issuedAtMs: number;
    expiresAtMs: number;
    share: string | undefined;
    since: number;
  }) {
    this.trip = options.trip;
    this.isJson = options.isJson;
    this.issuedAtMs = options.issuedAtMs;
    this.expiresAtMs = options.expiresAtMs;
    if (options.share !== undefined) this.share = options.share;
    this.cursor = options.since;
  }

  /** The socket is open: says `hello`. */
  greet(ws: WebSocket<Follower>, nowMs: number, since: number | undefined): void {
    this.#ws = ws;
    this.#sentAt = nowMs;
    const { record, vehicle, newest } = this.trip;
    const hello: RiderEvent = {
      type: 'hello',
      serverTime: nowMs,
      trip: record.trip,
      vehicle,
      ...(newest && { fix: fixEvent(newest) }),
      ...(record.truncatedBefore > (since ?? 0) && { truncatedBefore: record.truncatedBefore }),
    };
    ws.send(JSON.stringify(hello), false);
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
    if (!this.#send(text, false)) this.#owesTrip = true;
  }

  /** An event that is true only now: one that a full buffer takes is no loss. */
  tell(text: string): void {
    this.#send(text, false);
  }

  giveVehicle(text: string): void {
    if (!this.#send(text, false)) this.#owesVehicle = true;
  }

  /** As `sendEmpty`, when nothing else was sent to this cursor for a while. */
  keepAlive(nowMs: number): void {
    if (nowMs - this.#sentAt < TIMING.emptyAfterMs) return;
    this.#sentAt = nowMs;
    this.sendEmpty();
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
  async read(tracks: TrackStore, limitBytes: number, nowMs: () => number): Promise<void> {
    this.position = 'reading';
    try {
      while (!this.closed && this.position === 'reading') {
        if (!this.#sendOwed()) this.position = 'full';
        else if (this.cursor === this.trip.head) this.position = 'live';
        else if (this.cursor > this.trip.head) this.position = 'ahead';
        else await this.#readPage(tracks, limitBytes);
      }
      this.#sentAt = nowMs();
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      this.position = 'stalled';
    }
  }

  end(code: number, reason: string): void {
    if (!this.closed) this.#ws.end(code, reason);
  }

  async #readPage(tracks: TrackStore, limitBytes: number): Promise<void> {
    const { head } = this.trip;
    const page = await tracks.read(this.trip.id, this.cursor, PAGE_FIXES);
    if (this.closed) return;
    // What was fanned out but isn't stored any more was cut or lost with a failover: nothing is left to send up to `head`.
    if (page.byteLength === 0) this.cursor = Math.max(this.cursor, head);
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
    if (this.isJson) return this.#sendTexts(fixes, textsOf(fixes));
    if (!this.#send(fixes, true)) return false;
    this.cursor = timeOfLast(fixes);
    return true;
  }

  #sendTexts(fixes: Uint8Array, texts: readonly string[]): boolean {
    const view = new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength);
    return texts.every((text, index) => {
      if (!this.#send(text, false)) return false;
      this.cursor = fixTime(view, index * FIX_BYTES);
      return true;
    });
  }

  #sendOwed(): boolean {
    if (this.#owesTrip) {
      this.#owesTrip = !this.#send(JSON.stringify({ type: 'trip', trip: this.trip.record.trip }), false);
    }
    if (this.#owesVehicle) {
      this.#owesVehicle = !this.#send(JSON.stringify({ type: 'vehicle', ...this.trip.vehicle }), false);
    }
    return !this.#owesTrip && !this.#owesVehicle;
  }

  #send(message: Uint8Array | string, isBinary: boolean): boolean {
    return !this.closed && this.#ws.send(message, isBinary) !== SENT.dropped;
  }
}

/** Fixes one by one, as the `+json` subprotocol carries them. */
export function textsOf(fixes: Uint8Array): string[] {
  return (decodeFixes(fixes) ?? []).map((fix) => JSON.stringify(fixEvent(fix)));
}
