// Runs, put together and made small enough to be kept with the sources.

import type { Machine, RunResult, Sample } from '../results.ts';

export interface Published {
  format: 1;
  machine: Machine;
  versions: Readonly<Record<string, string>>;
  runs: readonly Pick<RunResult, 'startedAt' | 'command' | 'commit' | 'isDirty'>[];
  samples: readonly Sample[];
}

const DIGITS = 4;

/** @throws Error when the runs are not of one machine: then they can't be compared */
export function publish(runs: readonly RunResult[]): Published {
  const [first] = runs;
  if (!first) throw new Error('name the files of the runs to publish');
  if (
    runs.some(({ machine }) => machine.cpu !== first.machine.cpu || machine.cores !== first.machine.cores)
  ) {
    throw new Error('these runs were taken on different machines');
  }
  const inOrder = runs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  return {
    format: 1,
    machine: first.machine,
    versions: Object.assign({}, ...inOrder.map(({ versions }) => versions)),
    runs: inOrder.map(({ startedAt, command, commit, isDirty }) => ({ startedAt, command, commit, isDirty })),
    samples: inOrder.flatMap(({ samples }, nth) => samples.map((sample) => small(sample, nth))),
  };
}

/** JSON with a sample a line: differences between two versions of the file can be read. */
export function textOf({ samples, ...about }: Published): string {
  const lines = samples.map((sample) => JSON.stringify(sample)).join(',\n');
  return `${JSON.stringify(about, undefined, 1).slice(0, -2)},\n "samples": [\n${lines}\n]}\n`;
}

/** Rounds are counted through all runs. */
function small(sample: Sample, run: number): Sample {
  const values = Object.entries(sample.values).map(([name, value]) => [
    name,
    Number(value.toPrecision(DIGITS)),
  ]);
  return { ...sample, round: run * 100 + sample.round, values: Object.fromEntries(values) };
}
