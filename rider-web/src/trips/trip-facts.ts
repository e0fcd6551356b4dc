import type { Trip } from '@tripcast/client';
import { hasEnded } from '@tripcast/protocol';
import { type EtaEstimate, lookAtEta } from './eta-range.ts';
import { type Heard, type Truth, truthOf } from './truth.ts';

/** The slow facts of a trip, coarse enough that a screen that shows them changes about once a second at most. */
export interface TripFacts {
  readonly trip: Trip | undefined;
  readonly truth: Truth;
  /** To the next stop. None while nothing has been heard for so long that it would be a guess. */
  readonly eta: EtaEstimate | undefined;
  /** Along the route to the next stop, m. */
  readonly remainingMetres: number | undefined;
  /** How much of the way to the next stop lies behind the car, 0 to 1. */
  readonly travelledShare: number | undefined;
  /** Of the newest fix, whole seconds; 0 up to `FRESH_SECONDS`. */
  readonly fixAgeSeconds: number | undefined;
  /** The server's clock minus ours, ms: to say its times by the clock on the wall. */
  readonly clockOffsetMs: number;
}

/** Where the car is on its route, m. */
export interface Progress {
  metres: number;
  lengthMetres: number;
}

/** A driver in a city is without GPS for some seconds now and then: below this a number would come and go. */
export const FRESH_SECONDS = 6;
/** An estimate that nobody has been able to correct for this long is none, s. */
const ETA_BLIND_SECONDS = 90;

/**
 * @param before the facts of the last look, whose estimate this one goes on from
 * @param nowMs the server's clock
 */
export function factsOf(
  heard: Heard,
  progress: Progress | undefined,
  clockOffsetMs: number,
  nowMs: number,
  before?: TripFacts,
): TripFacts {
  const { trip, newest } = heard;
  const ageSeconds = newest && Math.max(0, Math.floor((nowMs - newest.time) / 1000));
  const truth = truthOf(heard, nowMs);
  const isBlind = truth.kind !== 'live' && ageSeconds !== undefined && ageSeconds > ETA_BLIND_SECONDS;
  const isSameWay = before?.trip?.status === trip?.status;
  return {
    trip,
    truth,
    eta:
      trip?.eta === undefined || isBlind || hasEnded(trip.status)
        ? undefined
        : lookAtEta(isSameWay ? before?.eta : undefined, trip.eta, nowMs),
    remainingMetres: progress && roundTo(progress.lengthMetres - progress.metres, 10),
    travelledShare: progress && roundTo(progress.metres / progress.lengthMetres, 0.01),
    fixAgeSeconds: ageSeconds !== undefined && ageSeconds < FRESH_SECONDS ? 0 : ageSeconds,
    clockOffsetMs: roundTo(clockOffsetMs, 1000),
  };
}

/** Whether a screen would show the same for both. */
export function areSameFacts(a: TripFacts, b: TripFacts): boolean {
  return (
    a.trip === b.trip &&
    a.eta?.shown === b.eta?.shown &&
    a.eta?.isOverdue === b.eta?.isOverdue &&
    a.remainingMetres === b.remainingMetres &&
    a.travelledShare === b.travelledShare &&
    a.fixAgeSeconds === b.fixAgeSeconds &&
    a.clockOffsetMs === b.clockOffsetMs &&
    JSON.stringify(a.truth) === JSON.stringify(b.truth)
  );
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}
