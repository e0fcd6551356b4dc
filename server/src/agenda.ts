import type { SteadyClock } from './clock.ts';

/**
 * Remembers what is to be done when, so that nobody has to look at everybody to find whose turn it is. Times are rounded up to
 * steps, and lie at most a horizon ahead.
 */
export class Agenda<Item> {
  readonly #stepMs: number;
  readonly #clock: SteadyClock;
  /** A ring: what is due at step `n` is in place `n` modulo the ring's length. */
  readonly #steps: Item[][];
  /** The first step that has not been gone through. */
  #next: number;

  /** @param horizonMs no item is put off for longer */
  constructor(stepMs: number, horizonMs: number, clock: SteadyClock) {
    this.#stepMs = stepMs;
    this.#clock = clock;
    this.#steps = Array.from({ length: Math.ceil(horizonMs / stepMs) + 2 }, () => []);
    this.#next = this.#stepOf(clock.monotonic());
  }

  /** @param atMs by the monotonic clock, ms; what is past is due at the next visit */
  add(item: Item, atMs: number): void {
    const last = this.#next + this.#steps.length - 1;
    const step = Math.min(Math.max(this.#stepOf(atMs), this.#next), last);
    this.#steps[step % this.#steps.length]!.push(item);
  }

  /** Visits what is due by now, each as often as it was added. What is added meanwhile waits for the next call. */
  visitDue(act: (item: Item) => void): void {
    const now = Math.floor(this.#clock.monotonic() / this.#stepMs);
    const ring = this.#steps.length;
    const due: Item[][] = [];
    for (let step = this.#next; step <= Math.min(now, this.#next + ring - 1); step++) {
      const items = this.#steps[step % ring]!;
      if (items.length === 0) continue;
      due.push(items);
      this.#steps[step % ring] = [];
    }
    this.#next = Math.max(this.#next, now + 1);
    for (const items of due) for (const item of items) act(item);
  }

  #stepOf(ms: number): number {
    return Math.ceil(ms / this.#stepMs);
  }
}
