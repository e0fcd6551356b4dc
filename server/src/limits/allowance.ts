/** So much at once, and so much a second from then on. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What somebody may still spend: a token bucket. Times are ms of a clock that never goes back. */
export class Allowance {
  #spent = 0;
  #at: number;

  constructor(nowMs: number) {
    this.#at = nowMs;
  }

  /** Takes `units`; false, and nothing is taken, when fewer are left. */
  take(units: number, nowMs: number, rate: Rate): boolean {
    this.#spent = this.#spentBy(nowMs, rate);
    this.#at = nowMs;
    if (this.#spent + units > rate.burst) return false;
    this.#spent += units;
    return true;
  }

  has(units: number, nowMs: number, rate: Rate): boolean {
    return this.#spentBy(nowMs, rate) + units <= rate.burst;
  }

  isWhole(nowMs: number, rate: Rate): boolean {
    return this.#spentBy(nowMs, rate) === 0;
  }

  #spentBy(nowMs: number, { perSecond }: Rate): number {
    return Math.max(0, this.#spent - ((nowMs - this.#at) / 1000) * perSecond);
  }
}
