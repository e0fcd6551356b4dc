// Every state of a ride, as its rider sees it on a phone and on a desk, by day and by night. A picture of each is kept
// in artifacts/; axe finds no barrier in any.

import { afterEach, describe, expect, test } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { picture } from '../support/browser.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { pageWorld } from '../support/page-world.ts';
import { PLACES, Ride } from '../support/ride.ts';
import { DESK, PHONE, RiderPage } from '../support/rider-page.ts';
import { StreetDrive } from '../support/street-drive.ts';
import { riderToken } from '../support/tokens.ts';

const SCREENS: Record<string, BrowserContextOptions> = {
  'phone-light': { ...PHONE, colorScheme: 'light', locale: 'en-GB' },
  'phone-dark': { ...PHONE, colorScheme: 'dark', locale: 'es-UY' },
  'desk-light': { ...DESK, colorScheme: 'light', locale: 'es-UY' },
  'desk-dark': { ...DESK, colorScheme: 'dark', locale: 'en-GB' },
};

const world = pageWorld();
let drive: StreetDrive | undefined;
let reader: RiderPage | undefined;

afterEach(async () => {
  drive?.stop();
  await reader?.close();
});

describe.each(Object.entries(SCREENS))('%s', (screen, options) => {
  test('a whole ride: waiting, on the way, here, riding, arrived', async () => {
    const words = options.locale === 'en-GB' ? ENGLISH : SPANISH;
    drive = await StreetDrive.start(world.node.url, 'NEW');
    reader = await RiderPage.open(world.browser, world.node.url, drive.ride, options);
    const { page } = reader;
    await reader.says('status', words.NEW);
    await look('new');

    await drive.become('ENROUTE_TO_PICKUP');
    await drive.go(world.node.url);
    await reader.says('status', words.ENROUTE_TO_PICKUP);
    await page.getByTestId('car').waitFor();
    await reader.says('truth', words.live);
    await reader.says('eta', /min/);
    const accuracy = await page.locator('.car .accuracy').boundingBox(); // 6 m all around
    expect(accuracy!.width).toBeGreaterThan(0);
    expect(await page.locator('.progress [aria-current=step]').textContent()).toBe(words.steps[0]);
    await expect(page.locator('.plate').innerText()).resolves.toContain('STZ 3970');
    await look('on-the-way');

    await drive.become('ARRIVED_AT_PICKUP');
    await reader.says('status', words.ARRIVED_AT_PICKUP);
    expect(await page.locator('.progress [aria-current=step]').textContent()).toBe(words.steps[1]);
    await look('here');

    await drive.become('ENROUTE_TO_DROPOFF');
    await reader.says('status', words.ENROUTE_TO_DROPOFF);
    await look('riding');

    drive.stop();
    await reader.says('truth', words.offline);
    await look('driver-offline');

    await drive.become('COMPLETE');
    await reader.says('status', words.COMPLETE);
    await page.getByTestId('figures').waitFor();
    await expect(page.getByTestId('car').count()).resolves.toBe(0);
    await look('done');
    expect(reader.faults).toEqual([]);
  });

  async function look(name: string): Promise<void> {
    await picture(reader!.page, `${screen}-${name}`);
    expect({ [name]: await reader!.barriers() }).toEqual({ [name]: [] });
  }
});

const ENGLISH = {
  NEW: 'Waiting for your driver to set off',
  ENROUTE_TO_PICKUP: 'Your driver is on the way',
  ARRIVED_AT_PICKUP: 'Your driver is here',
  ENROUTE_TO_DROPOFF: 'On the way to your destination',
  COMPLETE: 'You have arrived',
  steps: ['On the way', 'Arrived'],
  live: 'Live',
  offline: /driver’s phone is offline/i,
};
const SPANISH: typeof ENGLISH = {
  NEW: 'Esperando a que salga tu chofer',
  ENROUTE_TO_PICKUP: 'Tu chofer está en camino',
  ARRIVED_AT_PICKUP: 'Tu chofer ya llegó',
  ENROUTE_TO_DROPOFF: 'En camino a tu destino',
  COMPLETE: 'Llegaste',
  steps: ['En camino', 'Llegó'],
  live: 'En vivo',
  offline: /el teléfono del chofer está sin conexión/i,
};

