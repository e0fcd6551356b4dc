import { PROMPT } from '@tripcast/driver-sim';
import { PICTURE, PROMISES, type Scenario } from './scenario.ts';

export const nodeFrozen: Scenario = {
  name: 'node-frozen',
  title: 'one of two nodes is frozen (SIGSTOP) for 25 s: its sockets stay open, and nothing answers',
  drivers: 50,
  riders: 100,
  nodes: 2,
  seconds: 75,
  device: [PROMPT],
  radio: [],
  system: [{ kind: 'freeze-node', node: 0, atS: 20, forS: 25 }],
  budgets: {
    ...PROMISES,
    ...PICTURE,
    'latency.neverLiveAgain': { atMost: 0 },
    // A peer that is silent for 10 s is left; a driver and its rider may both have to.
    'latency.liveAgain.p99': { atMost: 20_000, dependsOnMachine: true },
  },
};
