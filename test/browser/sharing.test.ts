// A rider shares the ride; whoever has the link sees it, can change nothing, and loses it when the rider says so.

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { picture } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { pageWorld } from '../support/page-world.ts';
import { DESK, PHONE, RiderPage } from '../support/rider-page.ts';
import { StreetDrive } from '../support/street-drive.ts';

const world = pageWorld();
let drive: StreetDrive;
let rider: RiderPage;
let guest: RiderPage;

beforeEach(async () => {
  drive = await StreetDrive.start(world.node.url);
  rider = await RiderPage.open(world.browser, world.node.url, drive.ride, {
    ...PHONE,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  guest = await RiderPage.blank(world.browser, { ...DESK, locale: 'en-GB' });
});

afterEach(async () => {
  drive.stop();
  await rider.close();
  await guest.close();
});

/** The rider makes a link with the page's own form, and copies it. */
async function share(name: string): Promise<string> {
  const { page } = rider;
  await page.getByRole('button', { name: 'Share ride' }).click();
  await page.getByLabel('Who is it for?').fill(name);
  await page.getByRole('button', { name: 'Make a link' }).click();
  await page.getByRole('button', { name: `Copy the link for ${name}` }).click();
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

async function follow(link: string): Promise<void> {
  await guest.page.goto(link);
  await guest.says('status', 'The car is on the way to the pickup');
  await guest.page.getByTestId('car').waitFor();
}

describe('[P8] a shared link', () => {
  test('is made with a name, and shows the ride and nothing to change it with', async () => {
    const link = await share('Mum');
    await picture(rider.page, 'phone-share');
    expect(await rider.barriers()).toEqual([]);
    await follow(link);
    await guest.page.getByText(/This link works until (\w+ )?\d/).waitFor();
    const buttons = await guest.page.getByRole('button').allInnerTexts();
    expect(buttons.join()).not.toMatch(/share|cancel/i);
    await picture(guest.page, 'desk-shared');
    expect(await guest.barriers()).toEqual([]);
    expect(guest.faults).toEqual([]);
  });

  test('is in the list when the rider comes back to it, and dead at once when it is taken back', async () => {
    await follow(await share('Mum'));
    const { page } = rider;
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Share ride' }).click();
    await page.getByRole('button', { name: 'Stop sharing with Mum' }).click();
    await page.getByText('Mum can no longer see this ride.').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Mum' }).waitFor({ state: 'detached' });

    await guest.page.getByRole('heading', { name: 'This link was taken back' }).waitFor();
    await guest.page.getByTestId('car').waitFor({ state: 'detached' });
    await picture(guest.page, 'desk-taken-back');
    expect(await guest.barriers()).toEqual([]);
    await guest.page.reload();
    await guest.page.getByRole('heading', { name: 'This link was taken back' }).waitFor();
  });

  test('stays in the list that was asked for before it was made, and came after', async () => {
    const { page } = rider;
    let release = () => {};
    const isMade = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/shares', async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const early = await route.fetch();
      await isMade;
      await route.fulfill({ response: early });
    });
    const listed = page.waitForResponse(
      (answer) => answer.request().method() === 'GET' && /shares$/.test(answer.url()),
    );
    await share('Mum');
    release();
    await (await listed).finished();
    await page.getByText('Looking for links…').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Stop sharing with Mum' }).click();
    await page.getByText('Mum can no longer see this ride.').waitFor();
  });

  test('is not said to be missing when the list could not be read', async () => {
    const { page } = rider;
    await page.route('**/shares', (route) => route.abort());
    await page.getByRole('button', { name: 'Share ride' }).click();
    await page.getByText('The links that work now could not be read.').waitFor();
    await expect(page.getByText('Nobody follows this ride').count()).resolves.toBe(0);
  });

  test('ends with the ride', async () => {
    await follow(await share('Mum'));
    await drive.become('COMPLETE');
    await guest.page.getByRole('heading', { name: 'They have arrived' }).waitFor();
    await expect(guest.page.getByTestId('figures').count()).resolves.toBe(0);
    await guest.page.reload();
    await guest.page.getByRole('heading', { name: 'The ride is over' }).waitFor();
    await picture(guest.page, 'desk-shared-over');
    expect(await guest.barriers()).toEqual([]);
  });
});

test('the ride’s own rider keeps its track: how far, how long, and as GPX', async () => {
  await eventually('some of the track', async () => (await drive.ride.track()).length >= 5, 60_000);
  await drive.become('COMPLETE');
  const { page } = rider;
  await page.getByTestId('figures').waitFor();
  await page.locator('.route-remaining').waitFor({ state: 'attached' });
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the track (GPX)' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`tripcast-${drive.ride.id}.gpx`);
  const { readFile } = await import('node:fs/promises');
  const gpx = await readFile(await download.path(), 'utf8');
  expect(gpx.match(/<trkpt /g)!.length).toBeGreaterThanOrEqual(4);
});
