// 60 frames a second on a mid-range phone: what a frame costs, by the main thread's own clock, so that a machine with
// much else to do measures the page and not itself.

import { expect, test } from '@jest/globals';
import { mainThreadDuring, yardstickMs } from '../support/main-thread.ts';
import { rideWorld } from '../support/page-world.ts';
import { PHONE, RiderPage } from '../support/rider-page.ts';

/** How much slower such a phone is than the machine that the yardstick was measured on. */
const PHONE_IS_SLOWER = 4;
/** What that machine takes for it, ms; another one is given more in proportion. */
const YARDSTICK_MS = 40;
const LONG_TASK_MS = 50;
const FRAME_MS = 17;

const world = rideWorld();

test('while the car glides, no task of a phone is long and 95 of 100 frames come in time', async () => {
  world.reader = await RiderPage.open(world.browser, world.node.url, world.drive.ride, PHONE);
  const { page } = world.reader;
  await page.getByTestId('car').waitFor();
  await page.locator('.trip-map canvas').first().waitFor({ state: 'attached' });
  await untilStreetsAreDrawn();
  const { tasks, framesMs } = await mainThreadDuring(world.browser, page, () => world.drive.hasDriven(72));
  const slower = Math.max(1, (await yardstickMs(world.browser, page)) / YARDSTICK_MS);
  const onPhone = (ms: number) => (ms * PHONE_IS_SLOWER) / slower;

  expect(framesMs.length).toBeGreaterThan(60); // a busy machine draws fewer
  expect({ slower, long: tasks.filter(({ ms }) => onPhone(ms) >= LONG_TASK_MS) }).toEqual({
    slower,
    long: [],
  });
  expect(onPhone(framesMs[Math.floor(framesMs.length * 0.05)]!)).toBeLessThanOrEqual(FRAME_MS);

  /** Nothing was drawn on any of them for a second. */
  async function untilStreetsAreDrawn(): Promise<void> {
    await page.evaluate(async () => {
      const { prototype } = CanvasRenderingContext2D;
      let drawnMs = performance.now();
      for (const name of ['fill', 'stroke', 'fillText'] as const) {
        const draw = prototype[name] as (...how: unknown[]) => void;
        Object.assign(prototype, {
          [name](this: CanvasRenderingContext2D, ...how: unknown[]) {
            drawnMs = performance.now();
            draw.apply(this, how);
          },
        });
      }
      while (performance.now() - drawnMs < 1_000) await new Promise(requestAnimationFrame);
    });
  }
});
