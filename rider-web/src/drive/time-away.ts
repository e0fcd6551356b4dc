/** From the last position before the page was left to its return, by this device's clock, ms. */
export interface TimeAway {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Less than this without a position is no time away, ms. */
const LEAST_MS = 15_000;

/**
 * Whether positions were missed while the page was not seen: a phone that is locked, or shows another app, measures
 * nothing for it.
 * @param hiddenMs when the page was hidden
 * @param lastMs when the newest position came; `undefined` when none had
 */
export function timeAway(hiddenMs: number, lastMs: number | undefined, nowMs: number): TimeAway | undefined {
  const fromMs = Math.max(lastMs ?? hiddenMs, 0);
  return nowMs - fromMs >= LEAST_MS ? { fromMs, toMs: nowMs } : undefined;
}
