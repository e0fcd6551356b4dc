// A ride that is over, or still on, once more: what was measured, and what a rider was shown then.

import type { Fix, Trip } from '@tripcast/client';
import { decodePolyline } from '@tripcast/protocol';
import {
  EMPTY_BUFFER,
  type GlideBuffer,
  type Pose,
  poseAt,
  receiveFixes,
  routeArc,
  withRoute,
} from '../glide/index.ts';

/** The glide is fed from so long before what is looked at: it forgets what is older, ms. */
const LEAD_MS = 120_000;
/** How long a fix is taken to have been on its way to the rider: when it really came nobody has kept, ms. */
const UNDER_WAY_MS = 300;
/** So long after the last fix the car has come to where it was, ms. */
const ARRIVING_MS = 3_000;
/** In the line of what was displayed. */
const MOST_PLACES = 1_500;

/** Asked for any moment of the ride; asked for the next one it goes on from the last. */
export class Replay {
  readonly fixes: readonly Fix[];
  readonly #trip: Pick<Trip, 'route'>;
  readonly #start: GlideBuffer;
  #buffer: GlideBuffer;
  /** Fixes before this one are in the buffer. */
  #next = 0;
  #atMs = Number.NEGATIVE_INFINITY;

  /** @param fixes of the trip, oldest first, at least one */
  constructor(trip: Pick<Trip, 'route'>, fixes: readonly Fix[]) {
    this.fixes = fixes;
    this.#trip = trip;
    this.#start = withRoute(EMPTY_BUFFER, routeArc((trip.route && decodePolyline(trip.route)) || []));
    this.#buffer = this.#start;
  }

  /** ms since the Unix epoch. */
  get startMs(): number {
    return this.fixes[0]!.time;
  }

  get endMs(): number {
    return this.fixes.at(-1)!.time + ARRIVING_MS;
  }

  /** The newest fix that was measured by then. */
  measuredAt(ms: number): Fix | undefined {
    return this.fixes[this.#firstAfter(ms) - 1];
  }

  /** Where the rider's page has shown the car then. */
  displayedAt(ms: number): Pose | undefined {
    if (ms < this.#atMs || ms - this.#atMs > LEAD_MS) {
      this.#buffer = this.#start;
      this.#next = this.#firstAfter(ms - LEAD_MS);
    }
    this.#atMs = ms;
    for (; this.#next < this.fixes.length; this.#next++) {
      const fix = this.fixes[this.#next]!;
      if (fix.time + UNDER_WAY_MS > ms) break;
      this.#buffer = receiveFixes(this.#buffer, [fix], fix.time + UNDER_WAY_MS);
    }
    return poseAt(this.#buffer, ms);
  }

  /** The whole way that the rider's page has shown, oldest first: a place for each second, fewer on a long ride. */
  displayedLine(): Pose[] {
    const stepMs = Math.max(1_000, (this.endMs - this.startMs) / MOST_PLACES);
    const another = new Replay(this.#trip, this.fixes); // this one stays where it is
    const line: Pose[] = [];
    for (let ms = this.startMs; ms <= this.endMs; ms += stepMs) {
      const pose = another.displayedAt(ms);
      if (pose) line.push(pose);
    }
    return line;
  }

  /** The index of the first fix later than that: binary search. */
  #firstAfter(ms: number): number {
    let low = 0;
    let high = this.fixes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.fixes[middle]!.time <= ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
