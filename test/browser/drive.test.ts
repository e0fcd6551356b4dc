// A phone as the driver, in a real browser: its positions along a street are the ride's track, whatever happens to its
// network and its page; and what keeps it from measuring is said, with what to do.

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Trip } from '@tripcast/protocol';
import type { BrowserContextOptions, Page, Route } from 'playwright-core';
import { picture } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { HalfOpenProxy } from '../support/half-open-proxy.ts';
import { pageWorld } from '../support/page-world.ts';
import { restOk } from '../support/rest-client.ts';
import { DESK, PHONE, RiderPage } from '../support/rider-page.ts';
import { metresBetween, StreetDrive } from '../support/street-drive.ts';
import { driverToken } from '../support/tokens.ts';
import type { WireClient } from '../support/wire-client.ts';

const STEP_MS = 500;
const PATIENCE_MS = 60_000;
/** A position is where the phone was when it was last moved, which the browser is told a moment later, ms. */
const OLD_MS = 3_500;

const world = pageWorld();
let drive: StreetDrive;
let phone: RiderPage;
let moving: NodeJS.Timeout | undefined;
let rider: WireClient | undefined;
/** The longest that the phone stood still because this machine was busy, ms. */
let stoodStillMs = 0;

beforeEach(async () => {
  drive = await StreetDrive.start(world.node.url, 'NEW');
});

afterEach(async () => {
  clearInterval(moving);
  rider?.drop();
  await phone?.close();
});

/** The driver opens the page with the token in its link; the phone drives along the street. */
async function open(options: BrowserContextOptions = {}, url = world.node.url): Promise<Page> {
  phone = await RiderPage.blank(world.browser, {
    ...PHONE,
    permissions: ['geolocation', 'screen-wake-lock'],
    geolocation: here(),
    ...options,
  });
  let movedMs = Date.now();
  stoodStillMs = 0;
  moving = setInterval(() => {
    const startedMs = Date.now();
    void phone.context.setGeolocation(here()).then(
      () => {
        stoodStillMs = Math.max(stoodStillMs, Date.now() - movedMs);
        movedMs = startedMs;
      },
      () => {}, // the page is closed
    );
  }, STEP_MS);
  await phone.page.goto(`${url}/drive#${drive.ride.driverToken}`);
  return phone.page;
}

const here = () => ({ ...drive.truthAt(Date.now()), accuracy: 6 });

async function setOff(url?: string): Promise<Page> {
  const page = await open({}, url);
  await page.getByRole('button', { name: 'Start driving' }).click();
  await page.getByRole('button', { name: 'Set off' }).click();
  await page.getByRole('button', { name: 'I have arrived' }).waitFor();
  rider = await drive.ride.follow(); // who is watched measures every second
  return page;
}

interface Stored {
  geometry: { coordinates: [number, number] };
  properties: { time: number; accuracy?: number };
}

async function track(): Promise<Stored[]> {
  const path = `/v1/trips/${drive.ride.id}/track`;
  return (await restOk<{ features: Stored[] }>(world.node.url, path)).features;
}

const trackLongerThan = (count: number) =>
  eventually(`more than ${count} stored fixes`, async () => (await track()).length > count, PATIENCE_MS);

/** Where it was stored to be is where the phone was at that time. */
function expectTrue(features: readonly Stored[]): void {
  const off = features.map(({ geometry: { coordinates }, properties: { time } }) =>
    metresBetween({ longitude: coordinates[0], latitude: coordinates[1] }, drive.truthAt(time)),
  );
  expect(Math.max(...off)).toBeLessThan((drive.metresPerSecond * (OLD_MS + stoodStillMs)) / 1_000);
}

const figure = async (name: string) => Number((await phone.text(name)).replace(/\D/g, ''));

const keptMoreThan = (count: number) =>
  eventually(
    `more than ${count} positions kept`,
    async () => (await phone.page.getByTestId('kept').count()) > 0 && (await figure('kept')) > count,
    PATIENCE_MS,
  );

/** The times in the page's database, ms. */
function keptTimes(page: Page): Promise<number[]> {
  return page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const opening = indexedDB.open('tripcast.drive');
        opening.onsuccess = () => {
          const reading = opening.result.transaction('fixes').objectStore('fixes').getAll();
          reading.onsuccess = () => resolve(reading.result.map(({ time }: { time: number }) => time));
        };
      }),
  );
}

