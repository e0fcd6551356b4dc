// What may be said of a trip now. Nothing is called live that isn't.

import type { ConnectionState, Fix, Problem, Trip, VehicleState } from '@tripcast/client';
import { hasEnded } from '@tripcast/protocol';

/** What a following has heard so far. Times by the server's clock, ms. */
export interface Heard {
  readonly connection: ConnectionState;
  readonly problem?: Problem;
  readonly trip?: Trip;
  readonly vehicle?: VehicleState;
  readonly newest?: Fix;
  /** What is held for the server's clock is at most so far from it, ms: half a round trip, seconds on a slow link. */
  readonly clockUncertaintyMs?: number;
  /** The node has said that it can't pass on positions now. */
  readonly isDisturbed?: boolean;
}

/** The connection from the driver's phone to this screen, in one word. */
export type Truth =
  | { kind: 'connecting' }
  /** This device says that it has no network, and nothing has come since. */
  | { kind: 'noNetwork' }
  | { kind: 'reconnecting' }
  | { kind: 'refused'; problem?: Problem }
  | { kind: 'ended' }
  /** No position is to be expected yet. */
  | { kind: 'notStarted' }
  /** The driver's phone is not connected, since this time. */
  | { kind: 'offline'; since: number }
  /** The driver is connected, but no position has come; the last one is from then. */
  | { kind: 'silent'; since: number | undefined }
  /** Positions don't get through on our side; the last one is from then. */
  | { kind: 'disturbed'; since: number | undefined }
  | { kind: 'live' };

/** A position older than this is not live, ms; or than two of the driver's intervals, where those are longer. */
const LIVE_LIMIT_MS = 10_000;

/** Up to this time, server's clock, the newest position may be called live. */
export function liveUntilMs({ newest, vehicle, clockUncertaintyMs = 0 }: Heard): number | undefined {
  return newest && newest.time + Math.max(LIVE_LIMIT_MS, 2 * (vehicle?.paceMs ?? 0)) - clockUncertaintyMs;
}

/** @param nowMs the server's clock */
export function truthOf(heard: Heard, nowMs: number): Truth {
  const { connection, trip, vehicle, newest, problem } = heard;
  if (trip && hasEnded(trip.status)) return { kind: 'ended' };
  switch (connection) {
    case 'refused':
      return problem ? { kind: 'refused', problem } : { kind: 'refused' };
    case 'offline':
      return { kind: 'noNetwork' };
    case 'ended':
    case 'connecting':
    case 'reconnecting':
      return { kind: connection };
    case 'live':
      break;
    default:
      connection satisfies never;
  }
  if (trip?.status === 'NEW') return { kind: 'notStarted' };
  if (heard.isDisturbed) return { kind: 'disturbed', since: newest?.time };
  if (nowMs <= (liveUntilMs(heard) ?? 0) && vehicle?.online !== false) return { kind: 'live' };
  if (vehicle?.online === false) return { kind: 'offline', since: vehicle.time };
  return { kind: 'silent', since: newest?.time };
}
