import { TIMING } from '@tripcast/protocol';

/**
 * How often a driver is asked for a fix: fast while somebody watches, slow when nobody has for 15 s. Pure: time comes in
 * with each call, ms.
 */
export class Pace {
  intervalMs: number = TIMING.paceUnwatchedMs;
  #watchedAt = Number.NEGATIVE_INFINITY;

  /** Somebody listens now. True when the pace has changed. */
  watched(nowMs: number): boolean {
    this.#watchedAt = nowMs;
    return this.#change(TIMING.paceWatchedMs);
  }

  /** True when the pace has changed because nobody has listened for long enough. */
  elapsed(nowMs: number): boolean {
    return nowMs - this.#watchedAt >= TIMING.unwatchedAfterMs && this.#change(TIMING.paceUnwatchedMs);
  }

  #change(intervalMs: number): boolean {
    if (this.intervalMs === intervalMs) return false;
    this.intervalMs = intervalMs;
    return true;
  }
}
