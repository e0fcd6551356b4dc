// What became of each fix: compares, after the run, what phones have, what is stored, and what followers were given.
// Pure.

import type { Trip } from '@tripcast/protocol';
import { isUnderWayAt } from '@tripcast/protocol';
import type { Tally } from './tally.ts';

/** What a driver's app knows. Times are those of the fixes when they were measured, ms since the Unix epoch. */
export interface DrivenFixes {
  /** Given to the SDK. */
  produced: ReadonlySet<number>;
  acknowledged: ReadonlySet<number>;
  /** The server won't have them: one of the trip that is newer is stored. */
  outOfOrder: ReadonlySet<number>;
  /** Nor these, for another reason. */
  refused: ReadonlySet<number>;
  /** Not acknowledged, and gone with a phone that died. */
  lost: ReadonlySet<number>;
  /** The phone's clock was off: a fix is stored under a time that differs by up to this, ms. 0: under its own. */
  clockSlackMs: number;
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
  const { clockSlackMs: slackMs } = driven;
  const ofTrip = (time: number): boolean =>
    isUnderWayAt(trip, time - slackMs) && isUnderWayAt(trip, time + slackMs);
  const isStored = slackMs === 0 ? (time: number) => stored.has(time) : isNearOneOf(stored, slackMs);
  for (const time of driven.produced) {
    if (!ofTrip(time)) continue;
    tally.count('produced');
    if (driven.outOfOrder.has(time)) tally.count('outOfOrder');
    else if (driven.refused.has(time)) tally.count('refused');
    else if (driven.lost.has(time)) tally.count('lostWithPhone');
    else if (!driven.acknowledged.has(time)) tally.count('notAcknowledged');
    else {
      tally.count('acknowledged');
      if (!isStored(time)) tally.count('acknowledgedNotStored');
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

/** Whether a time is at most so far from one of `times`. */
function isNearOneOf(times: ReadonlySet<number>, slackMs: number): (time: number) => boolean {
  const cells = new Map<number, number[]>();
  const cellOf = (time: number): number => Math.floor(time / slackMs);
  for (const time of times) cells.set(cellOf(time), [...(cells.get(cellOf(time)) ?? []), time]);
  return (time) =>
    [-1, 0, 1].some((next) =>
      cells.get(cellOf(time) + next)?.some((other) => Math.abs(other - time) <= slackMs),
    );
}
