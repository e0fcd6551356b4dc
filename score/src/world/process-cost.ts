// What a process has cost so far, from Linux's /proc; elsewhere nothing is known.

import { readFile } from 'node:fs/promises';

export interface ProcessCost {
  /** User and system time, µs. */
  cpu: number;
  /** Resident memory, bytes. */
  memory: number;
}

/** Linux tells times in hundredths of a second. */
const MICROSECONDS_PER_TICK = 10_000;

/** `undefined` when there is no such process, or no /proc. */
export async function costOf(pid: number | undefined): Promise<ProcessCost | undefined> {
  if (pid === undefined) return undefined;
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    return { cpu: cpuIn(stat), memory: memoryIn(status) };
  } catch {
    return undefined; // gone, or another system
  }
}

/** µs, from the text of `/proc/<pid>/stat`: fields 14 and 15 (proc(5)), counted after the command in parentheses. */
export function cpuIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
}

/** Bytes, from the text of `/proc/<pid>/status`. */
export function memoryIn(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}

/** CPU that processes spent over a stretch of time, whichever of them came and went. */
export class CpuMeter {
  readonly #pids: () => readonly (number | undefined)[];
  /** By process: at its first and last sight, µs. */
  readonly #seen = new Map<number, { first: number; last: number }>();

  /** @param pids those that run now */
  constructor(pids: () => readonly (number | undefined)[]) {
    this.#pids = pids;
  }

  /** Call at the begin, at the end, and now and then: what a process spends after the last look before its death is lost. */
  async look(): Promise<void> {
    for (const pid of this.#pids()) {
      const cost = await costOf(pid);
      if (!cost) continue;
      const seen = this.#seen.get(pid!);
      if (seen) seen.last = cost.cpu;
      else this.#seen.set(pid!, { first: cost.cpu, last: cost.cpu });
    }
  }

  /** µs */
  get spent(): number {
    return [...this.#seen.values()].reduce((sum, { first, last }) => sum + last - first, 0);
  }
}

/** Resident memory of several processes together, bytes. */
export async function memoryOf(pids: readonly (number | undefined)[]): Promise<number> {
  const costs = await Promise.all(pids.map(costOf));
  return costs.reduce((sum, cost) => sum + (cost?.memory ?? 0), 0);
}
