import type { Trip } from '@tripcast/client';
import { type Heard, type Truth, truthOf } from './truth.ts';

/** The slow facts of a trip, coarse enough that a screen that shows them changes about once a second at most. */
export interface TripFacts {
  readonly trip: Trip | undefined;
  readonly truth: Truth;
  /** To the next stop, ms, never below 0; whole quarter minutes. */
  readonly etaMs: number | undefined;
  /** Along the route to the next stop, m. */
  readonly remainingMetres: number | undefined;
  /** Of the newest fix, whole seconds; 0 up to `FRESH_SECONDS`. */
  readonly fixAgeSeconds: number | undefined;
  /** The server's clock minus ours, ms: to say its times by the clock on the wall. */
  readonly clockOffsetMs: number;
}

/** The last fix of a live trip is seldom older; below it no number is worth showing. */
export const FRESH_SECONDS = 4;
const ETA_STEP_MS = 15_000;

/** @param nowMs the server's clock */
export function factsOf(
  heard: Heard,
  remainingMetres: number | undefined,
  clockOffsetMs: number,
  nowMs: number,
): TripFacts {
  const { trip, newest } = heard;
  const ageSeconds = newest && Math.max(0, Math.floor((nowMs - newest.time) / 1000));
  return {
    trip,
    truth: truthOf(heard, nowMs),
    etaMs: trip?.eta === undefined ? undefined : roundTo(Math.max(0, trip.eta - nowMs), ETA_STEP_MS),
    remainingMetres: remainingMetres === undefined ? undefined : roundTo(remainingMetres, 10),
    fixAgeSeconds: ageSeconds !== undefined && ageSeconds < FRESH_SECONDS ? 0 : ageSeconds,
    clockOffsetMs: roundTo(clockOffsetMs, 1000),
  };
}

/** Whether a screen would show the same for both. */
export function areSameFacts(a: TripFacts, b: TripFacts): boolean {
  return (
    a.trip === b.trip &&
    a.etaMs === b.etaMs &&
    a.remainingMetres === b.remainingMetres &&
    a.fixAgeSeconds === b.fixAgeSeconds &&
    a.clockOffsetMs === b.clockOffsetMs &&
    JSON.stringify(a.truth) === JSON.stringify(b.truth)
  );
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}
