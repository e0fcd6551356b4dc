import type { Clock } from '@tripcast/client';

/** A clock that goes only when it is told to. */
export class SteppedClock implements Clock {
  #nowMs: number;
  #nextId = 1;
  readonly #timers = new Map<number, { atMs: number; callback: () => void }>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, ms: number): number {
    const id = this.#nextId++;
    this.#timers.set(id, { atMs: this.#nowMs + ms, callback });
    return id;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass, each timer being called at its own moment, and what they started finish. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { atMs }]) => atMs <= untilMs);
      const [next] = due.sort(([, a], [, b]) => a.atMs - b.atMs);
      if (!next) break;
      const [id, { atMs, callback }] = next;
      this.#timers.delete(id);
      this.#nowMs = atMs;
      callback();
      await settled();
    }
    this.#nowMs = untilMs;
    await settled();
  }
}

/** After all promises that are under way without a timer. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
