// What a driver's device measured and the server has not acknowledged yet: sorted, bounded, counted. Pure: the clock
// is an argument, the socket is the caller's.

import type { Fix } from '@tripcast/protocol';
import type { KeptFix, OutboxStore } from './outbox-store.ts';
import type { SortWindow } from './sort-window.ts';

interface Entry {
  /** As it is sent. Its time never changes once it has been sent: it is what the server knows the fix by. */
  fix: Fix;
  /** The time that the app gave it, ms. */
  readonly appTime: number;
  /** Not to be sent before, ms of the device's clock; -Infinity when not held. */
  heldUntil: number;
  /** Present while it is on its way on the present socket. */
  sent?: { at: number; order: number; isLate: boolean };
  /** It was on the wire once, on this socket or an earlier one. */
  wasSent: boolean;
}

/** What an acknowledgement settled: the newest of the fixes that it covers. */
export interface Acknowledged {
  /** As the app gave it, ms. */
  time: number;
  roundTripMs: number;
}

/** Times of so many fixes are remembered after they are settled, so that a repeated one is known. */
const TIMES_REMEMBERED = 256;

export class Outbox {
  readonly #capacity: number;
  readonly #sortWindow: SortWindow;
  readonly #store: OutboxStore | undefined;
  /** Oldest first, times strictly increasing. */
  #entries: Entry[] = [];
  #settledTimes = new Set<number>();
  #newestTime = -Infinity;
  /** On the present socket: how many were sent, and the newest of them. */
  #order = 0;
  #newestSent = -Infinity;
  #inFlight = 0;
  #dropped = 0;
  #repeated = 0;

  /** @param store is told of all that comes in and is settled; loading it is the caller's */
  constructor(capacity: number, sortWindow: SortWindow, store?: OutboxStore) {
    this.#capacity = capacity;
    this.#sortWindow = sortWindow;
    this.#store = store;
  }

  /** Fixes that are not acknowledged, sent or not. */
  get size(): number {
    return this.#entries.length;
  }

  /** Fixes lost because it was full, over its whole life. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Fixes ignored because there was one of the same time, over its whole life. */
  get repeated(): number {
    return this.#repeated;
  }

