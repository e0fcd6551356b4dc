import { FIX_BYTES, fixTime } from '@tripcast/protocol';

const FIRST_FIXES = 64;

/** A trip's fixes in strictly increasing time, 20 bytes each, in one growing buffer. */
export class Track {
  #bytes = new Uint8Array(FIRST_FIXES * FIX_BYTES);
  #view = new DataView(this.#bytes.buffer);
  /** Fixes that are kept are those from `#first` up to `#end`. */
  #first = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#first;
  }

  /** Adds a fix (20 bytes) that is later than all others. */
  append(fix: Uint8Array): void {
    if ((this.#end + 1) * FIX_BYTES > this.#bytes.length) this.#makeRoom();
    this.#bytes.set(fix, this.#end * FIX_BYTES);
    this.#end++;
  }

  /** Forgets the oldest fixes so that `limit` are left. Resolves to the time of the first one kept, ms, if any went. */
  cut(limit: number): number | undefined {
    if (this.length <= limit) return undefined;
    this.#first = this.#end - limit;
    return this.#timeAt(this.#first);
  }

  has(time: number): boolean {
    const index = this.#firstAfter(time) - 1;
    return index >= this.#first && this.#timeAt(index) === time;
  }

  /** A copy of the fixes after `after` (ms, exclusive), at most `limit`. */
  read(after: number, limit: number): Uint8Array {
    const from = this.#firstAfter(after);
    const to = Math.min(from + limit, this.#end);
    return this.#bytes.slice(from * FIX_BYTES, to * FIX_BYTES);
  }

  newest(): Uint8Array | undefined {
    if (this.length === 0) return undefined;
    return this.#bytes.slice((this.#end - 1) * FIX_BYTES, this.#end * FIX_BYTES);
  }

  #timeAt(index: number): number {
    return fixTime(this.#view, index * FIX_BYTES);
  }

  /** The index of the first fix later than `time`: binary search. */
  #firstAfter(time: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timeAt(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves what is kept to the front, of a buffer twice as long when it is more than half full. */
  #makeRoom(): void {
    const kept = this.#bytes.subarray(this.#first * FIX_BYTES, this.#end * FIX_BYTES);
    const roomy = kept.length * 2 > this.#bytes.length ? new Uint8Array(this.#bytes.length * 2) : this.#bytes;
    if (roomy === this.#bytes) this.#bytes.copyWithin(0, this.#first * FIX_BYTES, this.#end * FIX_BYTES);
    else roomy.set(kept);
    this.#bytes = roomy;
    this.#view = new DataView(roomy.buffer);
    this.#end -= this.#first;
    this.#first = 0;
  }
}
