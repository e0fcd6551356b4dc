// A scenario's phones without sockets: the simulator's truth, the phones' faults, the SDK's two ends and the page's
// glide, in virtual time. What it grades is logic alone, so the same seed gives the same card to the last digit, and a
// hundred cars take some seconds. Radio and system faults need the real thing and are left out.

import os from 'node:os';
import type { Platform } from '@tripcast/client';
import {
  composedProfile,
  createWorld,
  type FaultProfile,
  faultsOf,
  type NamedFaults,
  randomFrom,
  skewedClock,
  uniform,
  type World,
} from '@tripcast/driver-sim';
import { rowsOf } from '../grade/rows.ts';
import { oddityInWords } from '../grade/shown-grade.ts';
import { Tally } from '../grade/tally.ts';
import { pageStreets } from '../load/page-streets.ts';
import type { Row, ScoreResult } from '../result.ts';
import { faultParameters } from '../scenarios/parameters.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { StreetIndex } from '../truth/street-index.ts';
import { TRUTH_STEP_MS } from '../truth/truth-track.ts';
import { Smoothness } from './smoothness.ts';
import { VirtualCar } from './virtual-car.ts';
import { VirtualClock } from './virtual-clock.ts';
import { VirtualNode } from './virtual-node.ts';
import { type Moment, VirtualRider } from './virtual-rider.ts';
import { WorstMoments } from './worst-moments.ts';

export interface VirtualOptions {
  seed: number;
  /** One rider each. Default: a tenth of the scenario's drivers. */
  cars?: number;
  /** Of virtual time. Default: the scenario's. */
  seconds?: number;
  /** What phones suffer besides. Radio faults need the real thing. */
  faults?: readonly NamedFaults[];
  /** Whether riders know the planned way. Default: yes. */
  isRouteKnown?: boolean;
  /** Called with every look that could be graded. */
  onLook?: (moment: Moment) => void;
}

/** Any day will do, as long as it is always the same. */
const START_MS = Date.UTC(2027, 0, 15, 12);
/** Phones and pages to the node, each message, each way, ms. */
const NETWORK = { leastMs: 30, mostMs: 130 };
/** A rider's clock is off by up to this, ms. */
const RIDER_SKEW_MS = 5_000;
const ROWS = /^truth\./;
const ODDITIES_TOLD = 10;

/** Runs the phones of a scenario in virtual time. */
export async function runVirtual(scenario: Scenario, options: VirtualOptions): Promise<ScoreResult> {
  const startedAt = new Date().toISOString();
  await pageStreets(); // what is read from a disk comes at no time that could be repeated
  const { seed, isRouteKnown = true, faults = [] } = options;
  const cars = options.cars ?? Math.ceil(scenario.drivers / 10);
  const seconds = options.seconds ?? scenario.seconds;
  const world = createWorld('montevideo', seed);
  const tally = new Tally();
  const smoothness = new Smoothness();
  const worst = new WorstMoments(5);
  const oddities: string[] = [];
  const town = openTown(world, scenario, cars, isRouteKnown, composedProfile(faults));
  const riders = new Map<VirtualCar, VirtualRider>();

  for (let step = 0; step < (seconds * 1_000) / TRUTH_STEP_MS; step++) {
    for (const [index, car] of town.cars.entries()) {
      car.step();
      followOn(car, index);
    }
    await town.clock.passTo(START_MS + step * TRUTH_STEP_MS);
    for (const rider of riders.values()) {
      const moment = rider.look();
      if (!moment) continue;
      worst.see(moment);
      options.onLook?.(moment);
    }
  }
  for (const part of [...riders.values(), ...town.cars]) part.close();

  /** The car's rider leaves when the trip is over, and the next one comes when the next one begins. */
  function followOn(car: VirtualCar, index: number): void {
    const rider = riders.get(car);
    if (rider?.tripId === car.trip?.id) return;
    rider?.close();
    riders.delete(car);
    if (!car.trip) return;
    const skewMs = uniform(randomFrom(seed, 'rider', index), -RIDER_SKEW_MS, RIDER_SKEW_MS);
    const platform = { ...town.platform, clock: skewedClock(town.clock, () => skewMs) };
    const { id: tripId } = car.trip;
    riders.set(
      car,
      new VirtualRider({
        car,
        tripId,
        tally,
        smoothness,
        streets: town.streets,
        onOddity: (oddity) => oddities.push(oddityInWords(oddity, START_MS, car.id)),
        platform,
        clock: town.clock,
      }),
    );
  }

  const rows: Row[] = [
    ...rowsOf(tally, undefined, scenario.budgets).filter(({ id }) => ROWS.test(id)),
    ...smoothness.rows(TRUTH_STEP_MS),
  ];
  return {
    format: 1,
    scenario: scenario.name,
    title: scenario.title,
    seed,
    mode: 'virtual',
    startedAt,
    measuredMs: seconds * 1_000,
    parameters: [
      { name: 'cars, a rider each', value: String(cars) },
      { name: 'riders know the route', value: isRouteKnown ? 'yes' : 'no' },
      { name: 'network, each way', value: `${NETWORK.leastMs} to ${NETWORK.mostMs} ms` },
      ...faultParameters(faults),
      ...scenario.device.map((fault) => ({ name: 'phones', value: JSON.stringify(fault) })),
    ],
    machine: {
      cpu: os.cpus()[0]?.model ?? 'unknown',
      cores: os.cpus().length,
      memoryBytes: os.totalmem(),
      node: process.versions.node,
    },
    rows,
    distributions: tally.distributions(),
    timeline: [],
    notes: [...oddities.slice(0, ODDITIES_TOLD), ...worst.inWords(START_MS)],
  };
}

function openTown(
  world: World,
  { device }: Scenario,
  cars: number,
  isRouteKnown: boolean,
  more: FaultProfile,
) {
  const clock = new VirtualClock(START_MS);
  const node = new VirtualNode(clock, randomFrom(world.seed, 'network'), NETWORK);
  const platform: Platform = {
    clock,
    WebSocket: node.WebSocket,
    fetch: () => new Promise<Response>(() => {}), // the socket answers first
    random: randomFrom(world.seed, 'backoff'),
    onWake: () => () => {},
    onNetwork: () => () => {},
  };
  return {
    clock,
    platform,
    streets: new StreetIndex(world.network),
    cars: Array.from(
      { length: cars },
      (_, index) =>
        new VirtualCar({
          world,
          index,
          startMs: START_MS,
          faults: [...device, ...faultsOf(more, randomFrom(world.seed, 'faults', index)).device],
          node,
          platform,
          isRouteKnown,
        }),
    ),
  };
}
