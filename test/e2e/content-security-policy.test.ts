// The pages under their own Content-Security-Policy, in a real browser: everything works, and nothing else does.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { restOk } from '../support/rest-client.ts';
import { Ride } from '../support/ride.ts';
import { riderToken } from '../support/tokens.ts';
import type { WireClient } from '../support/wire-client.ts';

/** For what a busy machine does when it may, ms. */
const PATIENCE_MS = 60_000;

let node: GatewayProcess;
let browser: Browser;
let ride: Ride;
let driver: WireClient;
let sharePath: string;
/** Somebody else's server, which counts who comes, and what it is told of where from. */
let stranger: Server;
const visits: (string | undefined)[] = [];

beforeAll(async () => {
  node = await GatewayProcess.start({ TRIPCAST_DEMO: '1', TRIPCAST_SITE_DIR: 'rider-web/site' });
  browser = await openBrowser();
  ride = await Ride.start(node.url);
  driver = await ride.drive();
  driver.sendFixes(ride.fixesAt(0, 1));
  await driver.acknowledgedUpTo(ride.startedAt + 1);
  const { share } = await restOk<{ share: { followUrl: string } }>(node.url, `/v1/trips/${ride.id}/shares`, {
    method: 'POST',
    token: ride.riderToken,
    body: { name: 'Mum' },
  });
  sharePath = share.followUrl.slice(node.url.length);
  stranger = createServer((request, response) => {
    if (request.url !== FRAMING) visits.push(request.headers.referer);
    response.setHeader('content-type', 'text/html').setHeader('access-control-allow-origin', '*');
    response.end(request.url === FRAMING ? `<iframe src="${node.url}${ridePath()}"></iframe>` : '');
  }).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
});
afterAll(async () => {
  stranger?.close();
  stranger?.closeAllConnections();
  driver?.drop();
  await browser?.close();
  await node?.close();
});

const FRAMING = '/framing';
const strangerUrl = (path = '/') => `http://127.0.0.1:${(stranger.address() as AddressInfo).port}${path}`;
const ridePath = () => `/trips/${ride.id}#${ride.riderToken}`;

/** A page that keeps what its policy has forbidden. */
async function watchedPage(): Promise<{ page: Page; violations(): Promise<string[]> }> {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    document.addEventListener('securitypolicyviolation', (event) =>
      seen.push(`${event.effectiveDirective} ${event.blockedURI}`),
    );
  });
  return {
    page,
    violations: () => page.evaluate(() => (window as unknown as { seen: string[] }).seen),
  };
}

test.each<[string, () => string, string]>([
  ['the list', () => '/', 'body'],
  ['a ride', ridePath, '[data-testid=car]'],
  ['a ride that was shared', () => sharePath, '[data-testid=car]'],
  ['a link that has expired', () => `/trips/x#${riderToken('x', { exp: 1 })}`, 'text=/expired/i'],
  ['a phone that is to drive', () => `/drive#${ride.driverToken}`, 'text=/Ready to drive/'],
  ['a phone without a token', () => '/drive', 'input[name=token]'],
  ['a link without a token', () => `/trips/${ride.id}`, 'body'],
])('[P8] %s asks for nothing that its policy forbids', async (_name, path, sign) => {
  const { page, violations } = await watchedPage();
  await page.goto(node.url + path());
  await page.locator(sign).first().waitFor({ timeout: PATIENCE_MS });
  await page.waitForLoadState('networkidle').catch(() => {}); // a socket's page may never be idle
  expect(await violations()).toEqual([]);
  expect(page.url()).not.toContain('eyJ');
  await page.close();
});

test('[P8] a script that got into a page runs not, and what did run gets nothing out', async () => {
  const { page, violations } = await watchedPage();
  await page.goto(node.url + ridePath());
  await page.getByTestId('car').waitFor({ timeout: PATIENCE_MS });
  const ran = await page.evaluate(async (elsewhere) => {
    const inline = document.createElement('script');
    inline.textContent = 'window.ranInline = true';
    document.body.append(inline);
    const foreign = document.createElement('script');
    foreign.src = elsewhere;
    const image = new Image();
    image.src = elsewhere;
    const frame = document.createElement('iframe');
    frame.src = elsewhere;
    document.body.append(foreign, image, frame);
    const fetched = await fetch(elsewhere).then(
      () => true,
      () => false,
    );
    const socket = new WebSocket(elsewhere.replace('http', 'ws'));
    const opened = await new Promise((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
    return { fetched, opened, inline: 'ranInline' in window };
  }, strangerUrl());
  expect(ran).toEqual({ fetched: false, opened: false, inline: false });
  const reported = async () => new Set((await violations()).map((violation) => violation.split(' ')[0]));
  const forbidden = new Set(['script-src-elem', 'img-src', 'frame-src', 'connect-src']);
  // What a frame would load is judged, and reported, by another process of the browser.
  await eventually('each of them to be reported', async () => (await reported()).size >= forbidden.size);
  expect(await reported()).toEqual(forbidden);
  expect(visits).toEqual([]);
  await page.close();
});

test('[P8] no other page frames ours, and a link away tells nobody where it was', async () => {
  const page = await browser.newPage();
  const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
  await page.goto(strangerUrl(FRAMING));
  await refused;

  await page.goto(node.url + ridePath());
  await page.evaluate((elsewhere) => {
    const link = document.createElement('a');
    link.href = elsewhere;
    document.body.append(link);
    link.click();
  }, strangerUrl());
  await page.waitForURL(strangerUrl());
  expect(visits.length).toBeGreaterThan(0);
  expect(visits.filter((referrer) => referrer?.startsWith(node.url))).toEqual([]);
  await page.close();
});
