// The reader's own: language and units, where they are, an alert, the keyboard, and what is told to who can't see.

import { describe, expect, test } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { picture } from '../support/browser.ts';
import { rideWorld } from '../support/page-world.ts';
import { DESK, PHONE, RiderPage } from '../support/rider-page.ts';

const world = rideWorld();

async function open(options: BrowserContextOptions): Promise<RiderPage> {
  world.reader = await RiderPage.open(world.browser, world.node.url, world.drive.ride, options);
  await world.reader.page.getByTestId('car').waitFor();
  return world.reader;
}

describe('the page speaks', () => {
  test.each([
    ['es-UY', 'es', 'Tu chofer está en camino', /,\d km/],
    ['en-US', 'en', 'Your driver is on the way', / mi /],
    ['en-IE', 'en', 'Your driver is on the way', / km /],
    ['pt-BR', 'en', 'Your driver is on the way', / km /],
  ])('to who reads %s: %s, in the units of the region', async (locale, language, status, distance) => {
    const { page } = await open({ ...PHONE, locale });
    await world.reader!.says('status', status);
    await expect(page.getAttribute('html', 'lang')).resolves.toBe(language);
    await page.locator('.eta-detail', { hasText: distance }).waitFor();
  });

  test('another language when it is told to, and still after a reload', async () => {
    const { page } = await open({ ...DESK, locale: 'en-GB' });
    await page.getByLabel('Language').selectOption('es');
    await world.reader!.says('status', 'Tu chofer está en camino');
    await page.reload();
    await world.reader!.says('status', 'Tu chofer está en camino');
    await expect(page.getAttribute('html', 'lang')).resolves.toBe('es');
  });
});

describe('where the reader is', () => {
  const here = { latitude: -34.9062, longitude: -56.1875, accuracy: 25 };

  test('is asked for by its button alone, and shown with how exact it is', async () => {
    const { page } = await open({ ...PHONE, geolocation: here, permissions: ['geolocation'] });
    await page.evaluate(() => {
      const { geolocation } = navigator;
      const watchPosition = geolocation.watchPosition.bind(geolocation);
      Object.assign(window, { asked: 0 });
      geolocation.watchPosition = (...how) => {
        (window as unknown as { asked: number }).asked++;
        return watchPosition(...how);
      };
    });
    await world.drive.hasDriven(9);
    const asked = () => page.evaluate(() => (window as unknown as { asked: number }).asked);
    expect(await asked()).toBe(0);
    await page.getByRole('button', { name: 'Show where I am' }).click();
    await page.getByTestId('own-place').waitFor({ state: 'attached' });
    expect(await asked()).toBe(1);
    await page.getByRole('button', { name: 'Re-centre' }).waitFor(); // it lies beside the view: both are shown
    await page.waitForFunction(() => {
      const dot = document.querySelector('[data-testid=own-place] span')!.getBoundingClientRect();
      const view = document.querySelector('.trip-map')!.getBoundingClientRect();
      return dot.left > view.left && dot.right < view.right && dot.top > view.top && dot.bottom < view.bottom;
    });
    await picture(page, 'phone-own-place');
    await page.getByRole('button', { name: 'Hide where I am' }).click();
    await page.getByTestId('own-place').waitFor({ state: 'detached' });
  });

  test('is not known to a page that may not see it, which says what to do', async () => {
    const { page } = await open({ ...PHONE, permissions: [] });
    await page.getByRole('button', { name: 'Show where I am' }).click();
    await page.getByText('This page may not see where you are.').waitFor();
    await picture(page, 'phone-own-place-denied');
    expect(await world.reader!.barriers()).toEqual([]);
  });
});

test('an alert is shown when the driver comes, to who has asked for it', async () => {
  const { page, context } = await open({ ...PHONE });
  await context.grantPermissions(['notifications'], { origin: world.node.url });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.getByRole('button', { name: 'Alert me' }).click();
  await page.getByRole('button', { name: 'Alert on', pressed: true }).waitFor();
  await world.drive.become('ARRIVED_AT_PICKUP');
  await page.getByRole('alert').filter({ hasText: 'Your driver is here' }).waitFor();
  await page.waitForFunction(async () => {
    const worker = await navigator.serviceWorker.ready;
    const [shown] = await worker.getNotifications();
    return shown?.title === 'Your driver is here' && shown.body.includes('STZ 3970');
  });
  await picture(page, 'phone-alert');
});

test('with the keyboard alone: every control is reached, and is seen to be', async () => {
  const { page } = await open(DESK);
  const reached: string[] = [];
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const isSeen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
      const name = element.getAttribute('aria-label') ?? element.textContent;
      return isSeen ? name : `${name}, not seen to be focused`;
    });
    if (focused === undefined || focused === reached[0]) break;
    reached.push(focused!);
  }
  expect(reached).toEqual(
    expect.arrayContaining([
      'Language',
      'Share ride',
      'Cancel the ride',
      'Map of the ride',
      'Zoom in',
      'Zoom out',
      'Show where I am',
    ]),
  );
  expect(reached.filter((name) => name.endsWith('not seen to be focused'))).toEqual([]);
});

test('who can’t see is told the ride when it changes, and is not talked at', async () => {
  const { page } = await open(PHONE);
  await page.evaluate(() => {
    const region = document.querySelector('[data-testid=announcement]')!;
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver(() => said.push(region.textContent ?? '')).observe(region, {
      characterData: true,
      childList: true,
      subtree: true,
    });
  });
  await expect(page.getByTestId('announcement').getAttribute('role')).resolves.toBe('status');
  await world.drive.hasDriven(54);
  const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect((await said()).length).toBeLessThanOrEqual(2); // a minute may have passed; not each second is told
  await world.drive.become('ARRIVED_AT_PICKUP');
  await world.reader!.says('announcement', 'Your driver is here.');
  world.drive.stop();
  await world.reader!.says('announcement', 'Your driver is here. Driver’s phone is offline.');
});
