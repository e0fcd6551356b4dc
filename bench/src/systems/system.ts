import type { Origin } from '../load/connection.ts';
import type { WireName } from '../load/wires/index.ts';
import type { ServerProcess } from './server-process.ts';

/** A system's servers while they run. */
export interface RunningSystem {
  /** Drivers come to one node, riders to the other, where there are two: every position crosses between them. */
  drivers: Origin;
  riders: Origin;
  /** For Tripcast's tokens. */
  secret: string;
  /** A file with the certificate, for TLS. */
  certificate?: string;
  processes: readonly ServerProcess[];
  close(): Promise<void>;
}

/** What is measured. */
export interface System {
  name: string;
  title: string;
  /** Ours, what others would take instead, and the limits: what carries bytes and does no more. */
  kind: 'tripcast' | 'peer' | 'limit';
  wire: WireName;
  /** Why it cannot run here, in words. */
  isMissing?(): string | undefined;
  /** @throws Error when a server can't start; nothing is left running then */
  start(): Promise<RunningSystem>;
}
