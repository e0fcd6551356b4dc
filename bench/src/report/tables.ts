// The tables of docs/benchmarks.md. A system without a measurement has no row.

import type { Sample } from '../results.ts';
import { median, valuesOf } from '../results.ts';
import { SYSTEMS } from '../systems/index.ts';
import { figure, middle, spread, table } from './figures.ts';

const BYTES_PER_KIB = 1_024;
/** Servers that took less of their core than this at the highest step that was held had more to give. */
const FULL_CORE = 0.7;
const NODES_AND_REDIS = ['a', 'b', 'redis'];

/** Values of one measure, by system and name. */
function reader(samples: readonly Sample[], measure: string) {
  return {
    systems: SYSTEMS.filter(({ name }) => samples.some((of) => of.measure === measure && of.system === name)),
    values: (system: string, name: string) => valuesOf(samples, measure, system, name),
  };
}

export function shapeTable(samples: readonly Sample[], measure: string): string {
  const { systems, values } = reader(samples, measure);
  const rows = systems.map(({ name, title }) => [
    title,
    spread(values(name, 'cpuMicros')),
    processSplit(samples, measure, name),
    `${middle(values(name, 'p50Ms'))} / ${middle(values(name, 'p99Ms'))} / ${middle(values(name, 'p999Ms'))}`,
    middle(values(name, 'wireBytes')),
    share(median(values(name, 'serversBusy'))),
    share(median(values(name, 'loadBusy'))),
    String(sum(values(name, 'lost')) + sum(values(name, 'unacknowledged'))),
  ]);
  return table(
    ['', 'CPU µs/position', 'by process', 'p50 / p99 / p99.9 ms', 'bytes', 'servers', 'load', 'lost'],
    rows,
  );
}

export function rampTable(samples: readonly Sample[]): string {
  const steps = rampSteps(samples);
  const { systems } = reader(samples, 'ramp');
  const rows = systems.map(({ name, title }) => [
    title,
    ceilings(samples, name),
    ...steps.map((offered) => middle(heldAt(samples, name, offered, 'cpuMicros'))),
  ]);
  return table(
    ['CPU µs/position at', 'highest rates held (of the core)', ...steps.map((step) => `${step / 1_000}k`)],
    rows,
  );
}

/** What was offered, positions a second, by any ramp whose step was held. */
export function rampSteps(samples: readonly Sample[]): number[] {
  const held = samples.filter(({ measure, values }) => measure === 'ramp' && values.held === 1);
  return [...new Set(held.map(({ values }) => values.offered!))].sort((a, b) => a - b);
}

/** Values of the ramp steps that were held. */
export function heldAt(samples: readonly Sample[], system: string, offered: number, name: string): number[] {
  const step = samples.filter(({ values }) => values.held === 1 && values.offered === offered);
  return valuesOf(step, 'ramp', system, name);
}

/** The highest rate that a system held in each of its ramps, and how busy the servers' core was with it at the best. */
function ceilings(samples: readonly Sample[], system: string): string {
  const byRound = new Map<number, Sample['values']>();
  for (const { measure, system: of, round, values } of samples) {
    if (measure !== 'ramp' || of !== system || values.held !== 1) continue;
    if (values.offered! > (byRound.get(round)?.offered ?? 0)) byRound.set(round, values);
  }
  const best = [...byRound.values()].toSorted((a, b) => b.offered! - a.offered!);
  if (best.length === 0) return '–';
  const others = best.slice(1).map(({ offered }) => figure(offered!));
  const rest = others.length > 0 ? `, ${others.join(', ')}` : '';
  const { offered, serversBusy = 0 } = best[0]!;
  const isBound = serversBusy < FULL_CORE; // something else ended the ramp: this much it can do, at the least
  return `${isBound ? '≥ ' : ''}**${figure(offered!)}**${rest} (${share(serversBusy)})`;
}

export function memoryTable(samples: readonly Sample[]): string {
  const { systems, values } = reader(samples, 'memory');
  const kib = (name: string, of: string) => spread(values(name, of).map((bytes) => bytes / BYTES_PER_KIB));
  const nodes = (name: string) => {
    const [a, b] = [values(name, 'bytes.a'), values(name, 'bytes.b')];
    return a.map((bytes, nth) => (bytes + (b[nth] ?? 0)) / BYTES_PER_KIB);
  };
  const rows = systems.map(({ name, title }) => [
    title,
    spread(nodes(name)),
    kib(name, 'bytes.redis'),
    kib(name, 'bytes.kernel'),
  ]);
  return table(['KiB per idle rider', 'nodes', 'Redis', 'kernel, both ends'], rows);
}

export function connectTable(samples: readonly Sample[]): string {
  const { systems, values } = reader(samples, 'connect');
  const rows = systems.map(({ name, title }) => [
    title,
    spread(values(name, 'handshakesPerSecond')),
    share(median(values(name, 'serversBusy'))),
    spread(values(name, 'cpuMicros')),
    spread(values(name, 'stormSeconds')),
  ]);
  return table(['', 'handshakes/s', 'of the core', 'CPU µs each', 'all 10,000 back after, s'], rows);
}

export function resumeTable(samples: readonly Sample[]): string {
  const rows = [
    ['resume', '2,000 trips × 5 followers'],
    ['resume-herd', '20 trips × 500 followers'],
  ].flatMap(([measure, shape]) => {
    const { systems, values } = reader(samples, measure!);
    return systems.map(({ name, title }) => [
      `${title}: ${shape}`,
      spread(values(name, 'followersPerSecond')),
      share(median(values(name, 'serversBusy'))),
      spread(values(name, 'cpuMicros')),
      spread(values(name, 'uploadedPerSecond')),
    ]);
  });
  return table(
    ['', 'followers/s', 'of the core', 'CPU µs each', 'positions/s stored before, from stores'],
    rows,
  );
}

/** Each node's and Redis's part, of the median. */
function processSplit(samples: readonly Sample[], measure: string, system: string): string {
  return NODES_AND_REDIS.flatMap((role) => {
    const value = median(valuesOf(samples, measure, system, `cpuMicros.${role}`));
    return value === undefined ? [] : [`${role} ${figure(value)}`];
  }).join(', ');
}

function share(value: number | undefined): string {
  return value === undefined ? '–' : `${Math.round(value * 100)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
