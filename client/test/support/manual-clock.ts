import type { Clock, Timer } from '@tripcast/client';

/** Time that passes only when the test says so. */
export class ManualClock implements Clock {
  #now: number;
  #setBy = 0;
  #nextId = 1;
  readonly #timers = new Map<number, { dueAt: number; callback: () => void }>();

  constructor(startMs = 1_700_000_000_000) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonicNow(): number {
    return this.#now - this.#setBy;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const id = this.#nextId++;
    this.#timers.set(id, { dueAt: this.#now + Math.max(0, ms), callback });
    return id;
  }

  clearTimeout(timer: Timer): void {
    this.#timers.delete(timer as number);
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Passes `ms`, firing what falls due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      let next: [number, { dueAt: number; callback: () => void }] | undefined;
      for (const entry of this.#timers) {
        if (entry[1].dueAt <= end && (!next || entry[1].dueAt < next[1].dueAt)) next = entry;
      }
      if (!next) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].dueAt);
      next[1].callback();
    }
    this.#now = end;
  }

  /** The user, or the network, sets the clock: it jumps, and no timer knows. */
  set(now: number): void {
    const jump = now - this.#now;
    this.#now = now;
    this.#setBy += jump;
    for (const timer of this.#timers.values()) timer.dueAt += jump;
  }
}
