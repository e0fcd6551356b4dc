import type { SteadyClock } from './clock.ts';

/** What is gone through; may change meanwhile, as a Set or a Map's values may. */
interface Items<Item> {
  readonly size: number;
  [Symbol.iterator](): Iterator<Item>;
}

/**
 * Goes through many things once in a period, a part of them at a time: ten thousand at once would keep everybody else waiting
 * for as long as that takes.
 */
export class Spread<Item> {
  readonly #items: Items<Item>;
  readonly #periodMs: number;
  readonly #clock: SteadyClock;
  #left: Iterator<Item>;
  #at: number;
  /** How many are due, a fraction carried over. */
  #due = 0;

  constructor(items: Items<Item>, periodMs: number, clock: SteadyClock) {
    this.#items = items;
    this.#periodMs = periodMs;
    this.#clock = clock;
    this.#left = items[Symbol.iterator]();
    this.#at = clock.monotonic();
  }

  /** Visits those that are due by now: all of them, once, when it was not called for a period or longer. */
  visit(act: (item: Item) => void): void {
    const now = this.#clock.monotonic();
    const { size } = this.#items;
    this.#due = Math.min(this.#due + (size * (now - this.#at)) / this.#periodMs, size);
    this.#at = now;
    for (; this.#due >= 1; this.#due--) {
      let next = this.#left.next();
      if (next.done) {
        this.#left = this.#items[Symbol.iterator]();
        next = this.#left.next();
        if (next.done) return; // they have left meanwhile
      }
      act(next.value);
    }
  }
}
