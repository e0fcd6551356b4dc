// The moments at which what was shown was furthest from the truth: to look at what happened there.

import type { Moment } from './virtual-rider.ts';

/** Two moments of one car closer than this are one, ms. */
const APART_MS = 20_000;

export class WorstMoments {
  readonly #kept: number;
  #moments: Moment[] = [];

  constructor(kept: number) {
    this.#kept = kept;
  }

  see(moment: Moment): void {
    const least = this.#moments.length < this.#kept ? 0 : this.#moments.at(-1)!.errorMetres;
    if (moment.errorMetres <= least) return;
    const same = this.#moments.findIndex(
      ({ vehicleId, nowMs }) => vehicleId === moment.vehicleId && Math.abs(nowMs - moment.nowMs) < APART_MS,
    );
    if (same >= 0 && this.#moments[same]!.errorMetres >= moment.errorMetres) return;
    if (same >= 0) this.#moments.splice(same, 1);
    this.#moments.push(moment);
    this.#moments.sort((a, b) => b.errorMetres - a.errorMetres);
    this.#moments.length = Math.min(this.#moments.length, this.#kept);
  }

  inWords(startMs: number): string[] {
    return this.#moments.map(({ nowMs, vehicleId, errorMetres, pose, newest }) => {
      const at = ((nowMs - startMs) / 1_000).toFixed(1);
      const age = newest ? `newest fix ${((nowMs - newest.time) / 1_000).toFixed(1)} s old` : 'no fix';
      const way = pose.onRoute ? `on route at ${pose.onRoute.metres.toFixed(0)} m` : 'off route';
      return `${errorMetres.toFixed(1)} m off at ${at} s, ${vehicleId}: ${pose.kind}, ${age}, ${way}`;
    });
  }
}