describe('a link that shows no ride says why, and what to do', () => {
  test.each([
    ['expired', 'This link has expired'],
    ['other ride', 'This link is for another ride'],
    ['unknown', 'There is no such ride'],
    ['without its key', 'This link is not complete'],
  ])('%s', async (kind, title) => {
    drive = await StreetDrive.start(world.node.url, 'NEW');
    const { ride } = drive;
    const links: Record<string, string> = {
      expired: `/trips/${ride.id}#${riderToken(ride.id, { exp: Date.now() / 1000 - 60 })}`,
      'other ride': `/trips/${ride.id}#${riderToken('another')}`,
      unknown: `/trips/no-such-ride#${riderToken('no-such-ride')}`,
      'without its key': `/trips/${ride.id}`,
    };
    reader = await RiderPage.blank(world.browser, PHONE);
    await reader.page.goto(world.node.url + links[kind]!);
    await reader.page.getByRole('heading', { name: title }).waitFor();
    await picture(reader.page, `link-${kind.replaceAll(' ', '-')}`);
    expect(await reader.barriers()).toEqual([]);
  });

  test('expired while it was open: the car is gone at once', async () => {
    drive = await StreetDrive.start(world.node.url);
    const token = riderToken(drive.ride.id, { exp: Date.now() / 1000 + 15 }); // enough to open it before
    reader = await RiderPage.open(
      world.browser,
      world.node.url,
      { id: drive.ride.id, riderToken: token },
      PHONE,
    );
    await reader.page.getByTestId('car').waitFor();
    await reader.page.getByRole('heading', { name: 'This link has expired' }).waitFor();
    await expect(reader.page.getByTestId('car').count()).resolves.toBe(0);
  });
});

describe('the list of rides', () => {
  test.each(['light', 'dark'] as const)('of a node in demo mode has no barrier: %s', async (colorScheme) => {
    const demo = await GatewayProcess.start({ TRIPCAST_DEMO: '1', TRIPCAST_SITE_DIR: 'rider-web/site' });
    reader = await RiderPage.blank(world.browser, { ...PHONE, colorScheme });
    const { page } = reader;
    await page.goto(demo.url);
    await page.getByText('No rides right now').waitFor();
    expect(await reader.barriers()).toEqual([]);
    const ride = await Ride.create(demo.url, undefined, { ...PLACES, simulated: true });
    await page.locator(`[data-testid=trip-link][href*="${ride.id}"]`).waitFor();
    await picture(page, `list-${colorScheme}`);
    expect(await reader.barriers()).toEqual([]);
    await demo.close();
  });
});

describe('canceling', () => {
  test('asks once more, tells everybody, and cannot be done from the car', async () => {
    drive = await StreetDrive.start(world.node.url);
    reader = await RiderPage.open(world.browser, world.node.url, drive.ride, PHONE);
    const { page } = reader;
    await page.getByRole('button', { name: 'Cancel the ride' }).click();
    await page.getByRole('dialog', { name: 'Cancel this ride?' }).waitFor();
    await picture(page, 'phone-cancel');
    expect(await reader.barriers()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect(page.evaluate(() => document.activeElement?.textContent)).resolves.toBe('Cancel the ride');

    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await reader.says('status', 'This ride was canceled');
    await picture(page, 'phone-canceled');
    expect(await reader.barriers()).toEqual([]);
  });

  test('is not offered while riding', async () => {
    drive = await StreetDrive.start(world.node.url, 'ENROUTE_TO_DROPOFF');
    reader = await RiderPage.open(world.browser, world.node.url, drive.ride, PHONE);
    await reader.says('status', 'On the way to your destination');
    await expect(reader.page.getByRole('button', { name: 'Cancel the ride' }).count()).resolves.toBe(0);
  });
});
