// What a ride goes through: the phone's network is cut, a node dies, the service is away. The page says what is wrong,
// never calls old news live, and is right again by itself.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Balancer } from '../support/balancer.ts';
import { openBrowser, picture } from '../support/browser.ts';
import { watchCar } from '../support/drawn-car.ts';
import { eventually } from '../support/eventually.ts';
import { HalfOpenProxy } from '../support/half-open-proxy.ts';
import { NodePair } from '../support/nodes.ts';
import { PHONE, RiderPage } from '../support/rider-page.ts';
import { Scrape } from '../support/scrape.ts';
import { metresBetween, StreetDrive } from '../support/street-drive.ts';

/** Behind where the car is now: what the glide waits for its next fix, at 9 m/s, on a machine with much else to do. */
const BEHIND_LIMIT_M = 60;
const RECONNECT_MS = 60_000;

let nodes: NodePair;
let browser: Browser;
let drive: StreetDrive;
let reader: RiderPage | undefined;

beforeAll(async () => {
  nodes = await NodePair.start({ TRIPCAST_SITE_DIR: 'rider-web/site' });
  browser = await openBrowser();
});

beforeEach(async () => {
  drive = await StreetDrive.start(nodes.other.url);
});

afterEach(async () => {
  drive.stop();
  await reader?.close();
});

afterAll(async () => {
  await browser?.close();
  await nodes?.close();
});

/** The car on the screen comes to where it is now: it doesn't drive on behind itself. */
async function expectNow({ page }: RiderPage): Promise<void> {
  await eventually(
    'the car to be where it is now',
    async () => {
      const watched = await watchCar(page, drive.ride.trip);
      await drive.hasDriven(9);
      const frame = (await watched.stop()).at(-1);
      return frame !== undefined && metresBetween(frame.place, drive.truthAt(frame.atMs)) < BEHIND_LIMIT_M;
    },
    RECONNECT_MS,
  );
}

/** How many trips have followers there. */
async function followedOn({ url }: { url: string }): Promise<number> {
  return (await Scrape.of(url)).value('followed_trips');
}

test('[P9] a phone without a network: the page says so at once, with the age that it shows, and catches up', async () => {
  const road = await HalfOpenProxy.to(nodes.one.port);
  reader = await RiderPage.open(browser, road.url, drive.ride, PHONE);
  await reader.says('truth', 'Live');
  await reader.context.setOffline(true);
  road.lose();
  await reader.says('truth', /^You’re offline$/); // not the age's doing: that is shown from 6 s on
  await reader.says('truth', /^\d+ s old: you’re offline$/, RECONNECT_MS);
  await reader.page.locator('.car[data-kind=stale]').waitFor();
  await picture(reader.page, 'phone-offline');
  expect(await reader.barriers()).toEqual([]);

  await reader.context.setOffline(false);
  await reader.says('truth', /^Live$/, RECONNECT_MS);
  await expectNow(reader);
  await road.close();
});

test('[P5] a node that dies: the page is on another one, and the car drives on', async () => {
  const balancer = await Balancer.start();
  balancer.add(nodes.one);
  reader = await RiderPage.open(browser, balancer.url, drive.ride, PHONE);
  await reader.says('truth', 'Live');
  balancer.add(nodes.other);
  balancer.remove(nodes.one);
  await expect(followedOn(nodes.other)).resolves.toBe(0);
  await nodes.one.kill();
  // It may be back before it had to say that it was gone: what tells is the other node.
  await eventually(
    'the page to follow on the other node',
    async () => (await followedOn(nodes.other)) === 1,
    RECONNECT_MS,
  );
  await reader.says('truth', /^Live$/, RECONNECT_MS);
  await expectNow(reader);
  await balancer.close();
});

test('[P7] while the service cannot pass positions on, the page says that the trouble is ours', async () => {
  reader = await RiderPage.open(browser, nodes.other.url, drive.ride, PHONE);
  await reader.says('truth', 'Live');
  nodes.redis.freeze();
  await reader.says('truth', /trouble on our side/i, RECONNECT_MS);
  await picture(reader.page, 'phone-trouble');
  nodes.redis.thaw();
  await reader.says('truth', /^Live$/, RECONNECT_MS);
});
