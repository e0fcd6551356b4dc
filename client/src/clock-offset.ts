// How far the server's clock is from ours. A `hello` says what time it was there at a moment that we know only to lie
// between the start of the attempt and the hello's arrival: that interval, handshake included, is an honest upper
// bound of the round trip. So each hello gives an interval which holds the offset, and several of them together the
// part that they share.

/** The server's clock minus ours, ms. */
export interface OffsetEstimate {
  offsetMs: number;
  /** The true offset is at most this far from `offsetMs`. */
  uncertaintyMs: number;
}

/** Two ordinary quartz clocks part by less than this, ms a ms: an old measurement grows less certain. */
const DRIFT = 1e-4;

export class ClockOffset {
  #range: { low: number; high: number; measuredAt: number } | undefined;

  get estimate(): OffsetEstimate | undefined {
    if (!this.#range) return undefined;
    const { low, high } = this.#range;
    return { offsetMs: (low + high) / 2, uncertaintyMs: (high - low) / 2 };
  }

  /**
   * Takes in that the server's clock showed `serverTime` at some moment between `startedAt` and `heardAt` of ours.
   * A measurement that contradicts the earlier ones means that a clock was set: they are forgotten.
   * @returns the new estimate; `undefined` when our own clock was set back meanwhile, which makes it worthless
   */
  measure(serverTime: number, startedAt: number, heardAt: number): OffsetEstimate | undefined {
    if (heardAt < startedAt) return undefined;
    let low = serverTime - heardAt;
    let high = serverTime - startedAt;
    if (this.#range) {
      const slack = Math.abs(heardAt - this.#range.measuredAt) * DRIFT;
      const sharedLow = Math.max(low, this.#range.low - slack);
      const sharedHigh = Math.min(high, this.#range.high + slack);
      if (sharedLow <= sharedHigh) [low, high] = [sharedLow, sharedHigh];
    }
    this.#range = { low, high, measuredAt: heardAt };
    return this.estimate;
  }
}
