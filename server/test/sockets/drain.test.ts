import { beforeEach, expect, jest, test } from '@jest/globals';
import { CLOSE, type Close } from '@tripcast/protocol';
import { drain } from '../../src/sockets/drain.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

/** Sockets that note when they are closed, ms after now. */
function sockets(count: number, closeTakesMs = 0) {
  const beganAt = performance.now();
  const closes: { at: number; why: Close }[] = [];
  let left = count;
  return {
    closes,
    size: () => left,
    async closeOne(why: Close): Promise<void> {
      if (closeTakesMs > 0) await new Promise((resolve) => setTimeout(resolve, closeTakesMs));
      left--;
      closes.push({ at: performance.now() - beganAt, why });
    },
  };
}

/** Runs a drain on faked time. Resolves to how long it took, ms. */
async function timeOf(draining: Promise<void>): Promise<number> {
  const beganAt = performance.now();
  let endedAt: number | undefined;
  void draining.then(() => {
    endedAt = performance.now();
  });
  while (endedAt === undefined) await jest.advanceTimersByTimeAsync(1);
  return endedAt - beganAt;
}

test('[C4] many sockets are spread evenly over the window, followers and drivers', async () => {
  const [followers, drivers] = [sockets(900), sockets(100)];
  const took = await timeOf(drain([followers, drivers], CLOSE.restarting, 10_000));
  expect(took).toBeGreaterThan(9_900);
  expect(took).toBeLessThan(10_100);
  const all = [...followers.closes, ...drivers.closes];
  expect(all.map(({ why }) => why)).toEqual(all.map(() => CLOSE.restarting));
  expect(all).toHaveLength(1_000);
  const inSecond = (second: number) => all.filter(({ at }) => Math.floor(at / 1_000) === second).length;
  for (let second = 0; second < 10; second++)
    expect(Math.abs(inSecond(second) - 100)).toBeLessThanOrEqual(10);
});

test('[C4] a few sockets do not take the whole window', async () => {
  const followers = sockets(4);
  await timeOf(drain([followers], CLOSE.restarting, 10_000));
  expect(followers.closes.at(-1)!.at).toBeLessThan(1_100);
});

test('[P6] without sockets it is over once balancers have had the time to notice', async () => {
  expect(await timeOf(drain([sockets(0), sockets(0)], CLOSE.restarting, 10_000))).toBeLessThan(3_100);
  expect(await timeOf(drain([sockets(0)], CLOSE.restarting, 0))).toBeLessThan(10);
});

test('[P6] sockets that take long to settle are waited for, one after the other', async () => {
  const drivers = sockets(3, 2_000);
  await timeOf(drain([drivers], CLOSE.restarting, 1_000));
  expect(drivers.size()).toBe(0);
});
