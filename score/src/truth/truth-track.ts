// Where a vehicle truly was, ten times a second. A ring in flat memory: 12 bytes a step, so that five thousand vehicles
// fit into one machine.

import type { Coordinates } from '@tripcast/protocol';

/** The truth at one moment. */
export interface TrueState extends Coordinates {
  /** ms since the Unix epoch. */
  time: number;
  /** Degrees clockwise from north. */
  heading: number;
  /** m/s over ground. */
  speed: number;
}

/** Between two steps, ms. */
export const TRUTH_STEP_MS = 100;
const DEGREES_E7 = 1e7;
const HEADINGS = 36_000;

export class TruthTrack {
  readonly #startMs: number;
  readonly #capacity: number;
  /** Latitude and longitude, 1e-7°, by turns. */
  readonly #places: Int32Array;
  /** Heading (0.01°) and speed (cm/s), by turns. */
  readonly #motions: Uint16Array;
  /** How many steps were written. */
  #written = 0;

  /**
   * @param startMs the time of the first step
   * @param keptMs how far back can be looked
   */
  constructor(startMs: number, keptMs: number) {
    this.#startMs = startMs;
    this.#capacity = Math.ceil(keptMs / TRUTH_STEP_MS) + 2;
    this.#places = new Int32Array(2 * this.#capacity);
    this.#motions = new Uint16Array(2 * this.#capacity);
  }

  /** The time of the next step, ms since the Unix epoch. */
  get nextMs(): number {
    return this.#startMs + this.#written * TRUTH_STEP_MS;
  }

  /** Writes the state of `nextMs`. */
  add({ latitude, longitude, heading, speed }: Omit<TrueState, 'time'>): void {
    const slot = 2 * (this.#written % this.#capacity);
    this.#places[slot] = Math.round(latitude * DEGREES_E7);
    this.#places[slot + 1] = Math.round(longitude * DEGREES_E7);
    this.#motions[slot] = Math.round(heading * 100) % HEADINGS;
    this.#motions[slot + 1] = Math.min(65_535, Math.round(speed * 100));
    this.#written++;
  }

  /** The state at `time`, between the two steps around it; `undefined` before and after what is kept. */
  at(time: number): TrueState | undefined {
    const steps = (time - this.#startMs) / TRUTH_STEP_MS;
    const before = Math.floor(steps);
    const oldest = Math.max(0, this.#written - this.#capacity);
    if (before < oldest || steps > this.#written - 1) return undefined;
    const a = this.#stateOf(before);
    if (before === steps) return { ...a, time };
    const b = this.#stateOf(before + 1);
    const fraction = steps - before;
    const turn = ((b.heading - a.heading + 540) % 360) - 180;
    const eastward = ((b.longitude - a.longitude + 540) % 360) - 180;
    return {
      time,
      latitude: a.latitude + (b.latitude - a.latitude) * fraction,
      longitude: wrapped(a.longitude + eastward * fraction, 180),
      heading: wrapped(a.heading + turn * fraction, 360),
      speed: a.speed + (b.speed - a.speed) * fraction,
    };
  }

  /** The highest speed in a stretch of time, m/s; 0 where nothing is kept. */
  topSpeed(fromMs: number, untilMs: number): number {
    const first = Math.max(
      0,
      this.#written - this.#capacity,
      Math.floor((fromMs - this.#startMs) / TRUTH_STEP_MS),
    );
    const last = Math.min(this.#written - 1, Math.ceil((untilMs - this.#startMs) / TRUTH_STEP_MS));
    let top = 0;
    for (let step = first; step <= last; step++) {
      top = Math.max(top, this.#motions[2 * (step % this.#capacity) + 1]!);
    }
    return top / 100;
  }

  #stateOf(step: number): Omit<TrueState, 'time'> {
    const slot = 2 * (step % this.#capacity);
    return {
      latitude: this.#places[slot]! / DEGREES_E7,
      longitude: this.#places[slot + 1]! / DEGREES_E7,
      heading: this.#motions[slot]! / 100,
      speed: this.#motions[slot + 1]! / 100,
    };
  }
}

/** The same angle as `limit - 360` ≤ angle < `limit`. */
function wrapped(degrees: number, limit: number): number {
  return degrees >= limit ? degrees - 360 : degrees < limit - 360 ? degrees + 360 : degrees;
}
