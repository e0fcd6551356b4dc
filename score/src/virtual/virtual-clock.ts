// Time that passes only when it is told to: timers fire in their order, and an hour takes as long as its work does.

import type { Clock } from '@tripcast/client';

interface Waiting {
  readonly atMs: number;
  /** Timers of one moment fire in the order in which they were set. */
  readonly order: number;
  callback: (() => void) | undefined;
}

export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  /** A binary heap: the next one first. */
  readonly #heap: Waiting[] = [];

  /** @param startMs ms since the Unix epoch */
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, ms: number): Waiting {
    const waiting = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, callback };
    this.#push(waiting);
    return waiting;
  }

  clearTimeout(timer: unknown): void {
    if (timer) (timer as Waiting).callback = undefined;
  }

  /** Lets time pass up to `untilMs`, and then what was promised meanwhile be done. */
  async passTo(untilMs: number): Promise<void> {
    for (let next = this.#heap[0]; next && next.atMs <= untilMs; next = this.#heap[0]) {
      this.#pop();
      this.#nowMs = next.atMs;
      next.callback?.();
    }
    this.#nowMs = untilMs;
    await new Promise((resolve) => setImmediate(resolve));
  }

  #push(waiting: Waiting): void {
    const heap = this.#heap;
    let index = heap.push(waiting) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(waiting, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = waiting;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
