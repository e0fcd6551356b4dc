import { TIMING } from '@tripcast/protocol';

/** While nothing else tells whether somebody watches, that is asked so often, ms. */
const ASK_EVERY_MS = TIMING.unwatchedAfterMs / 3;

/**
 * How often a driver is asked for a fix: fast while somebody watches, slow when nobody has for 15 s. Pure: time comes in
 * with each call, ms.
 */
export class Pace {
  intervalMs: number = TIMING.paceUnwatchedMs;
  #watchedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** Somebody listens now. True when the pace has changed. */
  watched(nowMs: number): boolean {
    this.#watchedAt = nowMs;
    return this.#change(TIMING.paceWatchedMs);
  }

  /** Whether it is to be asked now who listens: the pace is fast, and no stored fix has told for a while. */
  isAskDue(nowMs: number): boolean {
    const isFast = this.intervalMs === TIMING.paceWatchedMs;
    const isDue = isFast && nowMs - Math.max(this.#watchedAt, this.#askedAt) >= ASK_EVERY_MS;
    if (isDue) this.#askedAt = nowMs;
    return isDue;
  }

  /** Nobody listens now. True when the pace has changed because nobody has for long enough. */
  unwatched(nowMs: number): boolean {
    return nowMs - this.#watchedAt >= TIMING.unwatchedAfterMs && this.#change(TIMING.paceUnwatchedMs);
  }

  #change(intervalMs: number): boolean {
    if (this.intervalMs === intervalMs) return false;
    this.intervalMs = intervalMs;
    return true;
  }
}
