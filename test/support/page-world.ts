// What every file of browser tests has: a node that serves the pages, a browser, and a car whose place is always known.

import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { GatewayProcess } from './gateway-process.ts';
import type { RiderPage } from './rider-page.ts';
import { StreetDrive } from './street-drive.ts';

export interface PageWorld {
  node: GatewayProcess;
  browser: Browser;
}

/** For all tests of a file. */
export function pageWorld(): PageWorld {
  const world = {} as PageWorld;
  beforeAll(async () => {
    world.node = await GatewayProcess.start({ TRIPCAST_SITE_DIR: 'rider-web/site' });
    world.browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await world.browser?.close();
    await world.node?.close();
  });
  return world;
}

export interface RideWorld extends PageWorld {
  /** Under way, another one for each test. */
  drive: StreetDrive;
  /** Whom the test opens the ride for; closed after it. */
  reader: RiderPage | undefined;
}

/** As `pageWorld`, with a ride for each test. */
export function rideWorld(): RideWorld {
  const world = pageWorld() as RideWorld;
  beforeEach(async () => {
    world.drive = await StreetDrive.start(world.node.url);
  });
  afterEach(async () => {
    world.drive.stop();
    await world.reader?.close();
  });
  return world;
}
