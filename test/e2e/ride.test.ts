// A rider's ride, from the first page to the driver's empty battery: a real node, a simulated fleet, a real browser.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Coordinates, decodePolyline, type Trip } from '@tripcast/protocol';
import type { Browser, Page } from 'playwright-core';
import { type Frame, framesOf, openBrowser, picture } from '../support/browser.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { SimulatorProcess } from '../support/simulator-process.ts';
import { operatorToken, riderToken } from '../support/tokens.ts';

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const METRES_PER_DEGREE = 111_195;
/** What a simulated car does at the most, m/s, and a frame's share of rounding. */
const FASTEST = 30;
const ON_THE_STREET_M = 20;
/** For what a busy machine does when it may, ms. */
const PATIENCE_MS = 60_000;

let node: GatewayProcess;
let fleet: SimulatorProcess;
let browser: Browser;

beforeAll(async () => {
  node = await GatewayProcess.start({ TRIPCAST_DEMO: '1', TRIPCAST_SITE_DIR: 'rider-web/site' });
  fleet = new SimulatorProcess(node.url, '--drivers', '8', '--seed', '3');
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await fleet?.kill();
  await node?.close();
});

async function openRide(page: Page): Promise<Trip> {
  await page.goto(node.url);
  await page.getByTestId('trip-link').first().waitFor({ timeout: PATIENCE_MS });
  const trips = await underWay();
  // The one that drives for the longest time to come.
  const left = ({ status, eta = 0 }: Trip) => (status.startsWith('ENROUTE') ? eta : 0);
  const moving = trips.reduce((most, trip) => (left(trip) > left(most) ? trip : most));
  await page.locator(`[data-testid=trip-link][href*="${moving.id}"]`).click();
  await page.getByTestId('car').waitFor({ timeout: PATIENCE_MS });
  return moving;
}

async function underWay(): Promise<Trip[]> {
  const answer = await fetch(`${node.url}/v1/trips`, {
    headers: { authorization: `Bearer ${operatorToken()}` },
  });
  return ((await answer.json()) as { trips: Trip[] }).trips;
}

test('a rider opens the list, follows a ride, and sees the car glide along its street', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  const { id } = await openRide(page);
  await picture(page, 'ride-desktop');

  expect(new URL(page.url()).pathname).toBe(`/trips/${id}`);
  expect(page.url()).not.toContain('eyJ'); // the token has left the address
  await page
    .getByTestId('truth')
    .filter({ hasText: /^Live$/ })
    .waitFor({ timeout: PATIENCE_MS });
  await expect(page.getByTestId('status').textContent()).resolves.not.toBe('');
  await page.getByText('© OpenStreetMap contributors').waitFor();

  // A car may wait at a light: watch until it has gone some way.
  const frames: Frame[] = [];
  do frames.push(...(await framesOf(page, 5_000)));
  while (wayOf(frames) < 40 && frames.at(-1)!.at - frames[0]!.at < 90_000);
  expect(wayOf(frames)).toBeGreaterThanOrEqual(40);

  const speeds = frames.slice(1).map((frame, index) => {
    const before = frames[index]!;
    // After a gap in what was heard of it, a car goes to where it is unseen: a machine that is busy makes such gaps.
    if (before.isFaded || frame.isFaded) return 0;
    return metresBetween(before, frame) / (Math.max(frame.at - before.at, 16) / 1000);
  });
  expect(Math.max(...speeds)).toBeLessThan(FASTEST);
  expect(frames.filter(({ isFaded }) => isFaded).length).toBeLessThan(frames.length / 4);

  const trip = (await underWay()).find((one) => one.id === id)!;
  const route = decodePolyline(trip.route!)!;
  const astray = frames.filter((frame) => metresToLine(frame, route) > ON_THE_STREET_M);
  expect(astray).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
});

test('[P9] on a phone: when the driver falls silent, the page says so and never goes on calling it live', async () => {
  const page = await browser.newPage(PHONE);
  await openRide(page);
  await picture(page, 'ride-phone');
  await fleet.kill();
  await page
    .getByTestId('truth')
    .filter({ hasText: /\d+ s old: (driver’s phone is offline|no news)/ })
    .waitFor({ timeout: PATIENCE_MS });
  await picture(page, 'ride-phone-offline');
  await page.close();
});

test('a link that is no longer good says what to do', async () => {
  const page = await browser.newPage(PHONE);
  await page.goto(
    `${node.url}/trips/no-such-trip#${riderToken('no-such-trip', { exp: Date.now() / 1000 - 60 })}`,
  );
  await page
    .getByText(/expired/i)
    .first()
    .waitFor({ timeout: PATIENCE_MS });
  await picture(page, 'expired-link');
  await page.close();
});

function metresBetween(a: Coordinates, b: Coordinates): number {
  const { x, y } = offset(a, b);
  return Math.hypot(x, y);
}

/** Metres east and north; good for a city. */
function offset(a: Coordinates, b: Coordinates): { x: number; y: number } {
  return {
    x: (b.longitude - a.longitude) * METRES_PER_DEGREE * Math.cos((a.latitude * Math.PI) / 180),
    y: (b.latitude - a.latitude) * METRES_PER_DEGREE,
  };
}

function wayOf(frames: readonly Frame[]): number {
  return frames.slice(1).reduce((sum, frame, index) => sum + metresBetween(frames[index]!, frame), 0);
}

function metresToLine(place: Coordinates, line: readonly Coordinates[]): number {
  return Math.min(
    ...line.slice(1).map((end, index) => {
      const a = offset(place, line[index]!);
      const b = offset(place, end);
      const dx = b.x - a.x;
      const dy = b.y - a.y;
      const along = Math.max(0, Math.min(1, -(a.x * dx + a.y * dy) / (dx * dx + dy * dy || 1)));
      return Math.hypot(a.x + along * dx, a.y + along * dy);
    }),
  );
}
