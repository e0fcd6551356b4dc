import { TIMING } from '@tripcast/protocol';

/**
 * How long to wait before the next attempt: a random part ("full jitter") of a bound that starts at 0.5 s and doubles
 * to 20 s, so that clients cut off together don't come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export class Backoff {
  readonly #random: () => number;
  #boundMs: number = TIMING.backoffBaseMs;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** ms to wait now; the next answer may be twice as long. */
  next(): number {
    const delayMs = this.#random() * this.#boundMs;
    this.#boundMs = Math.min(this.#boundMs * 2, TIMING.backoffCapMs);
    return delayMs;
  }

  /** The connection has proved itself: the next wait is short again. */
  reset(): void {
    this.#boundMs = TIMING.backoffBaseMs;
  }
}
