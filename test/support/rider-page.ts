import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Ride } from './ride.ts';

export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
export const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

/** How long a page may take for what was promised no sooner, on a busy machine, ms. */
const PATIENCE_MS = 60_000;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A browser of its own for one reader: what the page complains of is kept. */
export class RiderPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Uncaught errors, and what was written to the console as one. */
  readonly faults: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text());
    });
  }

  static async blank(browser: Browser, options: BrowserContextOptions = DESK): Promise<RiderPage> {
    const context = await browser.newContext(options);
    return new RiderPage(context, await context.newPage());
  }

  /** The ride's own rider opens its link. */
  static async open(
    browser: Browser,
    url: string,
    ride: Pick<Ride, 'id' | 'riderToken'>,
    options: BrowserContextOptions = DESK,
  ): Promise<RiderPage> {
    const rider = await RiderPage.blank(browser, options);
    await rider.page.goto(`${url}/trips/${ride.id}#${ride.riderToken}`);
    return rider;
  }

  /** Resolves when the element with this test id says so. */
  async says(testId: string, text: string | RegExp, withinMs = PATIENCE_MS): Promise<void> {
    await this.page
      .getByTestId(testId)
      .filter({ hasText: text })
      .waitFor({ state: 'attached', timeout: withinMs });
  }

  async text(testId: string): Promise<string> {
    return (await this.page.getByTestId(testId).textContent()) ?? '';
  }

  /** What breaks WCAG 2.2 AA, as axe finds it: empty when nothing. */
  async barriers(): Promise<string[]> {
    // Not by a script element: the page's own policy forbids strangers' scripts.
    await this.page.evaluate(readFileSync(AXE, 'utf8'));
    return this.page.evaluate(async (tags) => {
      const { axe } = window as unknown as {
        axe: {
          run(
            context: unknown,
            options: unknown,
          ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
        };
      };
      const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
      );
    }, WCAG);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
