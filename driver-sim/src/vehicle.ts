// What a driver's phone is in: a simulated car, or a recorded drive.

import type { Fix } from '@tripcast/protocol';
import type { News } from './driver.ts';
import type { Pose } from './motion.ts';
import type { OrderedRide, PlannedRide, Ride } from './ride.ts';

export interface Happenings<R extends PlannedRide = Ride> {
  /** What the phone measured, oldest first. */
  fixes: Fix[];
  /** Where the car was at each of these times, which no phone knows; empty for a recorded drive. */
  truths: Pose[];
  news: News<R>[];
}

export interface Vehicle {
  /** The ride that it is on, from its assignment to its end. */
  readonly ride: PlannedRide | undefined;
  /** All its rides are over. */
  readonly isHome: boolean;
  /** All that happens up to `nowMs`, ms since the Unix epoch; never goes back. */
  advanceTo(nowMs: number): Happenings<PlannedRide>;
  /** The world stood still for so long, ms of the wall clock: a laptop slept. */
  pause(forMs: number): void;
  /** The ride with this number was called off. */
  abandonRide(number: number): void;
  /** These are the rides that operators want it to drive, oldest first, when it is free. A recorded drive takes none. */
  order(rides: readonly OrderedRide[]): void;
}
