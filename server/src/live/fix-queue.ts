import { FIX_BYTES, fixTimeIn, LIMITS } from '@tripcast/protocol';

/** Fixes that came together or directly after each other, at most 64. */
export interface Batch {
  /** n × 20 bytes. */
  fixes: Uint8Array;
  /** When the last of them came, in the numbers of `VehicleTrips`. */
  step: number;
  /** When the first of them came, by the monotonic clock, ms. */
  readonly atMs: number;
}

const BATCH_BYTES = LIMITS.fixesPerMessage * FIX_BYTES;

/**
 * A driver's fixes that are not settled yet, in the order they came, and the acknowledgement that follows from those that
 * are: all that came up to a `time` is settled. Bounded. Batches are offered one by one, are written, and are settled, always
 * in this order; `rewind` offers again what is written and not settled.
 */
export class FixQueue {
  readonly #capacity: number;
  #waiting: Batch[] = [];
  /** The first so many of them are written. */
  #written = 0;
  #fixes = 0;
  #newestSettled = 0;
  #answered = 0;
  #offered: Batch | undefined;
  #settledSome = false;
  /** When the oldest came that is settled since the last acknowledgement. */
  #oldestSettledAtMs: number | undefined;

  /** @param capacity fixes */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** False, and nothing is added, when it would hold more than its capacity. */
  add(fixes: Uint8Array, step: number, atMs: number): boolean {
    const count = fixes.byteLength / FIX_BYTES;
    if (this.#fixes + count > this.#capacity) return false;
    this.#fixes += count;
    const last = this.#waiting.at(-1);
    const isOpen = this.#written < this.#waiting.length && last !== this.#offered;
    if (last && isOpen && last.fixes.byteLength + fixes.byteLength <= BATCH_BYTES) {
      last.fixes = concatenate(last.fixes, fixes);
      last.step = step;
    } else this.#waiting.push({ fixes, step, atMs });
    return true;
  }

  /** The oldest batch that is not written; the same one until it is. */
  next(): Batch | undefined {
    this.#offered = this.#waiting[this.#written];
    return this.#offered;
  }

  /** The offered batch is written: the next one may follow. */
  wroteNext(): void {
    this.#offered = undefined;
    if (this.#written < this.#waiting.length) this.#written++;
  }

  /** What is written may be gone: everything is offered again from the oldest on, in fewer batches. */
  rewind(): void {
    const again = this.#waiting;
    this.clear();
    for (const { fixes, step, atMs } of again) this.add(fixes, step, atMs);
  }

  /** The oldest batch, which is written, survives, was refused, or is of no trip. */
  settleNext(): void {
    const batch = this.#waiting.shift();
    if (!batch) return;
    this.#written--;
    this.#settledSome = true;
    this.#oldestSettledAtMs ??= batch.atMs;
    this.#fixes -= batch.fixes.byteLength / FIX_BYTES;
    this.#newestSettled = Math.max(this.#newestSettled, extreme(batch.fixes, Math.max));
  }

  /** Nothing is written any more. */
  clear(): void {
    this.#waiting = [];
    this.#written = 0;
    this.#offered = undefined;
    this.#fixes = 0;
  }

  /** A fix that never was in the queue is settled. */
  settled(time: number): void {
    this.#settledSome = true;
    this.#newestSettled = Math.max(this.#newestSettled, time);
  }

  /** Whether anything was settled since this was last asked: then an acknowledgement is owed, if only of the same time. */
  hasSettled(): boolean {
    const settledSome = this.#settledSome;
    this.#settledSome = false;
    return settledSome;
  }

  /** When the oldest came that is not settled, ms; `undefined` when all are. */
  get oldestAtMs(): number | undefined {
    return this.#waiting[0]?.atMs;
  }

  /** Fixes that are not settled. */
  get size(): number {
    return this.#fixes;
  }

  /**
   * What is to be said now: the greatest `time` (ms) up to which all that came is settled, 0 when there is none, or when one
   * has come and waits that is older than what was said before; and since when the oldest waited that is settled since
   * something was said.
   */
  acknowledge(): { time: number; sinceMs: number | undefined } {
    const time = this.#waiting.reduce(
      (least, batch) => Math.min(least, extreme(batch.fixes, Math.min) - 1),
      this.#newestSettled,
    );
    if (time < this.#answered || time === 0) return { time: 0, sinceMs: undefined };
    this.#answered = time;
    const sinceMs = this.#oldestSettledAtMs;
    this.#oldestSettledAtMs = undefined;
    return { time, sinceMs };
  }
}

function extreme(fixes: Uint8Array, pick: (a: number, b: number) => number): number {
  let found = fixTimeIn(fixes, 0);
  for (let offset = FIX_BYTES; offset < fixes.byteLength; offset += FIX_BYTES) {
    found = pick(found, fixTimeIn(fixes, offset));
  }
  return found;
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.byteLength + b.byteLength);
  whole.set(a);
  whole.set(b, a.byteLength);
  return whole;
}
