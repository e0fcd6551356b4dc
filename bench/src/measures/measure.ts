import { setTimeout as pause } from 'node:timers/promises';
import { LoadGroup, type LoadOptions, type WindowSum } from '../load/load-group.ts';
import { cpuMicrosOf } from '../systems/process-clock.ts';
import type { RunningSystem, System } from '../systems/system.ts';

export interface MeasureOptions {
  system: System;
  seed: number;
  /** How long what is measured over time is measured, s. */
  seconds: number;
  loadProcesses: number;
}

/** What can be measured of a system. */
export interface Measure {
  name: string;
  title: string;
  /** Only systems that can do it: resume is nothing that relays know. */
  fits?(system: System): boolean;
  /**
   * Resolves to one or several sets of values, by name.
   * @throws Error when the system fails
   */
  take(options: MeasureOptions): Promise<Record<string, number>[]>;
}

export type Values = Record<string, number>;

/** Starts the servers and the load, has `work` measure, and ends them whatever happens. */
export async function withLoad<Result>(
  { system, seed, loadProcesses }: MeasureOptions,
  { mostTrips, isUnderWay }: Pick<LoadOptions, 'mostTrips' | 'isUnderWay'>,
  work: (running: RunningSystem, load: LoadGroup) => Promise<Result>,
): Promise<Result> {
  const running = await system.start();
  let load: LoadGroup | undefined;
  try {
    const processes = Math.min(loadProcesses, mostTrips);
    load = await LoadGroup.start(running, { wire: system.wire, seed, processes, mostTrips, isUnderWay });
    return await work(running, load);
  } finally {
    await load?.close();
    await running.close();
  }
}

/** CPU of each server so far, and of the load, µs. */
export interface CpuReading {
  atMs: number;
  servers: ReadonlyMap<string, number>;
  load: number;
}

export function readCpu(running: RunningSystem, load: LoadGroup): CpuReading {
  const servers = new Map<string, number>();
  for (const { name, pid } of running.processes) {
    const role = name.replace(/-\d+$/, ''); // a Cluster's servers count together
    servers.set(role, (servers.get(role) ?? 0) + cpuMicrosOf(pid));
  }
  const spent = load.pids.reduce((sum, pid) => sum + cpuMicrosOf(pid), 0);
  return { atMs: performance.now(), servers, load: spent };
}

/** CPU between two readings, in units of `count` things: in all as `cpuMicros`, and by process as `cpuMicros.a`. */
export function cpuValues(before: CpuReading, after: CpuReading, count: number): Values {
  const values: Values = { cpuMicros: 0 };
  for (const [role, spent] of after.servers) {
    const each = (spent - before.servers.get(role)!) / count;
    values[`cpuMicros.${role}`] = each;
    values.cpuMicros! += each;
  }
  const elapsedMicros = (after.atMs - before.atMs) * 1_000;
  values.serversBusy = (values.cpuMicros! * count) / elapsedMicros;
  values.loadBusy = (after.load - before.load) / elapsedMicros;
  return values;
}

/** What comes and what it costs over some seconds, while drivers drive. */
export async function takeWindow(running: RunningSystem, load: LoadGroup, seconds: number): Promise<Values> {
  await load.openWindow();
  const before = readCpu(running, load);
  await pause(seconds * 1_000);
  const after = readCpu(running, load);
  const window = await load.closeWindow();
  const elapsedS = (after.atMs - before.atMs) / 1_000;
  return {
    positionsPerSecond: window.arrived / elapsedS,
    ...cpuValues(before, after, window.arrived),
    ...latencyValues(window),
    lost: window.expected - window.delivered,
    unacknowledged: window.unacknowledged,
    wireBytes: window.bytes / window.arrived,
  };
}

function latencyValues({ latency }: WindowSum): Values {
  const ms = (percentile: number) => latency.getValueAtPercentile(percentile) / 1_000;
  return { p50Ms: ms(50), p99Ms: ms(99), p999Ms: ms(99.9) };
}
