import type { SteadyClock } from '../../src/clock.ts';

/** A clock that a test steps, and sets. */
export class SteppedClock implements SteadyClock {
  #now: number;
  #elapsedMs = 0;

  /** @param now ms since the Unix epoch */
  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  /** So much time passes. */
  step(ms: number): void {
    this.#now += ms;
    this.#elapsedMs += ms;
  }

  /** It is set forward, or back, and no time passes. */
  set(ms: number): void {
    this.#now += ms;
  }
}
