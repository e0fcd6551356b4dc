// The operator's page in a real browser: the fleet, one vehicle, a ride once more, and ten thousand cars over real sockets.
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Trip } from '@tripcast/protocol';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser, picture } from '../support/browser.ts';
import { FleetLoad } from '../support/fleet-load.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { restOk } from '../support/rest-client.ts';
import { Ride } from '../support/ride.ts';
import { operatorToken, token } from '../support/tokens.ts';
import { WireClient } from '../support/wire-client.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** So many cars: `FLEET_CARS` takes another number. */
const CARS = Number(process.env.FLEET_CARS ?? 10_000);
const SLOW_MS = 120_000;
/** So many frames are measured. */
const FRAMES = 100;
jest.setTimeout(2 * SLOW_MS);

let node: GatewayProcess;
let browser: Browser;
let context: BrowserContext;
const problems: string[] = [];
const open: WireClient[] = [];
let load: FleetLoad;

beforeAll(async () => {
  node = await GatewayProcess.start({ TRIPCAST_SITE_DIR: 'rider-web/site', TRIPCAST_DEMO: '1' });
  browser = await openBrowser();
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await node?.close();
});
beforeEach(() => {
  load = new FleetLoad();
});
afterEach(async () => {
  load.stop();
  for (const client of open.splice(0)) client.drop();
  await context?.close();
  expect(problems.splice(0)).toEqual([]);
});

async function openFleet(options: object = {}, bearer = operatorToken()): Promise<Page> {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(SLOW_MS / 2);
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') problems.push(line.text());
  });
  await page.goto(`${node.url}/fleet#${bearer}`);
  return page;
}

/** A ride under way, with fixes along a street. */
async function rideOnStreet(count = 30): Promise<{ ride: Ride; driver: WireClient }> {
  const ride = await Ride.start(node.url);
  await ride.change({ vehicle: { plate: 'SDA 4711', driverName: 'Ana' } });
  const driver = await WireClient.open(node.url + ride.drivePath(), ride.driverToken);
  open.push(driver);
  const now = Date.now();
  const fixes = Array.from({ length: count }, (_, index) => ({
    latitude: -34.9055 - index * 2e-5,
    longitude: -56.1913 + index * 8e-5,
    heading: 110,
    speed: 7.5,
    accuracy: 5,
    time: Math.max(ride.startedAt, now - count * 5) + index,
  }));
  driver.sendFixes(fixes);
  await driver.acknowledgedUpTo(fixes.at(-1)!.time);
  return { ride, driver };
}

/**
 * What the page's main thread works for each frame, in its own CPU time: whatever else the machine does at the time, and
 * how often it lets the page come to it, is not in it.
 */
async function costOfFrames(page: Page): Promise<{ cpuMsPerFrame: number; framesPerSecond: number }> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const workedMs = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1_000;
  };
  const before = await workedMs();
  const ms = await page.evaluate(async (frames) => {
    const began = performance.now();
    for (let frame = 0; frame < frames; frame++) await new Promise(requestAnimationFrame);
    return performance.now() - began;
  }, FRAMES);
  const cpuMs = (await workedMs()) - before;
  await devtools.detach();
  return { cpuMsPerFrame: cpuMs / FRAMES, framesPerSecond: (FRAMES * 1_000) / ms };
}

const online = (page: Page) => page.getByTestId('count-online').locator('dd');

test(
  'an operator sees a vehicle, finds it by its plate, replays its ride and cancels it',
  async () => {
    const { ride } = await rideOnStreet();
    const page = await openFleet();
    await page.getByRole('searchbox').fill('sda 47');
    await page.getByRole('button', { name: 'SDA 4711' }).click();
    await page.getByRole('heading', { name: 'SDA 4711' }).waitFor();
    await page.getByText('Ana').waitFor();
    await picture(page, 'fleet-vehicle');

    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByTestId('replayed-car').waitFor();
    await page.getByRole('slider').press('End');
    await page.getByText(/apart/).waitFor();
    await picture(page, 'fleet-replay');
    await page.getByRole('button', { name: 'Close the replay' }).click();

    await page.getByRole('button', { name: 'Cancel trip' }).click();
    await page.getByRole('button', { name: 'Really cancel?' }).click();
    await page.getByText(/^Free/).waitFor();
    const { trip } = await restOk<{ trip: Trip }>(node.url, `/v1/trips/${ride.id}`);
    expect(trip.status).toBe('CANCELED');
  },
  SLOW_MS,
);

test(
  'an operator makes a trip by two clicks on the map',
  async () => {
    const { ride } = await rideOnStreet();
    await ride.change({ status: 'CANCELED' });
    const page = await openFleet();
    await page.getByRole('searchbox').fill(ride.vehicleId);
    await page.getByRole('button', { name: ride.vehicleId }).first().click();
    await page.getByRole('button', { name: 'New trip' }).click();
    const map = page.getByRole('region', { name: 'Map of the fleet' });
    await map.click({ position: { x: 300, y: 300 } });
    await page.getByText('Click where the ride ends.').waitFor();
    await map.click({ position: { x: 420, y: 380 } });
    await page.getByRole('button', { name: 'Create trip' }).click();
    await page.getByRole('link', { name: 'Open the rider’s page' }).waitFor();
    await picture(page, 'fleet-new-trip');
    const { trips } = await restOk<{ trips: Trip[] }>(node.url, '/v1/trips?status=NEW');
    expect(trips.filter((trip) => trip.vehicleId === ride.vehicleId)).toHaveLength(1);
  },
  SLOW_MS,
);

