// A run in real time: a world of real processes is made, disturbed, measured, and ended.

import { cpus, loadavg, totalmem } from 'node:os';
import type { NamedFaults } from '@tripcast/driver-sim';
import { type Cost, rowsOf } from '../grade/rows.ts';
import { Tally } from '../grade/tally.ts';
import type { LoadOrder, LoadReport, WorstMinute } from '../load/load-message.ts';
import type { Parameter, ScoreResult, TimelineEntry, WorstRider } from '../result.ts';
import { faultParameters, parametersOf, type Scenario, scaled } from '../scenarios/index.ts';
import { LoadProcess } from './load-process.ts';
import { CpuMeter, memoryOf } from './process-cost.ts';
import { Servers } from './servers.ts';
import { playSystemFaults, until } from './system-faults.ts';

export interface RealRunOptions {
  scenario: Scenario;
  scale: number;
  seed: number;
  /** What drivers' phones and radios suffer besides. */
  faults: readonly NamedFaults[];
  /** So many riders look at their pages, about; a sample by the seed. Default: `usualLooking`. */
  looking: number | undefined;
  /** What is going on, for the terminal. */
  say: (text: string) => void;
  stop: AbortSignal;
}

/** Vehicles and riders that one load process carries, a file each: two share two cores better than eight. */
const PEOPLE_PER_PROCESS = 7_500;
/** Behind a radio each of them takes five files and more work. */
const RADIO_PEOPLE_PER_PROCESS = 2_000;
/** Up to so many riders, each looks at its page; of more than these, so many do. */
const ALL_LOOK = 2_000;
const MANY_LOOK = 500;
/** Vehicles and riders come so far apart, ms, so that nodes are not asked for all of them at once. */
const ARRIVAL_MS = 5;
const LEAST_ARRIVAL_MS = 4_000;
/** After the last one has come: the pace is set, first pictures are shown. */
const WARM_UP_MS = 6_000;
const SETTLE_WITHIN_MS = 20_000;
const METER_EVERY_MS = 1_000;
/** The truth is kept for the longest that anything shown can lag behind. */
const TRUTH_KEPT_MS = 180_000;

/** @throws Error when the world can't be made, or a part of it ends by itself. `undefined` when stopped before the end */
export async function runReal(options: RealRunOptions): Promise<ScoreResult | undefined> {
  const { scale, seed, say, stop } = options;
  const scenario = scaled(options.scenario, scale);
  const notes = new Set<string>();
  const startedAt = new Date().toISOString();
  const busyBefore = loadavg()[0]!;
  const { redis = 'alone' } = scenario;
  say(
    `starting Redis${redis === 'sentinel' ? ' with a replica and three sentinels' : ''} and ${scenario.nodes} nodes`,
  );
  const servers = await Servers.start(scenario.nodes, redis);
  const loads: LoadProcess[] = [];
  try {
    const gatewayPids = () => servers.nodes.map((node) => node.pid);
    const emptyBytes = await memoryOf(gatewayPids());

    const people = scenario.drivers + scenario.riders;
    const processes = Math.min(scenario.drivers, Math.ceil(people / peoplePerProcess(options)));
    for (let nth = 0; nth < processes; nth++) loads.push(new LoadProcess((text) => notes.add(text)));
    say(`${scenario.drivers} drivers and ${scenario.riders} riders come, in ${processes} process(es)`);
    const arrivalMs = Math.max(LEAST_ARRIVAL_MS, people * ARRIVAL_MS);
    const arrived = Promise.all(
      loads.map((load, nth) => load.begin(orderOf(nth, processes, scenario, arrivalMs, servers, options))),
    );
    arrived.catch(() => {}); // told below, unless we were stopped before
    await Promise.race([arrived, stopped(stop)]);
    if (!(await until(Date.now() + WARM_UP_MS, stop))) return undefined;

    const gatewayGrowth = (await memoryOf(gatewayPids())) - emptyBytes;
    const meters = {
      gateway: new CpuMeter(gatewayPids),
      redis: new CpuMeter(() => servers.redis.pids),
      load: new CpuMeter(() => loads.map((load) => load.pid)),
    };
    const lookAll = () => Promise.all(Object.values(meters).map((meter) => meter.look()));
    say(`measuring for ${scenario.seconds} s`);
    await lookAll();
    const startMs = Date.now();
    for (const load of loads) load.tell({ type: 'measure', startMs });
    const faults = playSystemFaults({ faults: scenario.system, servers, loads, startMs, stop });
    faults.catch(() => {}); // told below
    const meterTimer = setInterval(() => void lookAll(), METER_EVERY_MS);
    const isWhole = await until(startMs + scenario.seconds * 1_000, stop);
    clearInterval(meterTimer);
    await lookAll();
    if (!isWhole) return undefined;
    const measuredMs = Date.now() - startMs;

    say('settling, and reading back what is stored');
    const timeline = [...radioTimeline(scenario), ...(await faults)];
    await Promise.all(loads.map((load) => load.settle(Date.now() + SETTLE_WITHIN_MS)));
    const reports = await Promise.all(loads.map((load) => load.report()));
    const cost: Cost = {
      gatewayCpu: meters.gateway.spent,
      redisCpu: meters.redis.spent,
      loadCpu: meters.load.spent,
      elapsed: measuredMs * 1_000,
      gatewayGrowth,
      loadMemory: {
        drivers: sumOf(reports, ({ memory }) => memory.drivers - memory.world),
        riders: sumOf(reports, ({ memory }) => memory.riders - memory.drivers),
      },
      drivers: scenario.drivers,
      riders: scenario.riders,
    };
    return resultOf({
      scenario,
      seed,
      faults: options.faults,
      isSample: (options.looking ?? usualLooking(scenario.riders)) < scenario.riders,
      busyBefore,
      startedAt,
      startMs,
      measuredMs,
      timeline,
      reports,
      cost,
      notes,
    });
  } finally {
    await Promise.all(loads.map((load) => load.close()));
    await servers.close();
  }
}

