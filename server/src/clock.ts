/** What time it is: ms since the Unix epoch. Injected, so that tests step it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
