// What a page's main thread does, by its own clock: what else a machine has to do at the same time isn't counted.

import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** µs; `tdur` by the thread's own clock. */
  ts: number;
  dur?: number;
  tdur?: number;
  args: { name?: string; data?: { functionName?: string } };
}

export interface MainThread {
  /** Of each task, ms, longest first. */
  tasksMs: number[];
  /** What all tasks from one frame to the next took, ms, longest first. */
  framesMs: number[];
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
/** Named by no page of ours: finds the page's own thread among those of its browser. */
const MARK = 'mainThreadMark';

/** Everything that the page's main thread did during `work`. Nothing else may run in the browser. */
export async function mainThreadDuring(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<MainThread> {
  const devtools = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES },
  });
  await page.evaluate((mark) => console.timeStamp(mark), MARK);
  await work();
  await devtools.send('Tracing.end');
  await complete;
  await devtools.detach();
  const marked = events.find(
    ({ name, args }) => name === 'TimeStamp' && JSON.stringify(args).includes(MARK),
  )!;
  const mine = events.filter(({ pid, tid }) => pid === marked.pid && tid === marked.tid);
  return measured(mine.sort((a, b) => a.ts - b.ts));
}

function measured(events: readonly TraceEvent[]): MainThread {
  const tasksMs: number[] = [];
  const framesMs: number[] = [];
  let endOfTask = 0;
  let frameMs: number | undefined;
  for (const { name, ph, ts, dur = 0, tdur = 0 } of events) {
    if (name === 'FireAnimationFrame') {
      // The first of a frame: several may ask for the same one.
      if (frameMs !== undefined && frameMs > 0) framesMs.push(frameMs);
      frameMs = 0;
    }
    if (ph !== 'X' || !name.endsWith('RunTask') || ts < endOfTask) continue; // one in another is counted with it
    endOfTask = ts + dur;
    tasksMs.push(tdur / 1_000);
    if (frameMs !== undefined) frameMs += tdur / 1_000;
  }
  const longestFirst = (a: number, b: number) => b - a;
  return { tasksMs: tasksMs.sort(longestFirst), framesMs: framesMs.sort(longestFirst) };
}

/** How long a fixed piece of work takes on this machine now, ms, by the same clock: the median of a few. */
export async function yardstickMs(browser: Browser, page: Page): Promise<number> {
  const { tasksMs } = await mainThreadDuring(browser, page, async () => {
    for (let turn = 0; turn < 9; turn++) {
      await page.evaluate(() => {
        const places = Array.from({ length: 40_000 }, (_, index) => ({ x: Math.sin(index), y: index }));
        return places.map(({ x, y }) => `${x * y}`).sort().length;
      });
    }
  });
  return tasksMs[4]!;
}
