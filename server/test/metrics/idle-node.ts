import { BackendFigures } from '../../src/metrics/backend-figures.ts';
import type { NodeState } from '../../src/metrics/metrics.ts';

/** A node that has nothing to do, as its metrics see it. */
export function idleNode(): NodeState {
  return {
    isAvailable: () => true,
    isDraining: () => false,
    isOutOfFiles: () => false,
    followedTrips: () => 0,
    fleetCells: () => 0,
    arrivals: () => ({ present: 0, remembered: 0 }),
    followersBehind: () => 0,
    fixesWaiting: () => 0,
    unsentBytes: () => 0,
    backend: new BackendFigures(),
  };
}

/** The value of a line of the text format; `undefined` when there is no such line. @param name with its labels */
export function sample(text: string, name: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}
