import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const ARTIFACTS = fileURLToPath(new URL('../../artifacts', import.meta.url));

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED';

/**
 * Opens a page while other tests' containers come and go on this machine: each changes its network, whereupon Chromium breaks off
 * what it is loading. Only a page of which something was broken off for that is opened again, as a new one: in the old one,
 * Chromium's own error page would still be on its way.
 */
export async function openAmongContainers(browser: Browser, url: string, options?: BrowserContextOptions) {
  for (;;) {
    const page = await browser.newPage(options);
    let isBrokenOff = false;
    page.on('requestfailed', (request) => {
      isBrokenOff ||= request.failure()?.errorText === NETWORK_CHANGED;
    });
    await page.goto(url).catch((error: Error) => {
      isBrokenOff ||= error.message.includes(NETWORK_CHANGED);
      if (!isBrokenOff) throw error;
    });
    if (!isBrokenOff) return page;
    await page.close();
  }
}

/** Keeps a picture of the page outside of git, for whoever wants to look. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
}

/** Where the car was drawn in one frame. */
export interface Frame {
  /** The page's clock, ms. */
  at: number;
  latitude: number;
  longitude: number;
  /** Degrees clockwise from true north. */
  heading: number;
  /** It is on its way to another place unseen. */
  isFaded: boolean;
}

/** Every frame's car, as the page has drawn it, for `ms`. */
export function framesOf(page: Page, ms: number): Promise<Frame[]> {
  return page.evaluate(async (duration) => {
    const car = document.querySelector<HTMLElement>('[data-testid=car]')!;
    const frames: { at: number; latitude: number; longitude: number; heading: number; isFaded: boolean }[] =
      [];
    const until = performance.now() + duration;
    while (performance.now() < until) {
      const at = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const { latitude, longitude, heading } = car.dataset;
      frames.push({
        at,
        latitude: Number(latitude),
        longitude: Number(longitude),
        heading: Number(heading),
        isFaded: car.style.opacity !== '',
      });
    }
    return frames;
  }, ms);
}
