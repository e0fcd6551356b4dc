// The process of a gateway node; with `--processes <n>`, of several on one port.

import { parseArgs } from 'node:util';
import { main } from './main.ts';
import { runProcesses } from './run-processes.ts';

const MOST = 64;

function processesWanted(): number | undefined {
  const { values } = parseArgs({ options: { processes: { type: 'string' } } });
  if (values.processes === undefined) return undefined;
  const count = Number(values.processes);
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return count;
  throw new Error(`--processes must be a whole number from 1 to ${MOST}, not "${values.processes}"`);
}

// Started by `npm start`, or as one of several: go when that goes, however it happens.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
try {
  const count = processesWanted();
  await (count === undefined ? main() : runProcesses(count));
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
