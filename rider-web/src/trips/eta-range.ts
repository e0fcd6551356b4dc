// When the car will be there, as a range of whole minutes that a reader can trust: it counts down while the estimate
// stands, follows a new one a minute at a time, and is never negative. Pure: one step a look, time is an argument.

/** Whole minutes from now, 0 ≤ `low` ≤ `high`, `high` ≥ 1. */
export interface EtaRange {
  readonly low: number;
  readonly high: number;
}

export interface EtaEstimate {
  readonly shown: EtaRange;
  /** The time that was estimated is over, and the car is not there. */
  readonly isOverdue: boolean;
  /** When it was last looked at, and the ends of the range as times, ms since the Unix epoch. */
  readonly seenMs: number;
  readonly earliestMs: number;
  readonly latestMs: number;
}

const MINUTE_MS = 60_000;
/** An estimate is off by a share of what is left, within bounds. */
const MARGIN = { share: 0.15, leastMs: 30_000, mostMs: 5 * MINUTE_MS };
/** How fast an end of the range follows a new estimate, ms each ms. Below 40, so that it never skips a minute in a look. */
const CATCH_UP = 20;
/** A shown minute stays until the truth is this far from it, minutes: no flicker between two. */
const HOLD_MINUTES = 0.75;
const OVERDUE_MS = MINUTE_MS;

/**
 * The next look at an estimate.
 * @param before the last look; `undefined` for the first one to this stop
 * @param etaMs when the car is expected, by the same clock as `nowMs`
 */
export function lookAtEta(before: EtaEstimate | undefined, etaMs: number, nowMs: number): EtaEstimate {
  const leftMs = Math.max(0, etaMs - nowMs);
  const marginMs = Math.min(MARGIN.mostMs, Math.max(MARGIN.leastMs, leftMs * MARGIN.share));
  const mostMs = before ? Math.max(0, nowMs - before.seenMs) * CATCH_UP : Number.POSITIVE_INFINITY;
  const earliestMs = towards(before?.earliestMs, etaMs - marginMs, mostMs);
  const latestMs = towards(before?.latestMs, etaMs + marginMs, mostMs);
  const low = minutesTo(earliestMs - nowMs, before?.shown.low);
  const high = Math.max(1, low, minutesTo(latestMs - nowMs, before?.shown.high));
  return {
    shown: before?.shown.low === low && before.shown.high === high ? before.shown : { low, high },
    isOverdue: before?.isOverdue ? etaMs <= nowMs : etaMs < nowMs - OVERDUE_MS,
    seenMs: nowMs,
    earliestMs,
    latestMs,
  };
}

function towards(from: number | undefined, to: number, mostMs: number): number {
  return from === undefined ? to : from + Math.max(-mostMs, Math.min(mostMs, to - from));
}

function minutesTo(ms: number, before: number | undefined): number {
  const minutes = Math.max(0, ms) / MINUTE_MS;
  return before !== undefined && Math.abs(minutes - before) < HOLD_MINUTES ? before : Math.round(minutes);
}
