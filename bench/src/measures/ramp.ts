import { setTimeout as pause } from 'node:timers/promises';
import type { LoadGroup } from '../load/load-group.ts';
import type { RunningSystem } from '../systems/system.ts';
import { type Measure, takeWindow, type Values, withLoad } from './measure.ts';
import { CONNECT_AT_ONCE } from './shapes.ts';

/** Positions a second. */
const STEPS = [
  200, 600, 2_000, 4_000, 6_000, 8_000, 12_000, 16_000, 20_000, 24_000, 30_000, 38_000, 47_500, 57_000,
  66_500,
];
/** Of each driver, as long as there may be more of them. */
const PER_SECOND = 2;
/** Two sockets each: a process may have 20,000. */
const MOST_TRIPS = 9_500;
const P99_LIMIT_MS = 100;
/** Less than this share of what was offered is not held. */
const LEAST_SHARE = 0.98;
/** A neighbour can take the core for a second. */
const TRIES = 3;
/** Servers or a load that take less of their cores than this were not at their end when a step failed: somebody else was. */
const SATURATED = 0.8;
/** So many failed steps in a row end a ramp all the same. */
const MOST_FAILED = 3;
const SETTLE_MS = 1_000;

/** One rider a trip, and ever more trips, until the servers' core is full: each step's values, `held` 1 or 0. */
export const rampMeasure: Measure = {
  name: 'ramp',
  title: 'More and more trips × 1 rider × 2/s, until p99 passes 100 ms',
  take: (options) =>
    withLoad(options, { mostTrips: MOST_TRIPS, isUnderWay: true }, async (running, load) => {
      const steps: Values[] = [];
      for (const offered of STEPS) {
        const failed = steps.slice(-MOST_FAILED).filter(({ held }) => held === 0);
        if (failed.length === MOST_FAILED || failed.some(isSaturated)) break;
        const trips = Math.min(MOST_TRIPS, Math.round(offered / PER_SECOND));
        await load.drive(0);
        await load.prepare(trips);
        await load.connect(trips, trips, 1, CONNECT_AT_ONCE);
        await load.drive(offered / trips);
        const step = await tryStep(running, load, offered, options.seconds);
        steps.push({ trips, ...step });
      }
      return steps;
    }),
};

async function tryStep(
  running: RunningSystem,
  load: LoadGroup,
  offered: number,
  seconds: number,
): Promise<Values> {
  let values: Values = {};
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await pause(SETTLE_MS);
    values = { offered, ...(await takeWindow(running, load, seconds)) };
    values.held = Number(isHeld(values));
    if (values.held === 1) break;
  }
  return values;
}

function isSaturated({ serversBusy, loadBusy }: Values): boolean {
  return serversBusy! >= SATURATED || loadBusy! >= SATURATED;
}

function isHeld({ offered, positionsPerSecond, p99Ms, lost }: Values): boolean {
  return p99Ms! <= P99_LIMIT_MS && lost! <= 0 && positionsPerSecond! >= offered! * LEAST_SHARE;
}
