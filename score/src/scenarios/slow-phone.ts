import { PROMISES, type Scenario } from './scenario.ts';

export const slowPhone: Scenario = {
  name: 'slow-phone',
  title: 'cheap phones on slow links: 1 kB/s, half a second of latency, apps that hang',
  drivers: 50,
  riders: 100,
  nodes: 2,
  seconds: 90,
  device: [
    { kind: 'noisy', radiusMetres: 12 },
    { kind: 'jittered', leastMs: 100, mostMs: 1_500 },
    { kind: 'missing', fields: ['heading'] },
  ],
  radio: [
    {
      who: 'drivers',
      share: 0.5,
      faults: [
        { kind: 'latency', leastMs: 150, mostMs: 600 },
        { kind: 'slow', bytesPerSecond: 1_000 },
      ],
    },
    {
      who: 'riders',
      share: 0.5,
      faults: [
        { kind: 'latency', leastMs: 150, mostMs: 600 },
        { kind: 'slow', bytesPerSecond: 1_000 },
        { kind: 'stalled-reader', when: { fromMs: 30_000, untilMs: 45_000 } },
      ],
    },
  ],
  system: [],
  budgets: PROMISES,
};
