// Breaks nodes and Redis when the scenario says so, and mends them.

import type { TimelineEntry } from '../result.ts';
import { type SystemFault, systemFaultInWords } from '../scenarios/scenario.ts';
import type { LoadProcess } from './load-process.ts';
import type { Servers } from './servers.ts';

export interface SystemFaultOptions {
  faults: readonly SystemFault[];
  servers: Servers;
  loads: readonly LoadProcess[];
  /** What the faults' times count from, ms since the Unix epoch. */
  startMs: number;
  stop: AbortSignal;
}

/** How often riders are asked whether they are live again, ms. */
const RECOVERY_LOOK_MS = 250;
/** After this long nobody is waited for, ms. */
const RECOVERY_LIMIT_MS = 60_000;

/** Plays all faults; resolves to what happened when the last one is over and everybody is live again, or has given up. */
export async function playSystemFaults(options: SystemFaultOptions): Promise<TimelineEntry[]> {
  const played = await Promise.all(options.faults.map((fault) => play(fault, options)));
  return played.flat();
}

async function play(fault: SystemFault, options: SystemFaultOptions): Promise<TimelineEntry[]> {
  const { loads, startMs, stop } = options;
  if (!(await until(startMs + fault.atS * 1_000, stop))) return [];
  const fromMs = Date.now();
  // Others take over from a node, and from a master: riders wait from the fault on. From a Redis alone nobody does: from its return on.
  const waitsForMending = fault.kind === 'restart-redis' || fault.kind === 'freeze-redis';
  if (!waitsForMending) expectRecovery(loads, fromMs);
  const mended = breakAndMend(fault, fromMs, options);
  if (waitsForMending) {
    await mended;
    expectRecovery(loads, Date.now());
  }
  const recoveredMs = await untilRecovered(loads, stop);
  await mended;
  const faultEntry: TimelineEntry = {
    kind: 'fault',
    atMs: fromMs - startMs,
    what: systemFaultInWords(fault),
    who: 'everybody',
    ...('forS' in fault && { untilMs: fromMs - startMs + fault.forS * 1_000 }),
  };
  if (recoveredMs === undefined) return [faultEntry];
  return [
    faultEntry,
    { kind: 'recovery', atMs: recoveredMs - startMs, what: 'every rider is live again', who: 'all riders' },
  ];
}

/** Resolves when all runs again. */
async function breakAndMend(fault: SystemFault, fromMs: number, options: SystemFaultOptions): Promise<void> {
  const { servers, loads, stop } = options;
  const mendAt = (forS: number): Promise<boolean> => until(fromMs + forS * 1_000, stop);
  switch (fault.kind) {
    case 'kill-node': {
      const node = servers.nodes[fault.node]!;
      await node.kill();
      if (await mendAt(fault.forS)) await node.start();
      return;
    }
    case 'restart-node': {
      const node = servers.nodes[fault.node]!;
      await node.terminate();
      if (!stop.aborted) await node.start();
      return;
    }
    case 'freeze-node': {
      const node = servers.nodes[fault.node]!;
      node.freeze();
      await mendAt(fault.forS);
      node.thaw();
      return;
    }
    case 'restart-redis':
    case 'kill-master':
      await servers.redis.master.kill();
      if (await mendAt(fault.forS)) await servers.redis.master.start();
      return;
    case 'freeze-redis':
      servers.redis.master.freeze();
      await mendAt(fault.forS);
      servers.redis.master.thaw();
      return;
    case 'storm':
      for (const load of loads) load.tell({ type: 'storm' });
      return;
    default:
      fault satisfies never;
  }
}

function expectRecovery(loads: readonly LoadProcess[], sinceMs: number): void {
  for (const load of loads) load.tell({ type: 'fault', sinceMs });
}

/** When nobody waited to be live again, ms since the Unix epoch; `undefined` when that did not come. */
async function untilRecovered(loads: readonly LoadProcess[], stop: AbortSignal): Promise<number | undefined> {
  const deadline = Date.now() + RECOVERY_LIMIT_MS;
  while (Date.now() < deadline && (await until(Date.now() + RECOVERY_LOOK_MS, stop))) {
    const pending = await Promise.all(loads.map((load) => load.pendingRiders()));
    if (pending.every((riders) => riders === 0)) return Date.now();
  }
  return undefined;
}

/** Resolves at a time (ms since the Unix epoch), or when told to stop: whether it was the time. */
export function until(timeMs: number, stop: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve(false);
    const timer = setTimeout(() => settle(true), Math.max(0, timeMs - Date.now()));
    const onStop = (): void => settle(false);
    stop.addEventListener('abort', onStop);
    function settle(isTime: boolean): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
      resolve(isTime);
    }
  });
}
