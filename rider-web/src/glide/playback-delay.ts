// How far behind now the car is shown. What comes in time is shown as it was measured; a moment that has no fix yet is
// foreseen, and half a second of that is as good as a measurement. So the delay is the fixes' time on their way plus
// what is left of their interval, and on a good network at 1 Hz that is half a second.

/** What is known of a stream of fixes. Newest last. */
export interface Rhythm {
  /** Between consecutive fixes, by their own times, ms. */
  readonly intervalsMs: readonly number[];
  /** From a fix's time to its receipt, by the server's clock, ms. A vehicle's skewed clock is in it, and so cancels out. */
  readonly transitsMs: readonly number[];
}

export const UNKNOWN_RHYTHM: Rhythm = { intervalsMs: [], transitsMs: [] };

const INTERVALS_KEPT = 5; // a new pace is half believed after three fixes
const TRANSITS_KEPT = 30;
/** Of the transits, this share is waited for; for the rest the car is foreseen. */
const TRANSIT_SHARE = 0.5;
/** The rest of them is late. */
const LATE_SHARE = 0.9;
/** So much is foreseen rather than waited for, ms. */
const FORESEEN_MS = 750;
/** At 1 Hz nobody waits longer than this, beside the quickest transit: late fixes are foreseen instead. */
const WAIT_LIMIT_SHARE = 0.62;
const DEFAULT_INTERVAL_MS = 1_000;
const DEFAULT_TRANSIT_MS = 100;
const TRANSIT_LIMIT_MS = 5_000; // more is a backlog, which says nothing about the network
const DELAY_LIMIT_MS = 8_000;
/** A delay changes by at most this a fix: time runs a little slower or faster, which nobody sees. */
const STEP_MS = 50;
/** Unless it is wrong by more than this: the pace has changed. */
const STEP_LIMIT_MS = 1_500;

/** The rhythm after a pace was announced: what was measured before it is void. */
export function withPace(rhythm: Rhythm, paceMs: number): Rhythm {
  return paceMs > 0 ? { ...rhythm, intervalsMs: [paceMs] } : rhythm;
}

export function withInterval(rhythm: Rhythm, intervalMs: number): Rhythm {
  return { ...rhythm, intervalsMs: [...rhythm.intervalsMs, intervalMs].slice(-INTERVALS_KEPT) };
}

export function withTransit(rhythm: Rhythm, transitMs: number): Rhythm {
  if (transitMs > TRANSIT_LIMIT_MS) return rhythm;
  return { ...rhythm, transitsMs: [...rhythm.transitsMs, transitMs].slice(-TRANSITS_KEPT) };
}

/** How long after a fix's time the car is shown there, ms. Below zero only for a vehicle whose clock is ahead. */
export function playbackDelayMs(rhythm: Rhythm): number {
  const usualMs = quantile(rhythm.transitsMs, TRANSIT_SHARE) ?? DEFAULT_TRANSIT_MS;
  const quickestMs = quantile(rhythm.transitsMs, 0) ?? DEFAULT_TRANSIT_MS;
  const intervalMs = intervalOf(rhythm);
  const waitMs = usualMs - quickestMs + Math.max(0, intervalMs - FORESEEN_MS);
  return Math.min(
    DELAY_LIMIT_MS,
    quickestMs + Math.min(waitMs, WAIT_LIMIT_SHARE * Math.max(intervalMs, 1_000)),
  );
}

/** The usual time between two fixes, ms. */
export function intervalOf(rhythm: Rhythm): number {
  return quantile(rhythm.intervalsMs, 0.5) ?? DEFAULT_INTERVAL_MS;
}

/** How much later than the quickest a fix may come without being missed, ms. */
export function latenessMs({ transitsMs }: Rhythm): number {
  return (quantile(transitsMs, LATE_SHARE) ?? 0) - (quantile(transitsMs, 0) ?? 0);
}

/** The delay after one more fix, on its way from what it is to what it should be. */
export function steppedDelayMs(delayMs: number | undefined, wantedMs: number): number {
  if (delayMs === undefined || Math.abs(wantedMs - delayMs) > STEP_LIMIT_MS) return wantedMs;
  return delayMs + Math.max(-STEP_MS, Math.min(STEP_MS, wantedMs - delayMs));
}

/** The smallest sample that at least `share` of the samples do not exceed. */
function quantile(samples: readonly number[], share: number): number | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
