import type { SteadyClock } from '../clock.ts';
import { Allowance, type Rate } from './allowance.ts';

/** An attacker has more addresses than we have memory: twice as many keys are remembered at the most. */
const KEYS_OF_AN_AGE = 50_000;

/** An allowance for each key, remembered until it is whole again. Of more than 50,000 the oldest may be forgotten. */
export class Allowances<Key> {
  /** What was asked for last, and what was before `KEYS_OF_AN_AGE` others came. */
  #young = new Map<Key, Allowance>();
  #old = new Map<Key, Allowance>();
  readonly #clock: SteadyClock;
  readonly #rate: Rate;

  constructor(clock: SteadyClock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Takes `units` from the key's allowance; false, and nothing is taken, when it has fewer left. */
  take(key: Key, units = 1): boolean {
    return this.takeFrom(this.of(key), units);
  }

  /** The key's allowance, for whoever takes from it often. Who has held it for long calls `keep` at the end. */
  of(key: Key): Allowance {
    let allowance = this.#young.get(key);
    if (!allowance) {
      allowance = this.#old.get(key) ?? new Allowance(this.#clock.monotonic());
      this.#old.delete(key);
      this.#remember(key, allowance);
    }
    return allowance;
  }

  /** As `take`, from an allowance that is held. */
  takeFrom(held: Allowance, units: number): boolean {
    return held.take(units, this.#clock.monotonic(), this.#rate);
  }

  /** Remembers an allowance that was held: it may have been forgotten meanwhile. */
  keep(key: Key, held: Allowance): void {
    this.#old.delete(key);
    if (this.#young.has(key)) this.#young.set(key, held);
    else this.#remember(key, held);
  }

  /** Whether one unit is left. */
  has(key: Key): boolean {
    const allowance = this.#young.get(key) ?? this.#old.get(key);
    return allowance?.has(1, this.#clock.monotonic(), this.#rate) ?? true;
  }

  /** Forgets all keys whose allowance is whole again. Call it now and then. */
  sweep(): void {
    const now = this.#clock.monotonic();
    for (const allowances of [this.#young, this.#old]) {
      for (const [key, allowance] of allowances) {
        if (allowance.isWhole(now, this.#rate)) allowances.delete(key);
      }
    }
  }

  #remember(key: Key, allowance: Allowance): void {
    if (this.#young.size >= KEYS_OF_AN_AGE) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, allowance);
  }
}
