// Time that passes only when a test says so.

import type { Clock } from '@tripcast/client';

interface Timer {
  atMs: number;
  callback: () => void;
}

export class SteppedClock implements Clock {
  #nowMs = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers = this.#timers.filter((candidate) => candidate !== timer);
  }

  /** Lets `ms` pass: timers fire in their order, and what they promise is done before the next. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await settled();
      const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > untilMs) break;
      this.clearTimeout(next);
      this.#nowMs = next.atMs;
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}

/** Resolves when all that could be done without time or input is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
