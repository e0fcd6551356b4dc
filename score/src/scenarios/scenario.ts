// What happens in a run, as data: how many, how long, which faults meet whom, and what the card is held to.

import type { DeviceFault, RadioFault } from '@tripcast/driver-sim';
import type { Budget } from '../result.ts';

export interface Scenario {
  name: string;
  /** One sentence. */
  title: string;
  drivers: number;
  /** Followers, spread evenly over the drivers' trips. */
  riders: number;
  nodes: number;
  /** With a replica and sentinels, or (the default) without. */
  redis?: 'alone' | 'sentinel';
  /** What is measured; warming up and settling come on top. */
  seconds: number;
  /** Inside the phones of all drivers, from their first fix on. */
  device: readonly DeviceFault[];
  /** Between phones and nodes. Times count from the begin of the measured part. */
  radio: readonly RadioPart[];
  /** In the nodes and in Redis, in the order of their times. */
  system: readonly SystemFault[];
  /** By the id of the row. */
  budgets: Readonly<Record<string, Budget>>;
}

export interface RadioPart {
  who: 'drivers' | 'riders';
  /** Of them, 0 to 1; each by chance. */
  share: number;
  faults: readonly RadioFault[];
}

/** `node` is an index; `forS`: until it is undone. `atS` counts from the begin of the measured part. */
export type SystemFault =
  /** kill -9; after `forS` another one is started on the same port. */
  | { kind: 'kill-node'; node: number; atS: number; forS: number }
  /** SIGTERM, and a new one as soon as it has gone. */
  | { kind: 'restart-node'; node: number; atS: number }
  /** SIGSTOP, then SIGCONT. */
  | { kind: 'freeze-node'; node: number; atS: number; forS: number }
  /** kill -9, and a new one on the same files. */
  | { kind: 'restart-redis'; atS: number; forS: number }
  /** kill -9 of the Redis that all write to; it comes back as a replica. */
  | { kind: 'kill-master'; atS: number; forS: number }
  | { kind: 'freeze-redis'; atS: number; forS: number }
  /** All sockets of all drivers and riders are reset at once. */
  | { kind: 'storm'; atS: number };

/** What must hold whatever happens: nothing acknowledged is lost, no hole, nothing twice, no lie. */
export const PROMISES = {
  'delivery.acknowledgedNotStored': { atMost: 0 },
  'delivery.notAcknowledged': { atMost: 0 },
  'delivery.refused': { atMost: 0 },
  'delivery.holes': { atMost: 0 },
  'delivery.duplicates': { atMost: 0 },
  'delivery.tripEventsLost': { atMost: 0 },
  'truth.wronglyLive': { atMost: 0 },
  'truth.backwardMoves': { atMost: 0 },
  'truth.unexplainedJumps': { atMost: 0 },
  // Moves that nobody saw well enough are not judged: that must stay rare.
  'cost.lateLooks': { atMost: 5, dependsOnMachine: true },
} as const satisfies Record<string, Budget>;

/** What good phones show, whatever breaks behind them: nobody is shown a car in the wrong street when data comes again. */
export const PICTURE = {
  'truth.errorShown.median': { atMost: 4, beatsBaselines: true },
  'truth.errorShown.p95': { atMost: 15 },
} as const satisfies Record<string, Budget>;

/** Fewer drivers and riders, at least two and four. Nodes, times and faults stay. */
export function scaled(scenario: Scenario, scale: number): Scenario {
  return {
    ...scenario,
    drivers: Math.max(2, Math.round(scenario.drivers * scale)),
    riders: Math.max(4, Math.round(scenario.riders * scale)),
  };
}

/** In words, for the card. */
export function systemFaultInWords(fault: SystemFault): string {
  switch (fault.kind) {
    case 'kill-node':
      return `node ${fault.node + 1} is killed (-9) for ${fault.forS} s`;
    case 'restart-node':
      return `node ${fault.node + 1} is restarted (SIGTERM)`;
    case 'freeze-node':
      return `node ${fault.node + 1} is frozen for ${fault.forS} s`;
    case 'restart-redis':
      return `Redis is killed (-9) for ${fault.forS} s`;
    case 'kill-master':
      return `the master is killed (-9), and comes back ${fault.forS} s later`;
    case 'freeze-redis':
      return `Redis is frozen for ${fault.forS} s`;
    case 'storm':
      return 'every socket is reset at once';
    default:
      return fault satisfies never;
  }
}