/** To look costs five times what following does: of many riders a part has to do. */
function usualLooking(riders: number): number {
  return riders <= ALL_LOOK ? riders : MANY_LOOK;
}

function peoplePerProcess({ scenario, faults }: RealRunOptions): number {
  const hasRadio = scenario.radio.length > 0 || faults.length > 0;
  return hasRadio ? RADIO_PEOPLE_PER_PROCESS : PEOPLE_PER_PROCESS;
}

function orderOf(
  nth: number,
  processes: number,
  scenario: Scenario,
  arrivalMs: number,
  servers: Servers,
  { scale, seed, faults, looking }: RealRunOptions,
): LoadOrder {
  const first = Math.floor((scenario.drivers * nth) / processes);
  const next = Math.floor((scenario.drivers * (nth + 1)) / processes);
  return {
    scenario: scenario.name,
    scale,
    seed,
    faults: [...faults],
    urls: servers.urls,
    secret: servers.secret,
    first,
    count: next - first,
    lookingShare: Math.min(1, (looking ?? usualLooking(scenario.riders)) / scenario.riders),
    truthKeptMs: TRUTH_KEPT_MS,
    arrivalMs,
  };
}

function resultOf(run: {
  scenario: Scenario;
  seed: number;
  faults: readonly NamedFaults[];
  /** Not all riders looked. */
  isSample: boolean;
  busyBefore: number;
  startedAt: string;
  startMs: number;
  measuredMs: number;
  timeline: TimelineEntry[];
  reports: LoadReport[];
  cost: Cost;
  notes: ReadonlySet<string>;
}): ScoreResult {
  const { scenario, seed, startedAt, startMs, measuredMs, reports } = run;
  const tally = new Tally();
  for (const report of reports) tally.add(Tally.fromText(report.tally));
  const worst = reports
    .map((report) => report.worst)
    .reduce((a, b) => (b && (!a || b.badness > a.badness) ? b : a), undefined);
  return {
    format: 1,
    scenario: scenario.name,
    title: scenario.title,
    seed,
    mode: 'real',
    startedAt,
    measuredMs,
    parameters: [
      ...parametersOf(scenario),
      ...faultParameters(run.faults),
      gradedParameter(tally, run.isSample),
      { name: 'machine', value: `load average ${run.busyBefore.toFixed(1)} before the run` },
    ],
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      node: process.versions.node,
    },
    rows: rowsOf(tally, run.cost, scenario.budgets),
    distributions: tally.distributions(),
    timeline: run.timeline.toSorted((a, b) => a.atMs - b.atMs),
    ...(worst && { worstRider: fromStart(worst, startMs) }),
    notes: [...run.notes],
  };
}

function sumOf(reports: readonly LoadReport[], bytes: (report: LoadReport) => number): number {
  return reports.reduce((sum, report) => sum + bytes(report), 0);
}

function gradedParameter(tally: Tally, isSample: boolean): Parameter {
  const [graded, riders] = [tally.countOf('ridersGraded'), tally.countOf('riders')];
  return {
    name: 'graded',
    value: `what ${graded} of ${riders} riders were shown${isSample ? ', a sample by the seed' : ''}; what all were given is audited`,
  };
}

/** The same with moments counted from the begin of the measured part. */
function fromStart({ badness: _, ...worst }: WorstMinute, startMs: number): WorstRider {
  return {
    ...worst,
    truth: worst.truth.map((sample) => ({ ...sample, atMs: sample.atMs - startMs })),
    measured: worst.measured.map((sample) => ({
      ...sample,
      atMs: sample.atMs - startMs,
      receivedMs: sample.receivedMs - startMs,
    })),
    shown: worst.shown.map((sample) => ({
      ...sample,
      atMs: sample.atMs - startMs,
      shownMs: sample.shownMs - startMs,
    })),
  };
}

/** The radio's faults that come once; what comes again and again is among the parameters. */
function radioTimeline({ radio }: Scenario): TimelineEntry[] {
  return radio.flatMap(({ who, share, faults }) =>
    faults.flatMap(({ kind, when }): TimelineEntry[] => {
      if (!when || 'everyMs' in when) return [];
      const { fromMs = 0, untilMs } = when;
      return [
        {
          kind: 'fault',
          atMs: fromMs,
          ...(untilMs !== undefined && { untilMs }),
          what: kind,
          who: `${Math.round(share * 100)} % of ${who}`,
        },
      ];
    }),
  );
}

function stopped(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
}
