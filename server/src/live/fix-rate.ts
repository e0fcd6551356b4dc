import type { VehicleId } from '@tripcast/protocol';
import type { Clock } from '../clock.ts';

/**
 * How many fixes each vehicle may still send: a token bucket each, remembered across its connections to this node until it
 * is full again.
 */
export class FixRates {
  readonly #spent = new Map<VehicleId, { fixes: number; at: number }>();
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;

  constructor(clock: Clock, limits: { fixesPerSecond: number; fixBurst: number }) {
    this.#clock = clock;
    this.#perSecond = limits.fixesPerSecond;
    this.#burst = limits.fixBurst;
  }

  /** Takes `count` fixes from the vehicle's allowance; false, and nothing is taken, when it has fewer left. */
  take(id: VehicleId, count: number): boolean {
    const now = this.#clock.now();
    let spent = this.#spent.get(id);
    if (!spent) {
      spent = { fixes: 0, at: now };
      this.#spent.set(id, spent);
    }
    const regained = (Math.max(0, now - spent.at) / 1000) * this.#perSecond;
    spent.fixes = Math.max(0, spent.fixes - regained);
    spent.at = now;
    if (spent.fixes + count > this.#burst) return false;
    spent.fixes += count;
    return true;
  }

  /** Forgets all vehicles whose allowance is whole again. Call it now and then. */
  sweep(): void {
    const now = this.#clock.now();
    for (const [id, { fixes, at }] of this.#spent) {
      if (fixes <= ((now - at) / 1000) * this.#perSecond) this.#spent.delete(id);
    }
  }
}
