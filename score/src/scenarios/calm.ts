import { PROMPT } from '@tripcast/driver-sim';
import { PROMISES, type Scenario } from './scenario.ts';

export const calm: Scenario = {
  name: 'calm',
  title: 'good phones, a good network, nothing breaks',
  drivers: 100,
  riders: 200,
  nodes: 2,
  seconds: 60,
  device: [PROMPT],
  radio: [],
  system: [],
  budgets: {
    ...PROMISES,
    'latency.p99': { atMost: 100, dependsOnMachine: true },
    'truth.errorShown.median': { atMost: 4, beatsBaselines: true },
    'truth.errorShown.p95': { atMost: 12 },
    'truth.displayDelay.median': { atMost: 1_000, dependsOnMachine: true },
  },
};
