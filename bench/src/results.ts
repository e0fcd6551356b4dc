// What a run leaves behind: numbers by name, and all that is needed to know what they are worth.

/** One measurement of one system. */
export interface Sample {
  measure: string;
  system: string;
  /** Which of the interleaved rounds it belongs to, from 1. */
  round: number;
  /** When it was taken, ISO 8601. */
  at: string;
  values: Readonly<Record<string, number>>;
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  kernel: string;
  /** Servers on one core, load on another. */
  arePinned: boolean;
}

export interface RunResult {
  format: 1;
  startedAt: string;
  command: string;
  commit: string;
  /** Whether files differed from the commit. */
  isDirty: boolean;
  machine: Machine;
  versions: Readonly<Record<string, string>>;
  samples: readonly Sample[];
}

/** The middle of some values; the mean of the two middle ones. `undefined` when there are none. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** All values of that name, in the order in which they were measured. */
export function valuesOf(
  samples: readonly Sample[],
  measure: string,
  system: string,
  name: string,
): number[] {
  return samples
    .filter((sample) => sample.measure === measure && sample.system === system)
    .flatMap(({ values }) => values[name] ?? []);
}
