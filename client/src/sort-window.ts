// Which fixes wait, and for how long, in case that an older one is still on its way inside the device.
//
// Several sources and asynchronous callbacks can bring fixes out of order by up to some two seconds, and a server takes
// none that is older than what it has stored. To hold every fix for 2 s would sort them all, and cost every rider 2 s.
// Where the cadence has no hole, there is nothing that could still come: such a fix goes out at once. One that leaves
// a hole before it waits, until the hole is filled or 2 s are over. Most devices never reorder; their holes are real
// ones, so after a few waits in vain this stops waiting, until a fix does come late.

import { TIMING } from '@tripcast/protocol';

/** Default of `sortWindowMs`. */
export const SORT_WINDOW_MS = 2_000;
/** A step of more than this many usual ones is a hole: room for a whole fix, less what a cadence wavers by. */
const HOLE = 1.7;
/** The usual step is the median of so many. */
const STEPS_KEPT = 8;
/** After so many waits in vain this device counts as one that doesn't reorder. */
const WAITS_IN_VAIN = 3;

export class SortWindow {
  readonly windowMs: number;
  /** Oldest first, and smallest first. */
  readonly #steps: number[] = [];
  readonly #sorted: number[] = [];
  #inVain = 0;

  /** @param windowMs how long a fix may be held, ms; 0 holds none */
  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  /** Whether nothing is missing between two neighbours, `stepMs` apart. */
  isContinuous(stepMs: number): boolean {
    const usualMs = this.#sorted[(this.#sorted.length - 1) >> 1] ?? TIMING.paceWatchedMs;
    return stepMs <= usualMs * HOLE;
  }

  /**
   * How long the newest fix is to be held, ms.
   * @param stepMs from the fix before it; `undefined` when it is the first
   */
  holdMs(stepMs: number | undefined): number {
    if (stepMs === undefined) return 0;
    const isContinuous = this.isContinuous(stepMs);
    this.#steps.push(stepMs);
    const at = this.#sorted.findIndex((other) => other > stepMs);
    this.#sorted.splice(at < 0 ? this.#sorted.length : at, 0, stepMs);
    if (this.#steps.length > STEPS_KEPT) this.#sorted.splice(this.#sorted.indexOf(this.#steps.shift()!), 1);
    return isContinuous || this.#inVain >= WAITS_IN_VAIN ? 0 : this.windowMs;
  }

  /** A fix was held for its whole time and nothing came before it. */
  waitedInVain(): void {
    this.#inVain++;
  }

  /** A fix came after one that is newer: this device does reorder. */
  cameLate(): void {
    this.#inVain = 0;
  }
}
