import { PROMPT } from '@tripcast/driver-sim';
import { PICTURE, PROMISES, type Scenario } from './scenario.ts';

export const sentinelFailover: Scenario = {
  name: 'sentinel-failover',
  title: 'the Redis that all write to is killed (-9), and Sentinel makes its replica the next one',
  drivers: 50,
  riders: 100,
  nodes: 2,
  redis: 'sentinel',
  seconds: 60,
  device: [PROMPT],
  radio: [],
  system: [{ kind: 'kill-master', atS: 15, forS: 25 }],
  budgets: {
    ...PROMISES,
    ...PICTURE,
    'latency.neverLiveAgain': { atMost: 0 },
    // Sentinels wait for 3 s, and elect.
    'latency.liveAgain.p99': { atMost: 10_000, dependsOnMachine: true },
  },
};
