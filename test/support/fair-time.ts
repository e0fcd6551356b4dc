// Promises in seconds, measured on a machine that may have no time for whoever measures: what a test sees late because it
// was not given its turn is no lateness of what it looks at.
import { afterAll } from '@jest/globals';

/** What a measured time may be longer than what is promised: nodes and Redis have to wait for their turn, too, which nobody sees, ms. */
export const OTHERS_WAIT_MS = 750;

/** How often this process looks whether it is given its turn, ms. */
const LOOK_EVERY_MS = 20;
/** A timer is never quite in time. */
const WORTH_NOTING_MS = 5;

/** A time in which this process should have had its turn and had not, `performance.now()`. */
interface Stall {
  readonly from: number;
  readonly to: number;
}

const stalls: Stall[] = [];
let dueAt = performance.now() + LOOK_EVERY_MS;
const looking = setInterval(() => {
  const now = performance.now();
  if (now > dueAt + WORTH_NOTING_MS) stalls.push({ from: dueAt, to: now });
  dueAt = now + LOOK_EVERY_MS;
}, LOOK_EVERY_MS).unref();
afterAll(() => {
  clearInterval(looking);
  dueAt = Number.POSITIVE_INFINITY; // from here on nothing is known of stalls
});

/** The time from one moment to another less what this process was kept from running of it, ms. Both `performance.now()`. */
export function fairMs(from: number, to = performance.now()): number {
  const missed = (stall: Stall) => Math.max(0, Math.min(to, stall.to) - Math.max(from, stall.from));
  let fair = to - from - missed({ from: dueAt, to: performance.now() });
  for (let nth = stalls.length - 1; nth >= 0 && stalls[nth]!.to > from; nth--) fair -= missed(stalls[nth]!);
  return fair;
}

/** The longest fair time between two moments that follow on each other, ms. */
export function longestFairGapMs(moments: readonly number[]): number {
  return Math.max(0, ...moments.slice(1).map((moment, index) => fairMs(moments[index]!, moment)));
}
