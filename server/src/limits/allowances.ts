import type { SteadyClock } from '../clock.ts';
import { type Rate, TokenBuckets } from './token-buckets.ts';

/** An attacker has more addresses than we have memory: twice as many keys are remembered at the most. */
const KEYS_OF_AN_AGE = 50_000;
const WHOLE = 0;

/** A token bucket for each key, remembered until it is whole again. Of more than 50,000 the oldest may be forgotten. */
export class Allowances<Key> {
  /** What was asked for last, and what was before `KEYS_OF_AN_AGE` others came. */
  #young = new Map<Key, number>();
  #old = new Map<Key, number>();
  readonly #buckets: TokenBuckets;

  constructor(clock: SteadyClock, rate: Rate) {
    this.#buckets = new TokenBuckets(clock, rate);
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Takes `units` of what the key may; false, and nothing is taken, when fewer are left. */
  take(key: Key, units = 1): boolean {
    const bucket = this.#of(key);
    const taken = this.#buckets.take(bucket, units);
    this.#remember(key, taken ?? bucket);
    return taken !== undefined;
  }

  /** Whether one unit is left. */
  has(key: Key): boolean {
    return this.#buckets.take(this.#of(key), 1) !== undefined;
  }

  /** Forgets all keys that may have all of it again. Call it now and then. */
  sweep(): void {
    for (const buckets of [this.#young, this.#old]) {
      for (const [key, bucket] of buckets) {
        if (this.#buckets.isWhole(bucket)) buckets.delete(key);
      }
    }
  }

  #of(key: Key): number {
    return this.#young.get(key) ?? this.#old.get(key) ?? WHOLE;
  }

  #remember(key: Key, bucket: number): void {
    if (!this.#young.has(key)) {
      this.#old.delete(key);
      if (this.#young.size >= KEYS_OF_AN_AGE) {
        this.#old = this.#young;
        this.#young = new Map();
      }
    }
    this.#young.set(key, bucket);
  }
}
