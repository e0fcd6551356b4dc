// What a phone's radio does to its connections, as data.

import type { When } from './when.ts';

/** How a link carries what goes over it. */
export interface RadioConditions {
  /** Added in each direction to each piece, evenly distributed; the order is kept, as TCP does. */
  latencyMs: { least: number; most: number };
  /** What passes in each direction, all connections together. */
  bytesPerSecond: number;
  /**
   * `clear`; `none`: a tunnel, nothing passes, not even a farewell, and who connects waits; `refused`: new connections
   * are reset, those that are there go on.
   */
  coverage: 'clear' | 'none' | 'refused';
  /** The app on the phone reads nothing; what it writes goes out. */
  isReaderStalled: boolean;
}

export const CLEAR_CONDITIONS: RadioConditions = {
  latencyMs: { least: 0, most: 0 },
  bytesPerSecond: Number.POSITIVE_INFINITY,
  coverage: 'clear',
  isReaderStalled: false,
};

export type RadioFault = { when?: When } & (
  | { kind: 'latency'; leastMs: number; mostMs: number }
  | { kind: 'slow'; bytesPerSecond: number }
  | { kind: 'tunnel' }
  | { kind: 'refusing' }
  | { kind: 'stalled-reader' }
  /** At the begin of each episode all connections are reset. */
  | { kind: 'cut' }
  /** At the begin of each episode the path forgets the connections there are: they stay silent for ever. */
  | { kind: 'half-open' }
);

/** The conditions under several faults at once: latencies add up, the slowest link counts, a tunnel beats all else. */
export function conditionsUnder(faults: readonly RadioFault[]): RadioConditions {
  const conditions: RadioConditions = { ...CLEAR_CONDITIONS, latencyMs: { ...CLEAR_CONDITIONS.latencyMs } };
  for (const fault of faults) {
    switch (fault.kind) {
      case 'latency':
        conditions.latencyMs.least += fault.leastMs;
        conditions.latencyMs.most += fault.mostMs;
        break;
      case 'slow':
        conditions.bytesPerSecond = Math.min(conditions.bytesPerSecond, fault.bytesPerSecond);
        break;
      case 'tunnel':
        conditions.coverage = 'none';
        break;
      case 'refusing':
        if (conditions.coverage !== 'none') conditions.coverage = 'refused';
        break;
      case 'stalled-reader':
        conditions.isReaderStalled = true;
        break;
      case 'cut':
      case 'half-open':
        break; // moments, not conditions
      default:
        fault satisfies never;
    }
  }
  return conditions;
}
