import { afterEach, expect, test } from '@jest/globals';
import { pageWorld } from '../support/page-world.ts';
import { PHONE, RiderPage } from '../support/rider-page.ts';
import { StreetDrive } from '../support/street-drive.ts';

const world = pageWorld();
let drive: StreetDrive;
let reader: RiderPage;

afterEach(async () => {
  drive.stop();
  await reader.close();
});
test('all JavaScript that a rider’s page ever loads is 120 kB at the most, as gzip', async () => {
  drive = await StreetDrive.start(world.node.url);
  reader = await RiderPage.blank(world.browser, PHONE);
  const { page } = reader;
  const scripts = new Set<string>();
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.add(response.url());
  });
  await page.goto(`${world.node.url}/trips/${drive.ride.id}#${drive.ride.riderToken}`);
  await page.getByTestId('car').waitFor();
  await page.getByRole('button', { name: 'Share ride' }).click();
  await page.getByRole('dialog').waitFor();
  await drive.become('COMPLETE');
  await page.getByTestId('figures').waitFor();
  const sizes = [...scripts].map(async (url) => {
    const answer = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
    return Number(answer.headers.get('content-length'));
  });
  const total = (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
  expect(scripts.size).toBeGreaterThanOrEqual(4); // the page, its ground, the dialog, the summary
  expect(total).toBeGreaterThan(20_000);
  expect(total).toBeLessThanOrEqual(120_000);
});

test('the first car needs the script, its style and the socket: it waits for no street, no font and no other answer', async () => {
  drive = await StreetDrive.start(world.node.url);
  reader = await RiderPage.blank(world.browser, PHONE);
  const { page } = reader;
  const held: string[] = [];
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  page.on('websocket', () => asked.push('socket'));
  // Everything that is asked for after the page's own script stays without an answer.
  await page.route(/\/(v1|cities|config\.json|sw\.js)|ground-|\.woff2/, (route) => {
    held.push(new URL(route.request().url()).pathname);
  });
  await page.goto(`${world.node.url}/trips/${drive.ride.id}#${drive.ride.riderToken}`);
  await page.getByTestId('car').waitFor();
  await reader.says('status', 'Your driver is on the way');
  // Socket and REST go out side by side: neither waits for the other.
  expect(asked).toContain('socket');
  expect(held).toContain(`/v1/trips/${drive.ride.id}`);
});