test('[P1] what the phone measures along its street is the ride’s track', async () => {
  await setOff();
  await phone.says('drive-state', 'Live');
  await trackLongerThan(5);
  const features = await track();
  expectTrue(features);
  expect(features[0]!.properties.accuracy).toBe(6);
  await phone.says('acknowledged', /[1-9]/);
  await phone.says('screen', 'stays on');
  expect(phone.page.url()).toBe(`${world.node.url}/drive`);
  await picture(phone.page, 'drive-phone');
  expect(await phone.barriers()).toEqual([]);
  expect(phone.faults).toEqual([]);
});

test('[P1] without a network all is kept and counted, through a reload, and arrives when there is one again', async () => {
  const road = await HalfOpenProxy.to(world.node.port);
  const page = await setOff(road.url);
  await trackLongerThan(1);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload(); // the first page that the worker serves
  await phone.says('drive-state', 'Live');

  await phone.context.setOffline(true);
  road.lose(); // a browser that is told to be offline keeps the sockets that it has
  await phone.says('drive-state', /No network: \d+ positions kept/);
  await keptMoreThan(4);
  await picture(page, 'drive-phone-offline');
  const keptBefore = await figure('kept');
  await page.reload();
  await keptMoreThan(keptBefore);
  const kept = await keptTimes(page);
  expect(kept.length).toBeGreaterThan(keptBefore);

  await phone.context.setOffline(false);
  await phone.says('drive-state', 'Live');
  await eventually(
    'what was measured without a network',
    async () => {
      const stored = new Set((await track()).map(({ properties: { time } }) => time));
      return kept.every((time) => stored.has(time));
    },
    PATIENCE_MS,
  );
  await page.getByText(/positions from before this page was opened/).waitFor();
  expectTrue(await track());
  // What is stored is acknowledged a moment later.
  await eventually('nothing kept but the newest', async () => (await figure('kept')) < 4, PATIENCE_MS);
  await road.close();
});

test('two tabs of one phone don’t fight: the second waits, and has it when it is told to', async () => {
  const page = await setOff();
  await phone.says('drive-state', 'Live');
  const other = await phone.context.newPage();
  await other.goto(`${world.node.url}/drive#${drive.ride.driverToken}`);
  await other.getByRole('button', { name: 'Start driving' }).click();
  await other.getByRole('heading', { name: 'This vehicle is driven in another tab' }).waitFor();
  await phone.says('drive-state', 'Live');
  await other.getByRole('button', { name: 'Drive here instead' }).click();
  await other.getByTestId('drive-state').filter({ hasText: 'Live' }).waitFor();
  await page.getByRole('heading', { name: 'This vehicle is driven in another tab' }).waitFor();
  await other.close();
  await page.getByRole('button', { name: 'Drive here instead' }).click();
  await phone.says('drive-state', 'Live');
});

describe('the rides of the vehicle', () => {
  test('a ride is driven from its offer to its end, and its rider is told each step', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Start driving' }).click();
    await page.getByRole('heading', { name: 'New ride' }).waitFor();
    await page.getByText('Avenida 18 de Julio y Alejandro Beisso').first().waitFor();
    await picture(page, 'drive-phone-offer');
    const follower = await drive.ride.follow();
    for (const [press, becomes] of [
      ['Set off', 'ENROUTE_TO_PICKUP'],
      ['I have arrived', 'ARRIVED_AT_PICKUP'],
      ['Start the ride', 'ENROUTE_TO_DROPOFF'],
      ['Complete the ride', 'COMPLETE'],
    ]) {
      await page.getByRole('button', { name: press! }).click();
      if (becomes === 'COMPLETE') await page.getByRole('button', { name: 'Yes, complete it' }).click();
      await follower.event('trip', ({ trip }) => (trip as Trip).status === becomes);
    }
    await page.getByText('No rides right now.').waitFor();
    follower.drop();
  });

  test('a step that came too late is refused, and says why', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Start driving' }).click();
    await page.getByRole('button', { name: 'Set off' }).waitFor();
    const somebodyElseFirst = async (route: Route) => {
      await drive.ride.change({ eta: Date.now() + 600_000 });
      await route.continue();
    };
    await page.route(`**/v1/trips/${drive.ride.id}`, somebodyElseFirst, { times: 1 });
    await page.getByRole('button', { name: 'Set off' }).click();
    await page.getByRole('alert').filter({ hasText: 'changed meanwhile' }).waitFor();
    await page.getByRole('button', { name: 'Set off' }).click();
    await page.getByRole('button', { name: 'I have arrived' }).waitFor();
  });

  test('one that is canceled by its rider is gone', async () => {
    const page = await setOff();
    await drive.ride.become('CANCELED');
    await page.getByText('No rides right now.').waitFor();
  });
});

