/** Positions of one trip that are remembered: some seconds' worth. */
const REMEMBERED = 64;

/**
 * When each trip's last positions were written, by the time that each carries: so a rider's callback knows how long a
 * position was on its way without anything in it but its time.
 */
export class SentTimes {
  readonly #time: Float64Array;
  readonly #writtenAt: Float64Array;
  readonly #sent: Uint32Array;

  constructor(trips: number) {
    this.#time = new Float64Array(trips * REMEMBERED);
    this.#writtenAt = new Float64Array(trips * REMEMBERED);
    this.#sent = new Uint32Array(trips);
  }

  /** @param writtenAt `performance.now()` */
  add(trip: number, time: number, writtenAt: number): void {
    const slot = trip * REMEMBERED + (this.#sent[trip]! % REMEMBERED);
    this.#time[slot] = time;
    this.#writtenAt[slot] = writtenAt;
    this.#sent[trip]!++;
  }

  /** How many positions of the trip were written. */
  count(trip: number): number {
    return this.#sent[trip]!;
  }

  /**
   * Which of the trip's positions carries `time`, counted from 0; the search begins at `from`, where a rider expects the
   * next one. -1 when it is not remembered: it was written before anybody measured, or long ago.
   */
  find(trip: number, time: number, from: number): number {
    const sent = this.#sent[trip]!;
    for (let nth = Math.max(from, sent - REMEMBERED); nth < sent; nth++) {
      if (this.#time[trip * REMEMBERED + (nth % REMEMBERED)] === time) return nth;
    }
    return -1;
  }

  /** When a position that `find` found was written. */
  writtenAt(trip: number, nth: number): number {
    return this.#writtenAt[trip * REMEMBERED + (nth % REMEMBERED)]!;
  }
}
