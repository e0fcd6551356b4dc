// The clock of a phone that is set wrong, for all that runs on that phone.

import type { Clock } from '@tripcast/client';

/**
 * A clock that is off.
 * @param skewMs how far it is ahead at a time (ms since the Unix epoch) of the right one
 */
export function skewedClock(right: Clock, skewMs: (rightNowMs: number) => number): Clock {
  return {
    now() {
      const nowMs = right.now();
      return nowMs + skewMs(nowMs);
    },
    // What nobody can set runs on as it did: so the SDK notices that `now` was set.
    monotonicNow: () => right.monotonicNow?.() ?? right.now(),
    setTimeout: (callback, ms) => right.setTimeout(callback, ms),
    clearTimeout: (timer) => right.clearTimeout(timer),
  };
}