describe('what keeps a phone from measuring', () => {
  test('it may not see where it is: nothing is sent, and the page says what to do', async () => {
    const page = await open({ permissions: [] });
    await page.getByRole('button', { name: 'Start driving' }).click();
    await page.getByRole('heading', { name: 'This page may not see where you are' }).waitFor();
    await picture(page, 'drive-phone-denied');
    expect(await phone.barriers()).toEqual([]);
    await phone.context.grantPermissions(['geolocation'], { origin: world.node.url });
    await page.getByRole('button', { name: 'Try again' }).click();
    await phone.says('drive-state', 'Live');
  });

  test('a page without HTTPS: it says which address to open', async () => {
    phone = await RiderPage.blank(world.browser, PHONE);
    // Chromium takes this name for any other host's.
    const url = new URL('/drive', world.node.url);
    await phone.page.route('http://phone.test/**', async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: new URL(pathname, world.node.url).href }) });
    });
    await phone.page.goto(`http://phone.test${url.pathname}`);
    await phone.page.getByRole('heading', { name: 'This page needs HTTPS' }).waitFor();
    await phone.page.getByText('https://phone.test:8443/drive').waitFor();
    await picture(phone.page, 'drive-phone-insecure');
    expect(await phone.barriers()).toEqual([]);
  });

  test('a screen that was off: when it is on again the page says for how long nothing was measured', async () => {
    const page = await setOff();
    await phone.says('drive-state', 'Live');
    // What a phone does to a page when it is locked: hidden, and no more positions.
    await page.clock.install();
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    clearInterval(moving);
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 180_000;
      Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await phone.says('away', /^No positions for 3 min \(.+\): the screen was off/);
    await picture(page, 'drive-phone-away');
    expect(await phone.barriers()).toEqual([]);
    await page.getByRole('button', { name: 'Got it' }).click();
    await page.getByTestId('away').waitFor({ state: 'detached' });
  });
});

describe('the driver’s token', () => {
  test('is asked for, and one for somebody else’s role is not taken', async () => {
    phone = await RiderPage.blank(world.browser, {
      ...PHONE,
      permissions: ['geolocation'],
      geolocation: here(),
    });
    const { page } = phone;
    await page.goto(`${world.node.url}/drive`);
    await picture(page, 'drive-phone-gate');
    expect(await phone.barriers()).toEqual([]);
    await page.getByLabel('Driver’s token').fill(drive.ride.riderToken);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'no driver’s token' }).waitFor();
    await page.getByLabel('Driver’s token').fill(drive.ride.driverToken);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Ready to drive ${drive.ride.vehicleId}` }).waitFor();
  });

  test('that has expired is asked for anew, and the drive goes on with the next one', async () => {
    phone = await RiderPage.blank(world.browser, {
      ...PHONE,
      permissions: ['geolocation'],
      geolocation: here(),
    });
    const { page } = phone;
    await page.goto(`${world.node.url}/drive#${driverToken(drive.ride.vehicleId, { exp: 1 })}`);
    await page.getByRole('button', { name: 'Start driving' }).click();
    await page.getByRole('alert').filter({ hasText: 'has expired' }).waitFor();
    await page.getByLabel('Driver’s token').fill(drive.ride.driverToken);
    await page.keyboard.press('Enter');
    await phone.says('drive-state', /Live/);
  });
});

test('in Spanish, at a desk, in the dark', async () => {
  const page = await open({ ...DESK, locale: 'es-UY', colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Empezar a conducir' }).click();
  await page.getByRole('button', { name: 'Salir' }).click();
  await phone.says('drive-state', 'En vivo');
  await picture(page, 'drive-desk-dark');
  expect(await phone.barriers()).toEqual([]);
});