test(
  'the page asks for a token, says why one is not taken, and keeps none',
  async () => {
    const page = await openFleet({}, '');
    await page.getByRole('heading', { name: 'The fleet' }).waitFor();
    await page.getByLabel('Operator’s token').fill(token({ role: 'rider', trip: 't' }));
    await page.getByRole('button', { name: 'Open the fleet' }).click();
    await page.getByText(/did not take the token/).waitFor();
    problems.splice(0); // the browser tells of each refusal by itself
    await page.getByLabel('Operator’s token').fill(operatorToken());
    await page.getByRole('button', { name: 'Open the fleet' }).click();
    await page.getByTestId('fleet-panel').waitFor();
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(kept).not.toMatch(/eyJ/);
    await page.reload();
    await page.getByRole('heading', { name: 'The fleet' }).waitFor();
  },
  SLOW_MS,
);

test(
  '[O1] [H5] when the token’s hour is over the page says so, keeps its map, and goes on with another token',
  async () => {
    const { ride } = await rideOnStreet();
    const nowS = Date.now() / 1000;
    const page = await openFleet({}, token({ role: 'operator', iat: nowS - 3_600 + 30, exp: nowS + 86_400 }));
    await page.getByText(/This token lives for another/).waitFor();
    await page.getByRole('searchbox').fill(ride.vehicleId);
    await page.getByRole('button', { name: ride.vehicleId }).first().click();
    await page.getByRole('heading', { name: 'SDA 4711' }).waitFor();

    const dialog = page.getByRole('dialog', { name: 'Another token' });
    await dialog.waitFor({ timeout: SLOW_MS });
    await page.getByText(/hour is over. The map shows the fleet as of/).waitFor();
    await picture(page, 'fleet-token-over');
    const stale = token({ role: 'operator', iat: nowS - 7_200, exp: nowS + 86_400 });
    await dialog.getByLabel('Operator’s token').fill(stale);
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.getByText(/did not take the token/).waitFor();
    problems.splice(0); // the browser tells of each refusal by itself

    await dialog.getByLabel('Operator’s token').fill(operatorToken());
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('To pickup').first().waitFor();
    await ride.change({ status: 'CANCELED' });
    await page.getByText(/^Free/).waitFor(); // it hears of the fleet again
  },
  SLOW_MS,
);

test(
  '[P9] without a network the page says so at once, and as of when the fleet is shown',
  async () => {
    await rideOnStreet();
    const page = await openFleet();
    await page.getByText('Live', { exact: true }).first().waitFor();
    await context.setOffline(true);
    await page.getByText('You’re offline', { exact: true }).waitFor();
    await page.getByText(/You’re offline. The map shows the fleet as of/).waitFor();
    await picture(page, 'fleet-offline');
    problems.splice(0); // the browser tells of each attempt by itself
    await context.setOffline(false);
    await page.getByText('Live', { exact: true }).first().waitFor({ timeout: SLOW_MS });
    await page.getByText(/The map shows the fleet as of/).waitFor({ state: 'detached' });
    problems.splice(0);
  },
  SLOW_MS,
);

test(
  'a ride that is over is found by its id, and replayed',
  async () => {
    const { ride } = await rideOnStreet();
    await ride.change({ status: 'CANCELED' });
    const page = await openFleet();
    await page.getByRole('searchbox').fill(ride.id);
    await page.getByRole('button', { name: 'Look for a trip that is over' }).click();
    await page.getByText('Canceled').first().waitFor();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByTestId('replayed-car').waitFor();
  },
  SLOW_MS,
);

test('on a phone, by night, in Spanish', async () => {
  await rideOnStreet();
  const page = await openFleet({ ...PHONE, colorScheme: 'dark', locale: 'es-UY' });
  await page.getByText('conectados').waitFor();
  await page.getByRole('tab', { name: /Nodos/ }).click();
  await page.getByTestId('nodes').getByText('conductores').first().waitFor();
  await picture(page, 'fleet-phone-dark');
});

test(`${CARS} cars over real sockets are counted and all drawn, at the cost of 30 frames a second or more`, async () => {
  await load.start(node.url, CARS);
  const page = await openFleet();
  const all = CARS.toLocaleString('en-GB');
  await online(page).filter({ hasText: all }).waitFor({ timeout: SLOW_MS });
  await page.waitForFunction(
    ([count]) => {
      const drawn = document.querySelector<HTMLElement>('[data-testid=fleet-canvas]')?.dataset.drawn;
      return Number(drawn) >= count!;
    },
    [CARS],
    { timeout: SLOW_MS },
  );
  const { cpuMsPerFrame, framesPerSecond } = await costOfFrames(page);
  await picture(page, 'fleet-many');
  process.stdout.write(
    `${CARS} cars drawn: ${cpuMsPerFrame.toFixed(1)} ms of CPU a frame, ${framesPerSecond.toFixed(1)} frames a second here\n`,
  );
  expect(cpuMsPerFrame).toBeLessThan(1_000 / 30);
});
