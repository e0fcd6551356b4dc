import { FIX_BYTES, fixTime, LIMITS } from '@tripcast/protocol';

/** Fixes that came together or directly after each other, at most 64. */
export interface Batch {
  /** n × 20 bytes. */
  fixes: Uint8Array;
  /** When its last part came, in the numbers of whoever adds. */
  arrival: number;
}

const BATCH_BYTES = LIMITS.fixesPerMessage * FIX_BYTES;

/**
 * A driver's fixes that are not settled yet, in the order they came, and the acknowledgement that follows from those that
 * are: all that came up to a `time` is settled. Bounded; the first batch stays until `settleNext`, as it may be retried.
 */
export class FixQueue {
  readonly #capacity: number;
  #waiting: Batch[] = [];
  #fixes = 0;
  #newestSettled = 0;
  #answered = 0;
  #offered: Batch | undefined;
  #settledSome = false;

  /** @param capacity fixes */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** False, and nothing is added, when it would hold more than its capacity. */
  add(fixes: Uint8Array, arrival: number): boolean {
    const count = fixes.byteLength / FIX_BYTES;
    if (this.#fixes + count > this.#capacity) return false;
    this.#fixes += count;
    const last = this.#waiting.at(-1);
    if (last && last !== this.#offered && last.fixes.byteLength + fixes.byteLength <= BATCH_BYTES) {
      this.#waiting[this.#waiting.length - 1] = { fixes: concatenate(last.fixes, fixes), arrival };
    } else this.#waiting.push({ fixes, arrival });
    return true;
  }

  /** The oldest batch; the same one until it is settled. */
  next(): Batch | undefined {
    this.#offered = this.#waiting[0];
    return this.#offered;
  }

  /** The oldest batch is stored, refused, or of no trip. */
  settleNext(): void {
    const batch = this.#waiting.shift();
    this.#offered = undefined;
    if (!batch) return;
    this.#settledSome = true;
    this.#fixes -= batch.fixes.byteLength / FIX_BYTES;
    this.#newestSettled = Math.max(this.#newestSettled, extreme(batch.fixes, Math.max));
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

  /** The greatest `time` (ms) up to which all that came is settled; 0 when there is none. */
  acknowledgeable(): number {
    if (this.#newestSettled > this.#answered) {
      const time = this.#waiting.reduce(
        (least, batch) => Math.min(least, extreme(batch.fixes, Math.min) - 1),
        this.#newestSettled,
      );
      this.#answered = Math.max(this.#answered, time);
    }
    return this.#answered;
  }
}

function extreme(fixes: Uint8Array, pick: (a: number, b: number) => number): number {
  const view = new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength);
  let found = fixTime(view, 0);
  for (let offset = FIX_BYTES; offset < fixes.byteLength; offset += FIX_BYTES) {
    found = pick(found, fixTime(view, offset));
  }
  return found;
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.byteLength + b.byteLength);
  whole.set(a);
  whole.set(b, a.byteLength);
  return whole;
}
