// How far behind its fixes the car is shown. To glide from one fix to the next, the next one must have come: that
// takes the interval between fixes plus the time that they travel. Both are measured, so a good network at 1 Hz is
// shown about one second behind, and a bad one as far behind as it needs.

/** What is known of a stream of fixes. Newest last. */
export interface Rhythm {
  /** Between consecutive fixes, by their own times, ms. */
  readonly intervalsMs: readonly number[];
  /** From a fix's time to its receipt, by the server's clock, ms. A vehicle's skewed clock is in it, and so cancels out. */
  readonly transitsMs: readonly number[];
}

export const UNKNOWN_RHYTHM: Rhythm = { intervalsMs: [], transitsMs: [] };

const INTERVALS_KEPT = 5; // a new pace is half believed after three fixes
const TRANSITS_KEPT = 12;
/** Of the transits, this share is waited for; the rest is bridged by a moment's extrapolation. */
const TRANSIT_SHARE = 0.8;
/** Waiting for the whole interval would be safe; its last tenth is cheaper to extrapolate than to wait for. */
const INTERVAL_SHARE = 0.9;
const DEFAULT_INTERVAL_MS = 1_000;
const DEFAULT_TRANSIT_MS = 100;
const TRANSIT_LIMIT_MS = 5_000; // more is a backlog, which says nothing about the network
const DELAY_LIMIT_MS = 8_000;

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
  const intervalMs = quantile(rhythm.intervalsMs, 0.5) ?? DEFAULT_INTERVAL_MS;
  const transitMs = quantile(rhythm.transitsMs, TRANSIT_SHARE) ?? DEFAULT_TRANSIT_MS;
  return Math.min(DELAY_LIMIT_MS, transitMs + intervalMs * INTERVAL_SHARE);
}

/** The smallest sample that at least `share` of the samples do not exceed. */
function quantile(samples: readonly number[], share: number): number | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
