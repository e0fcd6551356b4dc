// The scorecard's report, as whoever was sent the file opens it: from the disk, without a network.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { writeReport } from '../../score/src/report/write-report.ts';
import { sampleResult } from '../../score/test/report/sample-result.ts';
import { openBrowser, picture } from '../support/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'tripcast-report-'));
const file = join(folder, 'report.html');

let browser: Browser;
let page: Page;
/** What the browser complained of, and what it asked for beside the file. */
const complaints: string[] = [];

beforeAll(async () => {
  writeFileSync(file, writeReport(sampleResult()));
  browser = await openBrowser();
  const context = await browser.newContext({ offline: true, viewport: { width: 1_200, height: 900 } });
  page = await context.newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test('it opens offline, without an error, and shows its pictures', async () => {
  const pictures = page.locator('[role=img]');
  const boxes = await pictures.evaluateAll((all) =>
    all.map((one) => {
      const { width, height } = one.getBoundingClientRect();
      return width > 100 && height > 20;
    }),
  );
  expect(boxes.length).toBeGreaterThan(3);
  expect(boxes).not.toContain(false);
  await picture(page, 'report');
  expect(complaints).toEqual([]);
});

test('the replay moves the car when its time is moved', async () => {
  const time = page.locator('#replay input[type=range]');
  const map = page.locator('#replay canvas');
  const drawnAt = async (share: number): Promise<string> => {
    await time.evaluate((input: HTMLInputElement, at) => {
      const [min, max] = [Number(input.min), Number(input.max)];
      input.value = String(min + at * (max - min));
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }, share);
    return map.evaluate(async (canvas: HTMLCanvasElement) => {
      await new Promise(requestAnimationFrame);
      return canvas.toDataURL();
    });
  };
  const early = await drawnAt(0.2);
  expect(early.length).toBeGreaterThan(10_000); // streets and a car, not a blank
  expect(await drawnAt(0.8)).not.toBe(early);
  expect(complaints).toEqual([]);
});