  /** Fixes sent on the present socket and not acknowledged. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Takes a fix in; what is repeated is ignored, and when it is full the oldest is dropped.
   * @param fix as it is to be sent; kept, not copied
   * @param appTime the time that the app gave it, ms
   * @param nowMs the device's clock
   * @returns how many were dropped for it: 0 or 1
   */
  add(fix: Fix, appTime: number, nowMs: number): 0 | 1 {
    const index = this.#indexAfter(fix.time);
    if (this.#entries[index - 1]?.fix.time === fix.time || this.#settledTimes.has(fix.time)) {
      this.#repeated++;
      return 0;
    }
    const entry: Entry = { fix, appTime, heldUntil: -Infinity, wasSent: false };
    if (fix.time > this.#newestTime) {
      const stepMs = Number.isFinite(this.#newestTime) ? fix.time - this.#newestTime : undefined;
      const holdMs = this.#sortWindow.holdMs(stepMs);
      if (holdMs > 0) entry.heldUntil = nowMs + holdMs;
      this.#newestTime = fix.time;
    } else {
      this.#sortWindow.cameLate();
    }
    this.#entries.splice(index, 0, entry);
    this.#store?.put({ fix, appTime });
    this.#releaseFilled(index);
    return this.#dropOldest() as 0 | 1;
  }

  /**
   * Takes in what an earlier life of this vehicle's outbox left in the store. Each may have been sent already, so that
   * its time stays what it is; one whose time is here is ignored.
   * @returns how many were taken in, and how many were dropped for them
   */
  restore(left: readonly KeptFix[]): { restored: number; dropped: number } {
    const known = new Set(this.#entries.map(({ fix }) => fix.time));
    let restored = 0;
    for (const { fix, appTime } of left) {
      if (known.has(fix.time)) continue;
      known.add(fix.time);
      this.#entries.push({ fix, appTime, heldUntil: -Infinity, wasSent: true });
      this.#newestTime = Math.max(this.#newestTime, fix.time);
      restored++;
    }
    this.#entries.sort((one, other) => one.fix.time - other.fix.time);
    return { restored, dropped: this.#dropOldest() };
  }

  /**
   * The next fixes to send on this socket, oldest first, at most `limit`; they count as sent. A fix that is held, and
   * what is newer, is not among them.
   */
  take(limit: number, nowMs: number): Fix[] {
    const taken: Fix[] = [];
    for (const entry of this.#entries) {
      if (taken.length >= limit) break;
      if (entry.sent) continue;
      if (this.#isHeld(entry, nowMs)) break;
      if (entry.heldUntil !== -Infinity) this.#sortWindow.waitedInVain();
      entry.heldUntil = -Infinity;
      const isLate = entry.fix.time < this.#newestSent;
      if (!isLate) this.#newestSent = entry.fix.time;
      entry.sent = { at: nowMs, order: this.#order++, isLate };
      entry.wasSent = true;
      this.#inFlight++;
      taken.push(entry.fix);
    }
    return taken;
  }

  /** When the oldest fix that is held may go, ms of the device's clock; `undefined` when none waits for that. */
  get heldUntil(): number | undefined {
    const next = this.#entries.find((entry) => !entry.sent);
    return next && next.heldUntil !== -Infinity ? next.heldUntil : undefined;
  }

  /** A new socket: nothing is on its way, all of it is to be sent (again), oldest first. */
  rewind(): void {
    for (const entry of this.#entries) delete entry.sent;
    this.#order = 0;
    this.#newestSent = -Infinity;
    this.#inFlight = 0;
  }

  /**
   * All that this socket sent up to `time` is settled. One that was sent late, after newer ones, is covered only by the
   * acknowledgement of a fix sent after it: an earlier one may have left the server before it came there.
   */
  acknowledge(time: number, nowMs: number): Acknowledged | undefined {
    let covered: Entry | undefined; // the last one sent in order: both its time and its place are the greatest
    for (const entry of this.#entries) {
      if (entry.fix.time > time) break;
      if (entry.sent && !entry.sent.isLate) covered = entry;
    }
    const last = covered?.sent;
    if (!covered || !last) return undefined;
    this.#remove((entry) => entry.sent !== undefined && entry.sent.order <= last.order);
    return { time: covered.appTime, roundTripMs: nowMs - last.at };
  }

  /** The server doesn't store this fix. Returns the time that the app gave it, `undefined` when it isn't here. */
  refuse(time: number): number | undefined {
    const entry = this.#entries[this.#indexAfter(time) - 1];
    if (entry?.fix.time !== time || !entry.sent) return undefined;
    this.#remove((candidate) => candidate === entry);
    return entry.appTime;
  }

  /** Moves the times of what was never sent by `byMs`. @returns whether it could: only when nothing was ever sent */
  shift(byMs: number): boolean {
    if (this.#settledTimes.size > 0 || this.#entries.some((entry) => entry.wasSent)) return false;
    this.#store?.remove(this.#entries.map(({ fix }) => fix.time));
    for (const entry of this.#entries) {
      entry.fix = { ...entry.fix, time: entry.fix.time + byMs };
      this.#store?.put({ fix: entry.fix, appTime: entry.appTime });
    }
    this.#newestTime += byMs;
    return true;
  }

  /** One that has longer to wait than any fix may was held before the device's clock was set back. */
  #isHeld({ heldUntil }: Entry, nowMs: number): boolean {
    return heldUntil > nowMs && heldUntil <= nowMs + this.#sortWindow.windowMs;
  }

  /** Where a fix of `time` belongs: after all that are not newer. */
  #indexAfter(time: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle]!.fix.time <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The entry at `index` is new: it, and what follows it, may have no hole before it any more. */
  #releaseFilled(index: number): void {
    for (const at of [index, index + 1]) {
      const before = this.#entries[at - 1];
      const entry = this.#entries[at];
      if (!before || !entry) continue;
      if (this.#sortWindow.isContinuous(entry.fix.time - before.fix.time)) entry.heldUntil = -Infinity;
    }
  }

  /** Makes room for what was taken in. @returns how many were lost for it */
  #dropOldest(): number {
    const lost = this.#entries.splice(0, Math.max(0, this.#entries.length - this.#capacity));
    this.#settle(lost);
    this.#dropped += lost.length;
    return lost.length;
  }

  #remove(isSettled: (entry: Entry) => boolean): void {
    const kept: Entry[] = [];
    const settled: Entry[] = [];
    for (const entry of this.#entries) (isSettled(entry) ? settled : kept).push(entry);
    this.#entries = kept;
    this.#settle(settled);
  }

  #settle(entries: readonly Entry[]): void {
    if (entries.length > 0) this.#store?.remove(entries.map(({ fix }) => fix.time));
    for (const { fix, sent } of entries) {
      if (sent) this.#inFlight--;
      this.#settledTimes.add(fix.time);
      if (this.#settledTimes.size > TIMES_REMEMBERED) {
        for (const oldest of this.#settledTimes) {
          this.#settledTimes.delete(oldest);
          break;
        }
      }
    }
  }
}
