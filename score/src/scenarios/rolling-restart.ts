import { PROMPT } from '@tripcast/driver-sim';
import { PICTURE, PROMISES, type Scenario } from './scenario.ts';

export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  title: 'three nodes are restarted, one after the other',
  drivers: 50,
  riders: 100,
  nodes: 3,
  seconds: 90,
  device: [PROMPT],
  radio: [],
  system: [
    { kind: 'restart-node', node: 0, atS: 10 },
    { kind: 'restart-node', node: 1, atS: 35 },
    { kind: 'restart-node', node: 2, atS: 60 },
  ],
  budgets: {
    ...PROMISES,
    ...PICTURE,
    'latency.neverLiveAgain': { atMost: 0 },
    'latency.liveAgain.p99': { atMost: 5_000, dependsOnMachine: true },
  },
};
