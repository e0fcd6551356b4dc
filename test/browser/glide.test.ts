// The glide as it is drawn: every frame measured on the screen, against a driver whose place is known at every moment.

import { expect, test } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { picture } from '../support/browser.ts';
import { type DrawnFrame, watchCar } from '../support/drawn-car.ts';
import { rideWorld } from '../support/page-world.ts';
import { DESK, PHONE, RiderPage } from '../support/rider-page.ts';
import { metresBetween } from '../support/street-drive.ts';

/** Along its street, from where it was at the moment that is shown, m. */
const OFF_LIMIT_M = 8;
/** Behind where the car is now: what the glide waits for its next fix, at 9 m/s, on a machine with much else to do. */
const BEHIND_LIMIT_M = 60;
const BACK_LIMIT_M = 0.5;
/** What a car that stands still, or is foreseen for a moment, moves at the most. */
const STILL_M = 30;
const FASTEST = 30;
/** What is driven in so much of a delay that a page may take the car for lost. */
const LOST_M = 18;

const world = rideWorld();

/** Opens the ride, and resolves when its car has driven some metres: the glide has settled. */
async function openMoving(options: BrowserContextOptions): Promise<RiderPage> {
  world.reader = await RiderPage.open(world.browser, world.node.url, world.drive.ride, options);
  await world.reader.page.getByTestId('car').waitFor();
  await untilDriven(world.reader, 25);
  return world.reader;
}

/** Resolves when the page has shown so many metres more of the world.drive. */
async function untilDriven({ page }: RiderPage, metres: number): Promise<void> {
  const shownMs = () => page.getByTestId('car').getAttribute('data-shown-time');
  const from = Number(await shownMs());
  await page.waitForFunction(
    (until) => Number(document.querySelector<HTMLElement>('[data-testid=car]')?.dataset.shownTime) >= until,
    from + (metres / world.drive.metresPerSecond) * 1_000,
    { timeout: 90_000 },
  );
}

const watch = ({ page }: RiderPage) => watchCar(page, world.drive.ride.trip);

/** What this machine itself was late: with a fix, or with a frame in which to draw it, m. */
function lateMetres(frames: readonly DrawnFrame[]): number {
  const betweenFrames = frames.slice(1).map(({ atMs }, index) => atMs - frames[index]!.atMs);
  return ((world.drive.lateMs + Math.max(0, ...betweenFrames)) / 1_000) * world.drive.metresPerSecond;
}

function expectTrue(frames: readonly DrawnFrame[]): void {
  expect(frames.length).toBeGreaterThan(20);
  const off = frames.map((frame) => metresBetween(frame.place, world.drive.truthAt(frame.shownTime)));
  const behind = frames.map((frame) => metresBetween(frame.place, world.drive.truthAt(frame.atMs)));
  expect(Math.max(...off)).toBeLessThan(OFF_LIMIT_M);
  expect(Math.max(...behind)).toBeLessThan(BEHIND_LIMIT_M + lateMetres(frames));
}

function expectSmooth(frames: readonly DrawnFrame[]): void {
  const along = frames.map(({ place }) => world.drive.metresTo(place));
  const steps = along.slice(1).map((metres, index) => metres - along[index]!);
  expect(Math.min(...steps)).toBeGreaterThan(-BACK_LIMIT_M);
  // A fade is for a car that was lost from sight: on the way from here, that a machine was late is the only reason.
  if (lateMetres(frames) < LOST_M) expect(frames.filter(({ isFaded }) => isFaded)).toEqual([]);
  const jumps = frames.slice(1).filter((frame, index) => {
    const before = frames[index]!;
    if (before.isFaded || frame.isFaded) return false;
    const seconds = Math.max(frame.atMs - before.atMs, 16) / 1_000;
    return metresBetween(before.place, frame.place) > FASTEST * seconds + BACK_LIMIT_M;
  });
  expect(jumps).toEqual([]);
}

test.each<[string, BrowserContextOptions]>([
  ['a desk', DESK],
  ['a phone', PHONE],
])('on %s the car is drawn where it was, evenly, and never goes back', async (_where, options) => {
  const rider = await openMoving(options);
  const watched = await watch(rider);
  await untilDriven(rider, 80);
  const frames = await watched.stop();
  expectTrue(frames);
  expectSmooth(frames);
  expect(frames.every(({ isInView }) => isInView)).toBe(true);
});

