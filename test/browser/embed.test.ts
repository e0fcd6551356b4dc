// `<trip-map>` on another product's page: its own origin, its own strict policy, its own styles. The page is the one in
// rider-web/examples, with its ride filled in.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, picture } from '../support/browser.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { DESK, PHONE, RiderPage } from '../support/rider-page.ts';
import { StreetDrive } from '../support/street-drive.ts';
import { riderToken } from '../support/tokens.ts';

const EXAMPLE = readFileSync(
  fileURLToPath(new URL('../../rider-web/examples/embed.html', import.meta.url)),
  'utf8',
);

let shop: Server;
let shopUrl: string;
/** What the shop answers with, as the present test has it. */
let html = '';
let node: GatewayProcess;
let browser: Browser;
let drive: StreetDrive;
let customer: RiderPage | undefined;

beforeAll(async () => {
  shop = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', policy());
    response.end(html);
  }).listen(0, '127.0.0.1');
  await once(shop, 'listening');
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  node = await GatewayProcess.start({ TRIPCAST_SITE_DIR: 'rider-web/site', TRIPCAST_ORIGINS: shopUrl });
  browser = await openBrowser();
});

beforeEach(async () => {
  drive = await StreetDrive.start(node.url);
});

afterEach(async () => {
  drive.stop();
  await customer?.close();
});

afterAll(async () => {
  await browser?.close();
  await node?.close();
  shop?.close();
  shop?.closeAllConnections();
});

/** All that docs/embedding.md says a page must allow, and nothing else. */
function policy(): string {
  const socket = node.url.replace('http', 'ws');
  return `default-src 'none'; script-src ${node.url}; connect-src ${node.url} ${socket}`;
}

function exampleFor(trip: string, token: string): string {
  return EXAMPLE.replace('http://localhost:8080', node.url)
    .replace('"TRIP"', `"${trip}"`)
    .replace('RIDER_TOKEN', token);
}

async function open(token = drive.ride.riderToken, options = DESK): Promise<Page> {
  html = exampleFor(drive.ride.id, token);
  customer = await RiderPage.blank(browser, options);
  await customer.page.addInitScript(() => {
    const heard: { type: string; detail: unknown }[] = [];
    Object.assign(window, { heard });
    for (const type of ['status', 'eta', 'truth', 'ended', 'refused']) {
      document.addEventListener(type, (event) => {
        if (event instanceof CustomEvent) heard.push({ type, detail: event.detail });
      });
    }
  });
  await customer.page.goto(shopUrl);
  return customer.page;
}

/** What the page around the element heard of this type so far. */
function heard(page: Page, type: string): Promise<Record<string, unknown>[]> {
  return page.evaluate(
    (wanted) =>
      (window as unknown as { heard: { type: string; detail: Record<string, unknown> }[] }).heard
        .filter((event) => event.type === wanted)
        .map(({ detail }) => detail),
    type,
  );
}

test('ten lines show the ride on a foreign page with a strict policy, and its page hears what happens', async () => {
  expect(EXAMPLE.trim().split('\n').length).toBeLessThanOrEqual(12);
  const page = await open();
  await page.getByTestId('car').waitFor();
  await customer!.says('status', 'Your driver is on the way');
  await customer!.says('truth', 'Live');
  await page.locator('trip-map canvas').first().waitFor({ state: 'attached' });
  await picture(page, 'embed-desk');
  expect(await customer!.barriers()).toEqual([]);
  expect(customer!.faults).toEqual([]);

  const [first] = await heard(page, 'eta');
  expect(first!.earliest).toBeLessThan(first!.latest as number);
  expect(await heard(page, 'truth')).toContainEqual(expect.objectContaining({ kind: 'live' }));
  await drive.become('ARRIVED_AT_PICKUP');
  await customer!.says('status', 'Your driver is here');
  await drive.become('COMPLETE');
  await customer!.says('status', 'You have arrived');
  const statuses = (await heard(page, 'status')).map(({ status }) => status);
  expect(statuses.filter((status, index) => status !== statuses[index - 1])).toEqual(statuses);
  expect(statuses[0]).toBe('ENROUTE_TO_PICKUP');
  expect(statuses.at(-1)).toBe('COMPLETE');
  expect(await heard(page, 'ended')).toEqual([expect.objectContaining({ status: 'COMPLETE' })]);
});

test('nothing of its styles, language or title gets out to the page around it', async () => {
  const page = await open();
  const looks = () =>
    page.evaluate(() => {
      const { fontFamily, margin, background } = getComputedStyle(document.body);
      const { lang } = document.documentElement;
      return { fontFamily, margin, background, lang, title: document.title };
    });
  html = '<!doctype html><html lang="en"><title>Order 4711 is on its way</title>';
  const bare = await browser.newPage();
  await bare.goto(shopUrl);
  const before = await bare.evaluate(() => {
    const { fontFamily, margin, background } = getComputedStyle(document.body);
    const { lang } = document.documentElement;
    return { fontFamily, margin, background, lang, title: document.title };
  });
  await bare.close();
  await page.getByTestId('car').waitFor();
  expect(await looks()).toEqual(before);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});

test('in the language of the page around it, on a phone, in the dark; it is the size that it is given', async () => {
  const page = await open(drive.ride.riderToken, { ...PHONE, colorScheme: 'dark' });
  await page.getByTestId('car').waitFor();
  await page.evaluate(() => {
    const map = document.querySelector<HTMLElement>('trip-map')!;
    map.setAttribute('lang', 'es');
    map.style.height = '300px';
  });
  await customer!.says('status', 'Tu chofer está en camino');
  await page.getByTestId('car').waitFor();
  const box = (await page.locator('trip-map').boundingBox())!;
  expect(box.height).toBe(300);
  await picture(page, 'embed-phone-dark');
  expect(await customer!.barriers()).toEqual([]);
});

test('[P8] a token that is dead shows why and tells the page, which goes on with a fresh one', async () => {
  const page = await open(riderToken(drive.ride.id, { exp: 1 }));
  await page.getByRole('heading', { name: 'This link has expired' }).waitFor();
  expect(await heard(page, 'refused')).toEqual([expect.objectContaining({ code: 'unauthenticated' })]);
  await picture(page, 'embed-expired');
  await page.evaluate((fresh) => {
    document.querySelector<HTMLElement & { token: unknown }>('trip-map')!.token = async () => fresh;
  }, drive.ride.riderToken);
  await page.getByTestId('car').waitFor();
});

test('out of the document it follows no more, and again when it is back', async () => {
  const page = await open();
  await page.getByTestId('car').waitFor();
  await page.evaluate(() => {
    const map = document.querySelector('trip-map')!;
    Object.assign(window, { map });
    map.remove();
  });
  await drive.become('ARRIVED_AT_PICKUP');
  expect((await heard(page, 'status')).map(({ status }) => status)).toEqual(['ENROUTE_TO_PICKUP']);
  await page.evaluate(() => document.body.append((window as unknown as { map: HTMLElement }).map));
  await customer!.says('status', 'Your driver is here');
});

test('[P8] a page that is not listed in TRIPCAST_ORIGINS gets neither the element nor the ride', async () => {
  const page = await open();
  await page.getByTestId('car').waitFor();
  const elsewhere = shopUrl.replace('127.0.0.1', 'localhost');
  customer!.faults.length = 0;
  const refused = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/trip-map.js'));
  await page.goto(elsewhere);
  await refused;
  expect(await page.getByTestId('car').count()).toBe(0);
});
