import { PROMPT } from '@tripcast/driver-sim';
import { PICTURE, PROMISES, type Scenario } from './scenario.ts';

export const tunnel: Scenario = {
  name: 'tunnel',
  title: 'half of the drivers are without signal for 40 s',
  drivers: 50,
  riders: 100,
  nodes: 2,
  seconds: 90,
  device: [PROMPT],
  radio: [
    { who: 'drivers', share: 0.5, faults: [{ kind: 'tunnel', when: { fromMs: 20_000, untilMs: 60_000 } }] },
  ],
  system: [],
  budgets: { ...PROMISES, ...PICTURE, 'latency.neverLiveAgain': { atMost: 0 } },
};