test('through zooms the car stays on its street, in the frames of the zoom too', async () => {
  const rider = await openMoving(DESK);
  const { page } = rider;
  const watched = await watch(rider);
  for (const name of ['Zoom in', 'Zoom out', 'Zoom out', 'Zoom in']) {
    await page.getByRole('button', { name, exact: true }).click();
    await untilDriven(rider, 12);
  }
  const frames = await watched.stop();
  const inPixels = frames.map(
    (frame) => metresBetween(frame.place, world.drive.truthAt(frame.shownTime)) / frame.metresPerPixel,
  );
  expect(new Set(frames.map(({ metresPerPixel }) => metresPerPixel.toFixed(3))).size).toBeGreaterThanOrEqual(
    3,
  );
  expect(Math.max(...inPixels)).toBeLessThan(12); // the car itself is 46 long
  expect(await watched.writesInZooms()).toBe(0);
});

test('a phone that is turned, and turned back, shows the car in its place', async () => {
  const rider = await openMoving(PHONE);
  const { page } = rider;
  const watched = await watch(rider);
  await page.setViewportSize({ width: 844, height: 390 });
  await untilDriven(rider, 30);
  await picture(page, 'phone-turned');
  await page.setViewportSize({ width: 390, height: 844 });
  await untilDriven(rider, 30);
  const frames = await watched.stop();
  expectTrue(frames);
  expect(frames.at(-1)!.isInView).toBe(true);
});

test('a tab that comes back from the background shows where the car is now, and plays nothing back', async () => {
  const rider = await openMoving(DESK);
  const devtools = await rider.context.newCDPSession(rider.page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await world.drive.hasDriven(3 * BEHIND_LIMIT_M);
  const watching = watch(rider);
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  const watched = await watching;
  await untilDriven(rider, 20);
  const frames = await watched.stop();
  const isBehind = (frame: DrawnFrame) =>
    metresBetween(frame.place, world.drive.truthAt(frame.atMs)) > BEHIND_LIMIT_M + lateMetres(frames);
  const caughtUp = frames.findIndex((frame) => !isBehind(frame));
  expect(caughtUp).not.toBe(-1);
  // Until it has read what it missed, the car stands where it was; then it is here, and was nowhere between.
  const between = frames.slice(0, caughtUp).map(({ place }) => metresBetween(place, frames[0]!.place));
  expect(Math.max(0, ...between)).toBeLessThan(STILL_M);
  expect(frames.slice(caughtUp).filter(isBehind)).toEqual([]);
  expectSmooth(frames.slice(caughtUp + 1));
});

test('who prefers less motion sees it step once a second, and the map zoom at once', async () => {
  const rider = await openMoving({ ...DESK, reducedMotion: 'reduce' });
  const watched = await watch(rider);
  await untilDriven(rider, 54);
  const frames = await watched.stop();
  const places = new Set(
    frames.map(({ place }) => `${place.latitude.toFixed(6)} ${place.longitude.toFixed(6)}`),
  );
  const seconds = (frames.at(-1)!.atMs - frames[0]!.atMs) / 1_000;
  expect(places.size).toBeGreaterThanOrEqual(3); // a busy machine may miss some
  expect(places.size).toBeLessThanOrEqual(seconds + 2);

  const zoomed = await watch(rider);
  await rider.page.getByRole('button', { name: 'Zoom in' }).click();
  await untilDriven(rider, 9);
  const scales = (await zoomed.stop()).map(({ metresPerPixel }) => metresPerPixel.toFixed(2));
  expect(new Set(scales).size).toBeLessThanOrEqual(2);
});

test('the map follows until a finger moves it, and again when it is told to', async () => {
  const rider = await openMoving(PHONE);
  const { page } = rider;
  const recentre = page.getByRole('button', { name: 'Re-centre' });
  await expect(recentre.count()).resolves.toBe(0);
  const devtools = await rider.context.newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    devtools.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: y === undefined ? [] : [{ x: 180, y }],
    });
  await touch('touchStart', 100);
  for (let y = 110; y <= 330; y += 20) await touch('touchMove', y);
  await touch('touchEnd');
  await recentre.waitFor();
  await picture(page, 'phone-moved-map');
  expect(await rider.barriers()).toEqual([]);
  await recentre.click();
  await recentre.waitFor({ state: 'detached' });
  await untilDriven(rider, 18);
  const watched = await watch(rider);
  await untilDriven(rider, 9);
  expect((await watched.stop()).every(({ isInView }) => isInView)).toBe(true);
});
