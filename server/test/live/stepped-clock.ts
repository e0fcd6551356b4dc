import type { Clock } from '../../src/clock.ts';

/** A clock that a test steps. */
export class SteppedClock implements Clock {
  #now: number;

  /** @param now ms since the Unix epoch */
  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  step(ms: number): void {
    this.#now += ms;
  }
}
