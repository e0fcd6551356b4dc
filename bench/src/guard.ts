// Ratios within one run that must not be lost. Absolute figures depend on the machine and its neighbours; what the same
// minutes cost one system beside another depends on the code.

import { median, type Sample, valuesOf } from './results.ts';
import type { Plan } from './run-rounds.ts';

export interface Limit {
  measure: string;
  /** CPU per position of this system … */
  of: string;
  /** … is at most so many times that of this one. */
  to: string;
  most: number;
}

/**
 * Half above what was seen lately: three times the noise, which was 16 % (docs/benchmarks.md), as a guard must hold on a machine
 * with neighbours. Lower them when the code has got better.
 */
export const LIMITS: readonly Limit[] = [
  { measure: 'shape-i', of: 'tripcast', to: 'socket-io', most: 0.95 },
  { measure: 'shape-i', of: 'tripcast', to: 'nats', most: 1.8 },
  { measure: 'shape-i', of: 'tripcast', to: 'uws', most: 4 },
  { measure: 'shape-i', of: 'tripcast-memory', to: 'uws', most: 2.8 },
  { measure: 'shape-ii', of: 'tripcast', to: 'uws', most: 3.2 },
];

/** In less than four minutes; on a slow machine in one round. */
export const QUICK_PLAN: Plan = {
  measures: [...new Set(LIMITS.map(({ measure }) => measure))],
  systems: ['tripcast', 'tripcast-again', 'tripcast-memory', 'socket-io', 'nats', 'uws'],
  rounds: 2,
  seconds: 4,
  seed: 1,
  loadProcesses: 1,
  withinMs: 225_000,
  isNeeded: (measure, system) =>
    (measure === 'shape-i' && system === 'tripcast-again') ||
    LIMITS.some((limit) => limit.measure === measure && [limit.of, limit.to].includes(system)),
};

export interface Judgement {
  limit: Limit;
  /** `undefined` when one of the two was not measured. */
  ratio: number | undefined;
  isHeld: boolean;
}

/** What is not there to be measured breaks nothing; what failed does. */
export function judge(samples: readonly Sample[], limits: readonly Limit[] = LIMITS): Judgement[] {
  return limits.map((limit) => {
    const { measure, of, to, most } = limit;
    const [cost, other] = [of, to].map((system) => median(valuesOf(samples, measure, system, 'cpuMicros')));
    const ratio = cost === undefined || other === undefined ? undefined : cost / other;
    const hasFailed = [of, to].some((system) => valuesOf(samples, measure, system, 'failed').length > 0);
    return { limit, ratio, isHeld: !hasFailed && (ratio === undefined || ratio <= most) };
  });
}

export function inWords({ limit: { measure, of, to, most }, ratio, isHeld }: Judgement): string {
  const found = ratio === undefined ? 'not measured' : ratio.toFixed(2);
  return `${isHeld ? '✓' : '✗'} ${measure}: CPU per position, ${of} over ${to}: ${found} (at most ${most})`;
}
