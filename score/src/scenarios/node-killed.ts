import { PROMPT } from '@tripcast/driver-sim';
import { PICTURE, PROMISES, type Scenario } from './scenario.ts';

export const nodeKilled: Scenario = {
  name: 'node-killed',
  title: 'one of two nodes is killed (-9), and comes back 20 s later',
  drivers: 50,
  riders: 100,
  nodes: 2,
  seconds: 60,
  device: [PROMPT],
  radio: [],
  system: [{ kind: 'kill-node', node: 0, atS: 20, forS: 20 }],
  budgets: {
    ...PROMISES,
    ...PICTURE,
    'latency.neverLiveAgain': { atMost: 0 },
    'latency.liveAgain.p99': { atMost: 5_000, dependsOnMachine: true },
  },
};
