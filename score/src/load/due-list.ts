// What thousands of phones do at times of their own, on a timer for each hundredth of a second: one for each fix costs
// more than to send it.

import type { Clock } from '@tripcast/client';

/** What is due within the same stretch is done at its end, ms. */
const STRETCH_MS = 10;

export class DueList {
  readonly #clock: Clock;
  /** By the end of their stretch, ms since the Unix epoch. */
  readonly #due = new Map<number, (() => void)[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `act` at `atMs` (ms since the Unix epoch), or up to a stretch later; what comes first within it, first. */
  at(atMs: number, act: () => void): void {
    const endMs = Math.ceil(Math.max(atMs, this.#clock.now()) / STRETCH_MS) * STRETCH_MS;
    const others = this.#due.get(endMs);
    if (others) {
      others.push(act);
      return;
    }
    const acts = [act];
    this.#due.set(endMs, acts);
    this.#clock.setTimeout(() => {
      this.#due.delete(endMs);
      for (const one of acts) one();
    }, endMs - this.#clock.now());
  }
}
