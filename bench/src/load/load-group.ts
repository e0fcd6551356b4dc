import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { RunningSystem } from '../systems/system.ts';
import type { FromLoad, ToLoad, WindowReport } from './load-message.ts';
import { LoadProcess } from './load-process.ts';
import type { WireName } from './wires/index.ts';

export interface LoadOptions {
  wire: WireName;
  seed: number;
  /** Trips are shared out among so many processes. */
  processes: number;
  mostTrips: number;
  isUnderWay: boolean;
}

export type WindowSum = Omit<WindowReport, 'latency'> & { latency: Histogram };

/** The load of one run: some processes, each with a share of the trips, that do the same together. */
export class LoadGroup {
  readonly #processes: readonly LoadProcess[];

  /** @throws Error when a process can't begin */
  static async start(system: RunningSystem, options: LoadOptions): Promise<LoadGroup> {
    const { wire, seed, processes, mostTrips, isUnderWay } = options;
    const { drivers, riders, secret, certificate } = system;
    const group = new LoadGroup(Array.from({ length: processes }, () => new LoadProcess(certificate)));
    const share = Math.ceil(mostTrips / processes);
    await group.#tellEach((nth) => ({
      type: 'begin',
      order: {
        wire,
        drivers,
        riders,
        secret,
        seed: seed + nth,
        first: nth * share,
        mostTrips: share,
        isUnderWay,
      },
    }));
    return group;
  }

  private constructor(processes: readonly LoadProcess[]) {
    this.#processes = processes;
  }

  get pids(): number[] {
    return this.#processes.map((process) => process.pid);
  }

  async prepare(trips: number): Promise<void> {
    await this.#tellEach((nth) => ({ type: 'prepare', trips: this.#share(trips, nth) }));
  }

  /** Resolves to how long it took until all were in, ms. */
  async connect(drivers: number, trips: number, ridersPerTrip: number, atOnce: number): Promise<number> {
    return this.#longest((nth) => ({
      type: 'connect',
      drivers: this.#share(drivers, nth),
      trips: this.#share(trips, nth),
      ridersPerTrip,
      atOnce: this.#share(atOnce, nth),
    }));
  }

  async drive(perSecond: number): Promise<void> {
    await this.#tellEach(() => ({ type: 'drive', perSecond }));
  }

  async openWindow(): Promise<void> {
    await this.#tellEach(() => ({ type: 'open-window' }));
  }

  async closeWindow(): Promise<WindowSum> {
    const answers = await this.#tellEach(() => ({ type: 'close-window' }));
    return answers
      .flatMap((answer) => (answer.type === 'window' ? [readWindow(answer.report)] : []))
      .reduce(addWindows);
  }

  /** Resolves to how long it took until all was acknowledged, ms. */
  async upload(positions: number): Promise<number> {
    return this.#longest(() => ({ type: 'upload', positions }));
  }

  async awaitPositions(positions: number): Promise<void> {
    await this.#tellEach(() => ({ type: 'await-positions', positions }));
  }

  /** Resolves to how long it took until all riders were back, ms. */
  async storm(atOnce: number): Promise<number> {
    return this.#longest((nth) => ({ type: 'storm', atOnce: this.#share(atOnce, nth) }));
  }

  /** May be called twice. */
  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.close()));
  }

  /** The `nth` process's part of `count` things; together all parts are `count`. */
  #share(count: number, nth: number): number {
    return Math.floor((count + nth) / this.#processes.length);
  }

  async #longest(orderOf: (nth: number) => ToLoad): Promise<number> {
    const answers = await this.#tellEach(orderOf);
    return Math.max(...answers.map((answer) => (answer.type === 'done' ? answer.elapsedMs : 0)));
  }

  #tellEach(orderOf: (nth: number) => ToLoad): Promise<FromLoad[]> {
    return Promise.all(this.#processes.map((process, nth) => process.tell(orderOf(nth))));
  }
}

function readWindow(report: WindowReport): WindowSum {
  return { ...report, latency: decodeFromCompressedBase64(report.latency, 32, false) };
}

function addWindows(a: WindowSum, b: WindowSum): WindowSum {
  a.latency.add(b.latency);
  return {
    expected: a.expected + b.expected,
    delivered: a.delivered + b.delivered,
    arrived: a.arrived + b.arrived,
    bytes: a.bytes + b.bytes,
    unacknowledged: a.unacknowledged + b.unacknowledged,
    latency: a.latency,
  };
}
