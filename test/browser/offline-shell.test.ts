// The page is kept for when there is no network: it opens, says so, and goes on by itself. Nothing secret is kept, and
// nothing old is shown after an upgrade.

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Balancer } from '../support/balancer.ts';
import { picture } from '../support/browser.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { rideWorld } from '../support/page-world.ts';
import { PHONE, RiderPage } from '../support/rider-page.ts';
import { StreetDrive } from '../support/street-drive.ts';

/** For what a busy machine does when it may, ms. */
const PATIENCE_MS = 60_000;

const world = rideWorld();

async function untilKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}

test('opened without a network the page says so, and shows the ride when there is one again', async () => {
  world.reader = await RiderPage.open(world.browser, world.node.url, world.drive.ride, PHONE);
  const { page, context } = world.reader;
  await page.getByTestId('car').waitFor();
  await untilKept(page);
  await page.reload(); // the first page that the worker serves
  await page.getByTestId('car').waitFor();
  await context.setOffline(true);
  await page.reload();
  await page.getByText('This device is offline.').waitFor({ timeout: PATIENCE_MS });
  await picture(page, 'phone-opened-offline');
  expect(await world.reader.barriers()).toEqual([]);
  await context.setOffline(false);
  await page.getByTestId('car').waitFor({ timeout: PATIENCE_MS });
});

test('[P8] nothing that a token opens is kept, and no token', async () => {
  world.reader = await RiderPage.open(world.browser, world.node.url, world.drive.ride, PHONE);
  const { page } = world.reader;
  await page.getByTestId('car').waitFor();
  await untilKept(page);
  await page.reload();
  await page.getByTestId('car').waitFor();
  const kept = await page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        found.push(
          `${request.url} ${[...request.headers]} ${(await answer!.text()).includes('eyJ') ? 'a token' : ''}`,
        );
      }
    }
    return found;
  });
  expect(kept.length).toBeGreaterThan(4);
  expect(kept.filter((entry) => /\/v1\/|\/trips\/|eyJ|authorization|a token/i.test(entry))).toEqual([]);
});

test('after an upgrade the next page is the new one, and an open one keeps its own parts', async () => {
  const sites = await mkdtemp(join(tmpdir(), 'tripcast-sites-'));
  const [oldSite, newSite] = [join(sites, 'old'), join(sites, 'new')];
  await cp('rider-web/site', oldSite, { recursive: true });
  const part = (await readdir(join(oldSite, 'assets'))).find((name) => /^share-dialog-.*\.js$/.test(name))!;
  await cp(oldSite, newSite, { recursive: true, filter: (path) => !path.includes(part) });
  await edit(newSite, 'index.html', (page) => page.replace('<title>Tripcast', '<title>Upgraded'));
  await edit(newSite, 'sw.js', (worker) => worker.replace(part, 'other.js'));
  await writeFile(join(newSite, 'assets', 'other.js'), '');

  const old = await GatewayProcess.start({ TRIPCAST_SITE_DIR: oldSite });
  const upgraded = await GatewayProcess.start({ TRIPCAST_SITE_DIR: newSite });
  const ridden = await StreetDrive.start(old.url);
  const balancer = await Balancer.start();
  balancer.add(old);
  world.reader = await RiderPage.open(world.browser, balancer.url, ridden.ride, PHONE);
  const { page, context } = world.reader;
  await untilKept(page);
  await page.reload();
  await page.getByTestId('car').waitFor();
  ridden.stop();
  balancer.add(upgraded);
  balancer.remove(old);
  await old.close();

  const next = await context.newPage();
  const seen = await next.goto(`${balancer.url}/trips/other`).then((answer) => answer!.text());
  expect(seen).toContain('<title>Upgraded</title>');
  // The open page loads a part that it had not needed yet, and that the upgraded node has no more.
  await expect(fetch(`${upgraded.url}/assets/${part}`).then(({ status }) => status)).resolves.toBe(404);
  await page.evaluate((path) => import(path).then(() => undefined), `/assets/${part}`);
  await balancer.close();
  await upgraded.close();
  await rm(sites, { recursive: true });
});

/** Changes a file of a site, which is then served as it is. */
async function edit(site: string, name: string, change: (text: string) => string): Promise<void> {
  const path = join(site, name);
  await writeFile(path, change(await readFile(path, 'utf8')));
  for (const suffix of ['.br', '.gz']) await rm(path + suffix, { force: true });
}
