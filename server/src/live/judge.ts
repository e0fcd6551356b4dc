import type { Trip, TripId, VehicleId } from '@tripcast/protocol';
import { FIX_BYTES, fixTime, isUnderWayAt } from '@tripcast/protocol';
import type { Backend } from '../backend.ts';
import type { Verdict } from '../trips/track-store.ts';

/** What becomes of a batch of fixes, over all trips of their vehicle. */
export type Judgement =
  | 'superseded'
  | {
      /** Indexes of fixes that no trip has nor can take: later ones are stored. All others are settled for good. */
      outOfOrder: number[];
      /** How many fixes were stored in at least one trip now. */
      stored: number;
      /** How many nodes heard them. */
      listeners: number;
    };

/** When a trip was under way: all that judging needs to know of it. */
export type TripWindow = Pick<Trip, 'id' | 'startedAt' | 'endedAt'>;

/** A vehicle's trips as they were read, and whether that is recent enough. */
export interface TripsOfVehicle {
  /** The trips as last read: another array after each read. */
  readonly windows: readonly TripWindow[];
  /** Reads them again unless a read has begun after `arrival`; then the trips are true for every fix that came before. */
  readAfter(arrival: number): Promise<void>;
  /** What is cached has proved wrong: the next `readAfter` reads. */
  distrust(): void;
}

/**
 * Judges fixes trip by trip: stores each in every trip that was under way at its time. A fix that seems to be of no trip,
 * or that a trip no longer takes, is judged again by trips that were read after it came. Such of no trip become the
 * vehicle's newest. Safe to repeat after `BackendUnavailable`: nothing is settled then.
 * @param fixes n × 20 bytes, checked, in the order they came
 * @param arrival when the last of them came, in the numbers of `TripsOfVehicle`
 */
export async function judgeFixes(
  backend: Pick<Backend, 'tracks' | 'vehicles'>,
  vehicle: { id: VehicleId; session: number },
  ofVehicle: TripsOfVehicle,
  fixes: Uint8Array,
  arrival: number,
): Promise<Judgement> {
  const times = timesOf(fixes);
  const verdicts = times.map((): Map<TripId, Verdict> => new Map());
  let listeners = 0;

  for (;;) {
    const wrong = await storeWhereDue();
    if (wrong === 'superseded') return wrong;
    const ofNoTrip = times.some((_, index) => isOfNoTrip(index));
    if (!wrong && !ofNoTrip) break;
    if (wrong) ofVehicle.distrust();
    const known = ofVehicle.windows;
    await ofVehicle.readAfter(arrival);
    if (!wrong && ofVehicle.windows === known) break; // a fresh read says so: of no trip
  }
  await keepNewestOfNoTrip();

  const outOfOrder = times.flatMap((_, index) => {
    const all = [...verdicts[index]!.values()];
    return all.length > 0 && all.every((verdict) => verdict === 'outOfOrder') ? [index] : [];
  });
  const stored = verdicts.filter((byTrip) => [...byTrip.values()].includes('stored')).length;
  return { outOfOrder, stored, listeners };

  /** Offers each trip the fixes that it has not judged yet. True when a trip refused one that we thought its own. */
  async function storeWhereDue(): Promise<boolean | 'superseded'> {
    const outcomes = await Promise.all(
      ofVehicle.windows.map(async (trip) => {
        const due = times.flatMap((time, index) =>
          isUnderWayAt(trip, time) && !verdicts[index]!.has(trip.id) ? [index] : [],
        );
        if (due.length === 0) return false;
        const outcome = await backend.tracks.store(trip.id, vehicle.session, pick(fixes, due));
        if (outcome === 'superseded') return outcome;
        listeners += outcome.listeners;
        outcome.verdicts.forEach((verdict, position) => {
          if (verdict !== 'outside') verdicts[due[position]!]!.set(trip.id, verdict);
        });
        return outcome.verdicts.includes('outside');
      }),
    );
    return outcomes.includes('superseded') ? 'superseded' : outcomes.includes(true);
  }

  function isOfNoTrip(index: number): boolean {
    return verdicts[index]!.size === 0;
  }

  async function keepNewestOfNoTrip(): Promise<void> {
    const newest = times.reduce(
      (best, time, index) => (isOfNoTrip(index) && (best < 0 || time > times[best]!) ? index : best),
      -1,
    );
    if (newest >= 0) await backend.vehicles.keepNewest(vehicle.id, vehicle.session, pick(fixes, [newest]));
  }
}

function timesOf(fixes: Uint8Array): number[] {
  const view = new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength);
  return Array.from({ length: fixes.byteLength / FIX_BYTES }, (_, index) => fixTime(view, index * FIX_BYTES));
}

function pick(fixes: Uint8Array, indexes: readonly number[]): Uint8Array {
  if (indexes.length * FIX_BYTES === fixes.byteLength) return fixes;
  const picked = new Uint8Array(indexes.length * FIX_BYTES);
  indexes.forEach((index, position) => {
    picked.set(fixes.subarray(index * FIX_BYTES, (index + 1) * FIX_BYTES), position * FIX_BYTES);
  });
  return picked;
}
