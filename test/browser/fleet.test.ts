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

test('on a phone, by night, in Spanish', async () => {
  await rideOnStreet();
  const page = await openFleet({ ...PHONE, colorScheme: 'dark', locale: 'es-UY' });
  await page.getByText('conectados').waitFor();
  await page.getByRole('tab', { name: /Nodos/ }).click();
  await page.getByTestId('nodes').getByText('conductores').first().waitFor();
  await picture(page, 'fleet-phone-dark');
});

test(`${CARS} cars over real sockets are all drawn, and counted`, async () => {
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
  const framesPerSecond = await page.evaluate(async (ms) => {
    let count = 0;
    const began = performance.now();
    while (performance.now() - began < ms) {
      await new Promise(requestAnimationFrame);
      count++;
    }
    return (count * 1000) / (performance.now() - began);
  }, 5_000);
  await picture(page, 'fleet-many');
  process.stdout.write(`${CARS} cars drawn: ${framesPerSecond.toFixed(1)} frames a second\n`);
});
