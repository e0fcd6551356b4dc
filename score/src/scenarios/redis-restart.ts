import { PROMPT } from '@tripcast/driver-sim';
import { PICTURE, PROMISES, type Scenario } from './scenario.ts';

export const redisRestart: Scenario = {
  name: 'redis-restart',
  title: 'Redis is killed (-9) for 8 s, and later frozen for 8 s',
  drivers: 50,
  riders: 100,
  nodes: 2,
  seconds: 90,
  device: [PROMPT],
  radio: [],
  system: [
    { kind: 'restart-redis', atS: 15, forS: 8 },
    { kind: 'freeze-redis', atS: 50, forS: 8 },
  ],
  budgets: {
    ...PROMISES,
    ...PICTURE,
    'latency.neverLiveAgain': { atMost: 0 },
    'latency.liveAgain.p99': { atMost: 10_000, dependsOnMachine: true },
  },
};
