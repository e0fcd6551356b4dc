import { LIMITS } from '@tripcast/protocol';

/**
 * The server's limit of fixes a second, kept on this side too: it closes (4100) on a client that sends more. A bucket
 * of 7,200 that refills by 10 a second.
 */
export class SendBudget {
  #left: number = LIMITS.fixBurst;
  #countedAt = -Infinity;

  /** How many fixes may be sent at `nowMs`. */
  available(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.#countedAt);
    this.#left = Math.min(LIMITS.fixBurst, this.#left + (passedMs / 1_000) * LIMITS.fixesPerSecond);
    this.#countedAt = nowMs;
    return Math.floor(this.#left);
  }

  spend(fixes: number): void {
    this.#left -= fixes;
  }
}
