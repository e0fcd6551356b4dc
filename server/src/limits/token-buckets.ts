import type { SteadyClock } from '../clock.ts';

/** So many units at once, and so many a second from then on: whole numbers. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Token buckets of one rate. A bucket is one number, as there are many, and whoever it belongs to keeps it: when it will be
 * whole again, by a clock that never goes back; 0 is a whole one. It counts ticks, of which both a millisecond and a unit are
 * whole numbers: nothing is rounded but the clock, down to the millisecond. A rate that divides 1,000 has ticks of
 * milliseconds, which for 24 days are small integers, for which V8 keeps no object.
 */
export class TokenBuckets {
  readonly #clock: SteadyClock;
  readonly #ticksPerMs: number;
  readonly #ticksPerUnit: number;
  readonly #burstTicks: number;

  constructor(clock: SteadyClock, { perSecond, burst }: Rate) {
    const common = greatestCommonDivisor(1_000, perSecond);
    this.#clock = clock;
    this.#ticksPerMs = perSecond / common;
    this.#ticksPerUnit = 1_000 / common;
    this.#burstTicks = burst * this.#ticksPerUnit;
  }

  /** The bucket without `units` of what is in it; `undefined` when fewer are left. */
  take(bucket: number, units: number): number | undefined {
    const now = this.#ticks();
    const taken = Math.max(bucket, now) + units * this.#ticksPerUnit;
    return taken - now > this.#burstTicks ? undefined : taken;
  }

  isWhole(bucket: number): boolean {
    return bucket <= this.#ticks();
  }

  #ticks(): number {
    return Math.trunc(this.#clock.monotonic()) * this.#ticksPerMs;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
