// What a run and its load processes tell each other.

import type { Origin } from './connection.ts';
import type { WireName } from './wires/index.ts';

/** Whom a load process plays, and where. */
export interface LoadOrder {
  wire: WireName;
  /** Drivers come here, riders there. */
  drivers: Origin;
  riders: Origin;
  secret: string;
  seed: number;
  /** Room for so many trips, of which this process plays those from `first` on. */
  first: number;
  mostTrips: number;
  /** Whether trips are begun, so that positions can be theirs. */
  isUnderWay: boolean;
}

export type ToLoad =
  | { type: 'begin'; order: LoadOrder }
  /** Has what so many trips (all in all) need. */
  | { type: 'prepare'; trips: number }
  /** Connects until there are so many drivers, each on its own trip, and riders on each of so many trips. */
  | { type: 'connect'; drivers: number; trips: number; ridersPerTrip: number; atOnce: number }
  /** Each driver sends so often a second from now on; 0: no more. */
  | { type: 'drive'; perSecond: number }
  | { type: 'open-window' }
  | { type: 'close-window' }
  /** Each driver sends so many positions at once; answered when all are acknowledged. */
  | { type: 'upload'; positions: number }
  /** Waits until every rider has so many positions. */
  | { type: 'await-positions'; positions: number }
  /** All riders lose their connections, and come back. */
  | { type: 'storm'; atOnce: number };

/** What happened between `open-window` and `close-window`. */
export interface WindowReport {
  /** Positions that drivers wrote in it, times their riders; and how many of those came, whenever. */
  expected: number;
  delivered: number;
  /** Positions that came in it. */
  arrived: number;
  /** What riders heard in it, bytes of WebSocket frames. */
  bytes: number;
  /** Drivers whose last position was not acknowledged in time, where the system acknowledges. */
  unacknowledged: number;
  /** Driver's write to rider's callback, µs, as hdr-histogram-js writes it. */
  latency: string;
}

export type FromLoad =
  | { type: 'done'; elapsedMs: number }
  | { type: 'window'; report: WindowReport }
  | { type: 'failed'; why: string };
