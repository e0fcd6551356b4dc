// All server processes share core 0, the load has core 1, so that a ceiling is one core's. With one core, or without
// `taskset`, everything shares everything, and results say so.

import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export const SERVERS_CORE = 0;
export const LOAD_CORE = 1;

export const arePinned = availableParallelism() >= 2 && spawnSync('taskset', ['--version']).status === 0;

/** The command line that runs another one on a core, as the same process. */
export function onCore(core: number, command: string, args: readonly string[]): [string, string[]] {
  return arePinned ? ['taskset', ['-c', String(core), command, ...args]] : [command, [...args]];
}
