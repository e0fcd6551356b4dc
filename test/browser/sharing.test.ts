// A rider shares the ride; whoever has the link sees it, can change nothing, and loses it when the rider says so.

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { picture } from '../support/browser.ts';
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
    await guest.page.getByText(/This link works until \d/).waitFor();
    const buttons = await guest.page.getByRole('button').allInnerTexts();
    expect(buttons.join()).not.toMatch(/share|cancel/i);
    await picture(guest.page, 'desk-shared');
    expect(await guest.barriers()).toEqual([]);
    expect(guest.faults).toEqual([]);
  }, 60_000);

  test('is in the list when the rider comes back to it, and dead at once when it is taken back', async () => {
    await follow(await share('Mum'));
    const { page } = rider;
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Share ride' }).click();
    await page.getByRole('button', { name: 'Stop sharing with Mum' }).click();
    await page.getByText('Mum can no longer see this ride.').waitFor();
    await expect(page.getByRole('listitem').filter({ hasText: 'Mum' }).count()).resolves.toBe(0);

    await guest.page.getByRole('heading', { name: 'This link was taken back' }).waitFor();
    await expect(guest.page.getByTestId('car').count()).resolves.toBe(0);
    await picture(guest.page, 'desk-taken-back');
    expect(await guest.barriers()).toEqual([]);
    await guest.page.reload();
    await guest.page.getByRole('heading', { name: 'This link was taken back' }).waitFor();
  }, 60_000);

  test('ends with the ride', async () => {
    await follow(await share('Mum'));
    await drive.become('COMPLETE');
    await guest.page.getByRole('heading', { name: 'They have arrived' }).waitFor();
    await expect(guest.page.getByTestId('figures').count()).resolves.toBe(0);
    await guest.page.reload();
    await guest.page.getByRole('heading', { name: 'The ride is over' }).waitFor();
    await picture(guest.page, 'desk-shared-over');
    expect(await guest.barriers()).toEqual([]);
  }, 60_000);
});

test('the ride’s own rider keeps its track: how far, how long, and as GPX', async () => {
  await drive.hasDriven(45);
  await drive.become('COMPLETE');
  const { page } = rider;
  await page.getByTestId('figures').waitFor();
  await expect(page.locator('.route-remaining').count()).resolves.toBe(1);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the track (GPX)' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`tripcast-${drive.ride.id}.gpx`);
  const { readFile } = await import('node:fs/promises');
  const gpx = await readFile(await download.path(), 'utf8');
  expect(gpx.match(/<trkpt /g)!.length).toBeGreaterThanOrEqual(4);
}, 60_000);
