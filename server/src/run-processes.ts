// Several nodes on one machine, a process each, that share a port: the kernel gives each new connection to one of them. Beside
// it each has a port of its own, the next ones, where it alone can be asked how it does.

import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { ConfigError } from './config/config-error.ts';
import { readConfig } from './config/read-config.ts';
import { READY } from './main.ts';

const ENTRY = fileURLToPath(new URL('run.js', import.meta.url));
/** One that has died is replaced after this, ms. */
const REPLACE_AFTER_MS = 1_000;

/**
 * Runs so many nodes until it is told to go. One that dies is replaced; one that could not even start ends them all. Exits the
 * process: 0 after all have left politely.
 * @throws Error saying what to set, when they could not work together
 */
export async function runProcesses(count: number): Promise<void> {
  const { port, redisUrl } = settings();
  if (port === 0) throw new Error('several processes share a port: set PORT to one that is free');
  if (port + count > 65_535)
    throw new Error(`several processes take the ports after PORT, too: ${port} is too high`);
  if (redisUrl === undefined)
    throw new Error(
      'several processes know of each other through Redis: set REDIS_URL, or leave --processes out',
    );

  const log = pino({ level: process.env.LOG_LEVEL ?? 'info', base: null });
  const running = new Set<ChildProcess>();
  let isLeaving = false;

  const leave = (signal: NodeJS.Signals) => {
    if (isLeaving) return;
    isLeaving = true;
    log.info({ signal, processes: running.size }, 'told to stop');
    for (const child of running) child.kill('SIGTERM');
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);

  log.info({ processes: count, port, ownPorts: `${port + 1}-${port + count}` }, 'starting');
  const codes = await Promise.all(Array.from({ length: count }, (_, nth) => keepRunning(port + 1 + nth)));
  process.exit(Math.max(...codes));

  /** Resolves to the exit code of the last process on that port, when no other one follows. */
  async function keepRunning(ownPort: number): Promise<number> {
    for (let isFirst = true; ; isFirst = false) {
      const { hasServed, code, signal } = await run(ownPort);
      if (isLeaving) return code ?? 1;
      if (isFirst && !hasServed) {
        log.fatal({ ownPort, code, signal }, 'a process could not start; the others leave');
        leave('SIGTERM');
        return 1;
      }
      log.error({ ownPort, code, signal }, 'a process has died; another one takes its place');
      await pause(REPLACE_AFTER_MS);
      if (isLeaving) return 0;
    }
  }

  function run(ownPort: number): Promise<{ hasServed: boolean; code: number | null; signal: string | null }> {
    return new Promise((resolve) => {
      const child = fork(ENTRY, [], { env: { ...process.env, TRIPCAST_OWN_PORT: String(ownPort) } });
      let hasServed = false;
      running.add(child);
      child.on('message', (message) => {
        hasServed ||= message === READY;
      });
      child.on('exit', (code, signal) => {
        running.delete(child);
        resolve({ hasServed, code, signal });
      });
    });
  }
}

function settings(): { port: number; redisUrl: string | undefined } {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) throw new Error(error.message);
    throw error;
  }
}
