// A vehicle that drives a recorded trace: what its receiver measured then, it measures now.
//
// Each time through is a ride from the trace's first place to its last. The way is not known, so the trip has no route.

import type { Fix, TripStatus } from '@tripcast/protocol';
import type { News } from '../driver.ts';
import type { PlannedRide } from '../ride.ts';
import type { Happenings, Vehicle } from '../vehicle.ts';
import type { Trace } from './trace.ts';

/** From a trip's creation to the first fix, and from the last one to the next trip, ms. */
const PAUSE_MS = 3_000;

export interface ReplayOptions {
  trace: Trace;
  /** When the first trip is made, ms since the Unix epoch, whole. */
  startMs: number;
  /** After so many times through, the car stays where it is. */
  ridesLimit: number;
}

export class ReplayedVehicle implements Vehicle {
  readonly #fixes: readonly Fix[];
  readonly #ridesLimit: number;
  readonly #lengthMs: number;
  /** When this time through begins or began, ms since the Unix epoch. */
  #beginMs: number;
  /** The index of the fix that is measured next. */
  #next = 0;
  #isUnderWay = false;
  #ride: PlannedRide | undefined;
  #rides = 0;

  constructor({ trace, startMs, ridesLimit }: ReplayOptions) {
    this.#fixes = trace.fixes;
    this.#ridesLimit = ridesLimit;
    this.#lengthMs = trace.fixes.at(-1)!.time - trace.fixes[0]!.time;
    this.#beginMs = startMs;
  }

  get ride(): PlannedRide | undefined {
    return this.#ride;
  }

  get isHome(): boolean {
    return this.#rides >= this.#ridesLimit;
  }

  advanceTo(nowMs: number): Happenings<PlannedRide> {
    const happenings: Happenings<PlannedRide> = { fixes: [], truths: [], news: [] };
    while (!this.isHome && this.#beginMs <= nowMs) {
      if (!this.#isUnderWay) happenings.news.push(...this.#begin());
      happenings.fixes.push(...this.#measureUntil(nowMs));
      if (this.#next < this.#fixes.length) break;
      happenings.news.push(...this.#end());
    }
    return happenings;
  }

  pause(forMs: number): void {
    this.#beginMs += forMs;
  }

  /** The car drives on to the end of the trace, for nobody. */
  order(): void {} // it goes where it went

  abandonRide(number: number): void {
    if (this.#ride?.number === number) this.#ride = undefined;
  }

  #begin(): News<PlannedRide>[] {
    const ride: PlannedRide = {
      number: this.#rides + 1,
      pickup: { coordinates: this.#fixes[0]!, name: undefined },
      dropoff: { coordinates: this.#fixes.at(-1)!, name: undefined },
    };
    this.#isUnderWay = true;
    this.#ride = ride;
    const secondsLeft = (PAUSE_MS + this.#lengthMs) / 1_000;
    const status = (name: TripStatus) => ({ type: 'status', ride, status: name }) as const;
    return [
      { type: 'assigned', ride },
      status('ENROUTE_TO_PICKUP'),
      status('ARRIVED_AT_PICKUP'),
      { ...status('ENROUTE_TO_DROPOFF'), secondsLeft },
    ];
  }

  #measureUntil(nowMs: number): Fix[] {
    const laterMs = this.#beginMs + PAUSE_MS - this.#fixes[0]!.time;
    const first = this.#next;
    while (this.#next < this.#fixes.length && this.#fixes[this.#next]!.time + laterMs <= nowMs) this.#next++;
    return this.#fixes
      .slice(first, this.#next)
      .map((fix) => ({ ...fix, time: fix.time + laterMs, simulated: true }));
  }

  #end(): News<PlannedRide>[] {
    const ride = this.#ride;
    this.#beginMs += PAUSE_MS + this.#lengthMs + PAUSE_MS;
    this.#next = 0;
    this.#isUnderWay = false;
    this.#ride = undefined;
    this.#rides++;
    return ride ? [{ type: 'status', ride, status: 'COMPLETE' }] : [];
  }
}
