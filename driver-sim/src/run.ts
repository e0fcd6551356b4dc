// The process of a simulator: signals, clock and streams are wired here, and only here.

import { main } from './main.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  });
}
// Started by `npm start`: go when it goes, however that happens.
process.on('disconnect', () => stop.abort());
const startMs = Date.now() - performance.now();
const code = await main(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  secretFile: new URL('../../.tripcast/secret', import.meta.url),
  stop: stop.signal,
  clock: {
    // Fixes are ordered by their time: it must not go back when the machine's clock is set.
    now: () => Math.floor(startMs + performance.now()),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  },
});
process.exit(code);
