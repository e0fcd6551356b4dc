// What simpler pages show: the glide has to be better than both.

import type { Coordinates, Fix } from '@tripcast/protocol';

/** A place and the moment (ms since the Unix epoch) that it shows. */
export interface BaselineSpot extends Coordinates {
  shownMs: number;
}

/** A marker at the newest fix: it jumps. */
export class RawMarker {
  #spot: BaselineSpot | undefined;

  receive(fix: Fix): void {
    this.#spot = { latitude: fix.latitude, longitude: fix.longitude, shownMs: fix.time };
  }

  at(_nowMs: number): BaselineSpot | undefined {
    return this.#spot;
  }
}

/** A marker that moves evenly from where it is to each new fix, in the time that lay between the last two. */
export class NaiveLerp {
  #from: BaselineSpot | undefined;
  #to: BaselineSpot | undefined;
  #startMs = 0;
  #durationMs = 0;

  receive(fix: Fix, nowMs: number): void {
    const to = { latitude: fix.latitude, longitude: fix.longitude, shownMs: fix.time };
    this.#from = this.at(nowMs) ?? to;
    this.#durationMs = this.#to ? fix.time - this.#to.shownMs : 0;
    this.#to = to;
    this.#startMs = nowMs;
  }

  at(nowMs: number): BaselineSpot | undefined {
    const [from, to] = [this.#from, this.#to];
    if (!from || !to) return undefined;
    const fraction = this.#durationMs > 0 ? Math.min(1, (nowMs - this.#startMs) / this.#durationMs) : 1;
    const mixed = (a: number, b: number): number => a + (b - a) * fraction;
    return {
      latitude: mixed(from.latitude, to.latitude),
      longitude: mixed(from.longitude, to.longitude), // naive: it knows no date line
      shownMs: mixed(from.shownMs, to.shownMs),
    };
  }
}
