import { type Measure, measureNamed } from './measures/index.ts';
import type { Sample } from './results.ts';
import { type System, systemNamed } from './systems/index.ts';

/** What is measured how often. */
export interface Plan {
  measures: readonly string[];
  systems: readonly string[];
  rounds: number;
  seconds: number;
  seed: number;
  loadProcesses: number;
  /** No round begins that would end later than this after the start, judging by those before; ms. */
  withinMs?: number;
  /** Which measures of which systems, where not all are. */
  isNeeded?(measure: string, system: string): boolean;
}

export interface Surroundings {
  /** What is going on, for the terminal. */
  say: (text: string) => void;
  /** Called after each measurement, with all that there are. */
  keep: (samples: readonly Sample[]) => Promise<void>;
  stop: AbortSignal;
}

/**
 * Takes each measure of each system, round by round; each round begins with another system, so that a neighbour's busy
 * minute does not always hit the same one. Resolves to what was measured, also when stopped before the end.
 */
export async function runRounds(plan: Plan, { say, keep, stop }: Surroundings): Promise<Sample[]> {
  const samples: Sample[] = [];
  const systems = plan.systems.map((name) => systemNamed(name)!).filter((system) => isHere(system, say));
  const beganAt = performance.now();
  for (let round = 1; round <= plan.rounds; round++) {
    if (!isTimeFor(round, performance.now() - beganAt, plan.withinMs)) {
      say(`no time for round ${round}: the machine is slow`);
      return samples;
    }
    for (const measure of plan.measures.map((name) => measureNamed(name)!)) {
      for (const system of rotated(systems, plan.seed + round)) {
        if (stop.aborted) return samples;
        if (measure.fits && !measure.fits(system)) continue;
        if (plan.isNeeded && !plan.isNeeded(measure.name, system.name)) continue;
        samples.push(...(await takeOne(measure, system, round, plan, say)));
        await keep(samples);
      }
    }
  }
  return samples;
}

async function takeOne(
  measure: Measure,
  system: System,
  round: number,
  { seconds, seed, loadProcesses }: Plan,
  say: (text: string) => void,
): Promise<Sample[]> {
  const at = new Date().toISOString();
  try {
    const taken = await measure.take({ system, seed: seed + round, seconds, loadProcesses });
    for (const values of taken) say(`${round} ${measure.name} ${system.name}: ${inWords(values)}`);
    return taken.map((values) => ({ measure: measure.name, system: system.name, round, at, values }));
  } catch (error) {
    say(`${round} ${measure.name} ${system.name} failed: ${(error as Error).message}`);
    return [{ measure: measure.name, system: system.name, round, at, values: { failed: 1 } }];
  }
}

/** Whether a round may begin when those before it took so long, ms. */
export function isTimeFor(round: number, elapsedMs: number, withinMs = Number.POSITIVE_INFINITY): boolean {
  const done = round - 1;
  return done === 0 || elapsedMs + elapsedMs / done <= withinMs;
}

function isHere({ name, isMissing }: System, say: (text: string) => void): boolean {
  const why = isMissing?.();
  if (why !== undefined) say(`${name} is left out: ${why}`);
  return why === undefined;
}

/** The same things in the same circle, beginning with the `by`th. */
export function rotated<T>(things: readonly T[], by: number): T[] {
  const first = things.length === 0 ? 0 : by % things.length;
  return [...things.slice(first), ...things.slice(0, first)];
}

function inWords(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name} ${Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))}`,
    )
    .join(', ');
}
