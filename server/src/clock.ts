/** What time it is: ms since the Unix epoch. Injected, so that tests step it. */
export interface Clock {
  now(): number;
}

/** One that tells as well how long something takes, whatever time it is set to meanwhile. */
export interface SteadyClock extends Clock {
  /** ms since some moment; never goes back, never jumps. */
  monotonic(): number;
}

export const systemClock: SteadyClock = { now: () => Date.now(), monotonic: () => performance.now() };

/** A clock that was set by more than this was wrong, before or after, ms. */
const STEP_MS = 2_000;

/** When the clock was set, in its own terms: comparing two of these tells whether it was set in between. */
export function settingOf(clock: SteadyClock): number {
  return clock.now() - clock.monotonic();
}

/** By how much the clock was set since it had this setting, ms; 0 for the small corrections that every clock gets. */
export function stepSince(setting: number, clock: SteadyClock): number {
  const stepMs = settingOf(clock) - setting;
  return Math.abs(stepMs) > STEP_MS ? Math.round(stepMs) : 0;
}
