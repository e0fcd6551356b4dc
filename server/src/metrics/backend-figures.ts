import { Counter, Histogram } from './measures.ts';

/** One server that keeps trips, as this node sees it. */
export interface ServerFigures {
  /** `host:port`. */
  readonly name: string;
  /** All is well with it. */
  readonly isUp: boolean;
  /** As it says. */
  readonly replicas: number;
  /** For how long writes have waited for a replica, ms; 0 when none waits. */
  readonly unconfirmedMs: number;
  /** This node's clock less the server's, ms. */
  readonly clockOffsetMs: number;
}

const CANARY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What a backend counts. One that keeps all in memory has nothing to count. */
export class BackendFigures {
  readonly canaryDelays = new Histogram(CANARY_SECONDS);
  readonly canariesMissed = new Counter();
  readonly subscribersRebuilt = new Counter();
  readonly resubscriptions = new Counter();
  servers: () => readonly ServerFigures[] = () => [];
}
