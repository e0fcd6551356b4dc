import { PROMISES, type Scenario } from './scenario.ts';

/** The phones of a city among high buildings: what a rider of any day sees. */
export const city: Scenario = {
  name: 'city',
  title: 'a thousand drivers in a city: poor GPS, lost, late and reordered fixes',
  drivers: 1_000,
  riders: 2_000,
  nodes: 2,
  seconds: 120,
  device: [
    { kind: 'displaced', metres: 20, when: { everyMs: 300_000, lastsMs: { least: 5_000, most: 20_000 } } },
    { kind: 'lost', share: 0.1 },
    { kind: 'jittered', leastMs: 0, mostMs: 2_000 },
    { kind: 'reordered', share: 0.05, leastMs: 1_000, mostMs: 2_000 },
  ],
  radio: [],
  system: [],
  budgets: {
    ...PROMISES,
    'truth.errorShown.median': { atMost: 5, beatsBaselines: true },
    'truth.errorShown.p95': { atMost: 15, beatsBaselines: true },
    'truth.errorNow.median': { atMost: 15, beatsBaselines: true },
    'truth.errorNow.p95': { atMost: 40, beatsBaselines: true },
    'truth.displayDelay.median': { atMost: 1_000, dependsOnMachine: true },
  },
};
