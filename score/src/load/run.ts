// The process of a share of the load: does what its parent says, and ends with it.

import { Load } from './load.ts';
import type { FromLoad, ToLoad } from './load-message.ts';

let latestMs = 0;
const clock = {
  // The machine's own, as the nodes read it; but fixes are ordered by their time, so it must not go back when it is set.
  now: () => {
    latestMs = Math.max(latestMs, Date.now());
    return latestMs;
  },
  setTimeout: (callback: () => void, ms: number) => setTimeout(callback, ms),
  clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
};

function tell(message: FromLoad): void {
  process.send?.(message);
}

const problems = new Map<string, number>();
function onProblem(text: string): void {
  const seen = problems.get(text) ?? 0;
  problems.set(text, seen + 1);
  if (seen === 0) tell({ type: 'problem', text }); // what one meets, a thousand meet
}

let load: Load | undefined;

async function obey(message: ToLoad): Promise<void> {
  switch (message.type) {
    case 'begin':
      load = new Load(message.order, { clock, onProblem });
      await load.begin();
      tell({ type: 'ready' });
      return;
    case 'measure':
      load?.measure(message.startMs);
      return;
    case 'fault':
      load?.expectRecovery(message.sinceMs);
      return;
    case 'storm':
      load?.storm();
      return;
    case 'pending':
      tell({ type: 'pending', riders: load?.pending ?? 0 });
      return;
    case 'settle':
      await load?.settle(message.untilMs);
      tell({ type: 'settled' });
      return;
    case 'report':
      if (load) tell({ type: 'report', report: await load.report() });
      return;
    default:
      message satisfies never;
  }
}

process.on('message', (message: ToLoad) => {
  obey(message).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {}); // whoever started us decides
