import { PROMPT } from '@tripcast/driver-sim';
import { PICTURE, PROMISES, type Scenario } from './scenario.ts';

export const storm: Scenario = {
  name: 'storm',
  title: 'every socket of every driver and rider is reset at once',
  drivers: 500,
  riders: 1_000,
  nodes: 2,
  seconds: 60,
  device: [PROMPT],
  radio: [],
  system: [{ kind: 'storm', atS: 20 }],
  budgets: {
    ...PROMISES,
    ...PICTURE,
    'latency.neverLiveAgain': { atMost: 0 },
    'latency.liveAgain.p99': { atMost: 5_000, dependsOnMachine: true },
  },
};
