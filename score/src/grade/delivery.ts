// What became of each fix: compares, after the run, what phones have, what is stored, and what followers were given.
// Pure.

import type { Trip } from '@tripcast/protocol';
import { isUnderWayAt } from '@tripcast/protocol';
import type { Tally } from './tally.ts';

/** What a driver's app knows. Times are those of the fixes, ms since the Unix epoch. */
export interface DrivenFixes {
  /** Given to the SDK. */
  produced: ReadonlySet<number>;
  acknowledged: ReadonlySet<number>;
  /** The server won't have them: one of the trip that is newer is stored. */
  outOfOrder: ReadonlySet<number>;
  /** Nor these, for another reason. */
  refused: ReadonlySet<number>;
}

/** What one follower was given of a trip, up to its end or that of the run. */
export interface FollowedFixes {
  /** In the order in which they came. */
  times: readonly number[];
  /** The version of the trip that it heard of last; below 0 when it heard of none. */
  tripVersion: number;
}

/** Counts one trip: what its driver's app has against what is stored. */
export function countStored(
  trip: Pick<Trip, 'startedAt' | 'endedAt'>,
  driven: DrivenFixes,
  stored: ReadonlySet<number>,
  tally: Tally,
): void {
  const ofTrip = (time: number): boolean => isUnderWayAt(trip, time);
  for (const time of driven.produced) {
    if (!ofTrip(time)) continue;
    tally.count('produced');
    if (driven.outOfOrder.has(time)) tally.count('outOfOrder');
    else if (driven.refused.has(time)) tally.count('refused');
    else if (!driven.acknowledged.has(time)) tally.count('notAcknowledged');
    else {
      tally.count('acknowledged');
      if (!stored.has(time)) tally.count('acknowledgedNotStored');
    }
  }
  tally.count('stored', stored.size);
}

/**
 * Counts one follower of it. A hole is a stored fix that it was not given although it was given later ones, or although
 * the trip still goes on; what was stored after the trip's end, when nobody follows any more, is `late`.
 */
export function countFollowed(
  trip: Pick<Trip, 'version' | 'endedAt'>,
  followed: FollowedFixes,
  stored: ReadonlySet<number>,
  tally: Tally,
): void {
  const given = new Set(followed.times);
  tally.count('duplicates', followed.times.length - given.size);
  const last = followed.times.at(-1) ?? Number.NEGATIVE_INFINITY;
  for (const time of stored) {
    tally.count('due');
    if (given.has(time)) tally.count('delivered');
    else if (time > last && trip.endedAt !== undefined) tally.count('late');
    else tally.count('holes');
  }
  tally.count('tripEvents');
  if (followed.tripVersion < trip.version) tally.count('tripEventsLost');
}
