// Which fixes are believed. A place that no car can have come to is a jump of the receiver, until it stays there.

import type { Fix } from '@tripcast/protocol';
import { type Estimate, firstEstimate, nextEstimate } from './estimate.ts';
import { metresBetween } from './geodesy.ts';
import { NO_WAYS, type Ways } from './known-lines.ts';
import { accuracyOf, SPEED_LIMIT } from './measured-motion.ts';

/** What is believed, and what is not yet. Oldest first. */
export interface Belief {
  readonly estimates: readonly Estimate[];
  /** Fixes that lie where the car can't be, but near each other. */
  readonly suspects: readonly Fix[];
  /** How often belief began anew. */
  readonly beginnings: number;
}

export const NO_BELIEF: Belief = { estimates: [], suspects: [], beginnings: 0 };

const ESTIMATES_KEPT = 6;
/** So many fixes in a row must agree that the car is where it can't be. */
const CONFIRMED_BY = 3;
/** A car may be off its expected place by this much, and what it can do: m, m/s² . */
const TOLERANCE = { metres: 25, accuracies: 3, acceleration: 3 };
/** After this long nothing was expected. */
const FORGOTTEN_MS = 10_000;

/** The belief after the next fix. */
export function withFix(belief: Belief, fix: Fix, ways: Ways): Belief {
  const { estimates, suspects, beginnings } = belief;
  const newest = estimates.at(-1);
  if (!newest) return { estimates: [firstEstimate(fix, ways)], suspects: [], beginnings: beginnings + 1 };
  if (isFrozen(newest.fix, fix)) return belief;
  if (isPlausible(newest, fix)) {
    const kept = [...estimates, nextEstimate(newest, fix, ways)].slice(-ESTIMATES_KEPT);
    return { estimates: kept, suspects: [], beginnings };
  }
  const last = suspects.at(-1);
  const agree = last && isPlausible(firstEstimate(last, NO_WAYS), fix) ? [...suspects, fix] : [fix];
  if (agree.length < CONFIRMED_BY) return { estimates, suspects: agree, beginnings };
  let anew = [firstEstimate(agree[0]!, ways)];
  for (const suspect of agree.slice(1)) anew = [...anew, nextEstimate(anew.at(-1)!, suspect, ways)];
  return { estimates: anew, suspects: [], beginnings: beginnings + 1 };
}

/** A receiver that repeats itself to the last digit while it says that it drives has no news. */
function isFrozen(before: Fix, fix: Fix): boolean {
  return (fix.speed ?? 0) > 1 && before.latitude === fix.latitude && before.longitude === fix.longitude;
}

function isPlausible(estimate: Estimate, fix: Fix): boolean {
  const seconds = (fix.time - estimate.time) / 1000;
  const metres = metresBetween(estimate, fix);
  if (fix.time - estimate.time > FORGOTTEN_MS) return metres < SPEED_LIMIT * seconds;
  const speed = fix.speed === undefined ? Math.max(estimate.speed, 8) : Math.max(estimate.speed, fix.speed);
  const driven = Math.min(SPEED_LIMIT, speed * 1.2 + TOLERANCE.acceleration * seconds) * seconds;
  return metres < TOLERANCE.metres + TOLERANCE.accuracies * accuracyOf(fix) + driven;
}
