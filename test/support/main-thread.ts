// What a page's main thread does, by its own clock: what else a machine has to do at the same time isn't counted. Nor is
// the browser's own commit: without a GPU it copies each canvas there, which on a phone it does not.

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

export interface Task {
  ms: number;
  /** What in it took longest, for the message of a failure. */
  what: string;
}

export interface MainThread {
  /** Longest first. */
  tasks: Task[];
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
  const tasks: Task[] = [];
  const framesMs: number[] = [];
  const starts: number[] = [];
  const commits = events.filter(({ name }) => name === 'Commit');
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
    const ms = (tdur - commitIn(commits, ts, endOfTask)) / 1_000;
    tasks.push({ ms, what: '' });
    starts.push(ts);
    if (frameMs !== undefined) frameMs += ms;
  }
  for (const { name, ts, tdur = 0, args } of events) {
    if (tdur < 2_000 || name.endsWith('RunTask')) continue;
    const task = tasks[starts.findLastIndex((start) => start <= ts)];
    if (task) task.what += `${name} ${args.data?.functionName ?? ''} ${tdur / 1_000} ms, `;
  }
  return {
    tasks: tasks.sort((a, b) => b.ms - a.ms),
    framesMs: framesMs.sort((a, b) => b - a),
  };
}

/** µs, of those that began in this time. */
function commitIn(commits: readonly TraceEvent[], from: number, to: number): number {
  const there = commits.filter(({ ts }) => ts >= from && ts < to);
  return there.reduce((sum, { tdur = 0 }) => sum + tdur, 0);
}

/** How long a fixed piece of work takes on this machine now, ms, by the same clock: the median of a few. */
export async function yardstickMs(browser: Browser, page: Page): Promise<number> {
  const { tasks } = await mainThreadDuring(browser, page, async () => {
    for (let turn = 0; turn < 9; turn++) {
      await page.evaluate(() => {
        const places = Array.from({ length: 40_000 }, (_, index) => ({ x: Math.sin(index), y: index }));
        return places.map(({ x, y }) => `${x * y}`).sort().length;
      });
    }
  });
  return tasks[4]!.ms;
}
