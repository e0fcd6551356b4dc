import type { Trip, TripId, VehicleId } from '@tripcast/protocol';
import { FIX_BYTES, fixTimeIn, isUnderWayAt } from '@tripcast/protocol';
import type { Backend } from '../backend.ts';
import type { StoreOutcome, Verdict } from '../trips/track-store.ts';

/** What becomes of a batch of fixes, over all trips of their vehicle. */
export type Judgement =
  | 'superseded'
  | 'gap'
  | {
      /** Indexes of fixes that no trip has nor can take: later ones are stored. All others are settled for good. */
      outOfOrder: readonly number[];
      /** How many fixes were stored in at least one trip now. */
      stored: number;
      /** How many nodes heard them. */
      listeners: number;
      /** As a store's: what was stored, or was there, survives. */
      kept: Promise<void> | undefined;
      /** The latest time that each trip has of them now, ms. */
      written: readonly (readonly [TripId, number])[];
    };

/** When a trip was under way: all that judging needs to know of it. */
export type TripWindow = Pick<Trip, 'id' | 'startedAt' | 'endedAt'>;

/** A session of a vehicle's driver. */
export interface Writer {
  id: VehicleId;
  session: number;
  /** The latest time that it has given each trip, ms. */
  written?: ReadonlyMap<TripId, number>;
}

/** A vehicle's trips as they were read, and whether that is recent enough. */
export interface TripsOfVehicle {
  /** The trips as last read: another array after each read. */
  readonly windows: readonly TripWindow[];
  /** Reads them again unless a read has begun after `arrival`; then the trips are true for every fix that came before. */
  readAfter(arrival: number): Promise<void>;
  /** What is cached has proved wrong: the next `readAfter` reads. */
  distrust(): void;
}

/** What became of fixes in one trip. */
interface TripOutcome {
  readonly id: TripId;
  readonly outcome: StoreOutcome;
}

const NONE: readonly number[] = [];

/**
 * Judges fixes trip by trip: stores each in every trip that was under way at its time. A fix that seems to be of no trip,
 * or that a trip no longer takes, is judged again by trips that were read after it came. Such of no trip become the
 * vehicle's newest. Safe to repeat after `BackendUnavailable`: nothing is settled then.
 * @param fixes n × 20 bytes, checked, in the order they came
 * @param arrival when the last of them came, in the numbers of `TripsOfVehicle`
 * @param judged called later, unless `failed` is
 */
export function judgeFixes(
  backend: Pick<Backend, 'tracks' | 'vehicles'>,
  vehicle: Writer,
  ofVehicle: TripsOfVehicle,
  fixes: Uint8Array,
  arrival: number,
  judged: (judgement: Judgement) => void,
  failed: (error: unknown) => void,
): void {
  const only = onlyTripOf(ofVehicle.windows, fixes);
  if (!only) {
    void judgeEach(backend, vehicle, ofVehicle, fixes, arrival).then(judged, failed);
    return;
  }
  // Nearly every fix comes this way: no more is made for it than is needed.
  backend.tracks.store(only, vehicle.session, fixes, vehicle.written?.get(only)).then((outcome) => {
    const judgement = ofOneTrip(only, fixes, outcome);
    if (judgement) judged(judgement);
    else {
      const first = { id: only, outcome };
      void judgeEach(backend, vehicle, ofVehicle, fixes, arrival, first).then(judged, failed);
    }
  }, failed);
}

/** The trip that all fixes belong to, when no other trip has any of them. */
function onlyTripOf(windows: readonly TripWindow[], fixes: Uint8Array): TripId | undefined {
  let only: TripId | undefined;
  for (const trip of windows) {
    let belonging = 0;
    for (let offset = 0; offset < fixes.byteLength; offset += FIX_BYTES) {
      if (isUnderWayAt(trip, fixTimeIn(fixes, offset))) belonging++;
    }
    if (belonging === 0) continue;
    if (only !== undefined || belonging * FIX_BYTES < fixes.byteLength) return undefined;
    only = trip.id;
  }
  return only;
}

/** The judgement, where the trip has all of the fixes now; `undefined` when it takes more than that to judge. */
function ofOneTrip(id: TripId, fixes: Uint8Array, outcome: StoreOutcome): Judgement | undefined {
  if (typeof outcome === 'string') return outcome;
  const { verdicts, listeners, kept } = outcome;
  let stored = 0;
  let latest = 0;
  for (let index = 0; index < verdicts.length; index++) {
    if (verdicts[index] === 'stored') stored++;
    else if (verdicts[index] !== 'duplicate') return undefined;
    latest = Math.max(latest, fixTimeIn(fixes, index * FIX_BYTES));
  }
  return { outOfOrder: NONE, stored, listeners, kept, written: [[id, latest]] };
}

/** @param first what became of all the fixes in one trip, where they were offered to it already */
async function judgeEach(
  backend: Pick<Backend, 'tracks' | 'vehicles'>,
  vehicle: Writer,
  ofVehicle: TripsOfVehicle,
  fixes: Uint8Array,
  arrival: number,
  first?: TripOutcome,
): Promise<Judgement> {
  const times = timesOf(fixes);
  const verdicts = times.map((): Map<TripId, Verdict> => new Map());
  let listeners = 0;
  const kept: Promise<void>[] = [];
  const written = new Map<TripId, number>();
  let isFirstUsed = false;

  for (;;) {
    const wrong = await storeWhereDue();
    if (typeof wrong === 'string') return wrong;
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
  return { outOfOrder, stored, listeners, kept: all(kept), written: [...written] };

  /** Offers each trip the fixes that it has not judged yet. True when a trip refused one that we thought its own. */
  async function storeWhereDue(): Promise<boolean | 'superseded' | 'gap'> {
    const outcomes = await Promise.all(
      ofVehicle.windows.map(async (trip) => {
        const due = times.flatMap((time, index) =>
          isUnderWayAt(trip, time) && !verdicts[index]!.has(trip.id) ? [index] : [],
        );
        if (due.length === 0) return false;
        const after = vehicle.written?.get(trip.id);
        const outcome = wasOffered(trip.id)
          ? first!.outcome
          : await backend.tracks.store(trip.id, vehicle.session, pick(fixes, due), after);
        if (typeof outcome === 'string') return outcome;
        listeners += outcome.listeners;
        if (outcome.kept) kept.push(outcome.kept);
        outcome.verdicts.forEach((verdict, position) => {
          if (verdict === 'outside') return;
          const index = due[position]!;
          verdicts[index]!.set(trip.id, verdict);
          if (verdict !== 'outOfOrder')
            written.set(trip.id, Math.max(written.get(trip.id) ?? 0, times[index]!));
        });
        return outcome.verdicts.includes('outside');
      }),
    );
    if (outcomes.includes('superseded')) return 'superseded';
    return outcomes.includes('gap') ? 'gap' : outcomes.includes(true);
  }

  /** True once. */
  function wasOffered(id: TripId): boolean {
    const wasIt = first?.id === id && !isFirstUsed;
    isFirstUsed ||= wasIt;
    return wasIt;
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

function all(promises: readonly Promise<void>[]): Promise<void> | undefined {
  if (promises.length === 0) return undefined;
  const every = Promise.all(promises).then(() => {});
  every.catch(() => {}); // it may break while nobody waits for it yet
  return every;
}

function timesOf(fixes: Uint8Array): number[] {
  return Array.from({ length: fixes.byteLength / FIX_BYTES }, (_, index) =>
    fixTimeIn(fixes, index * FIX_BYTES),
  );
}

function pick(fixes: Uint8Array, indexes: readonly number[]): Uint8Array {
  if (indexes.length * FIX_BYTES === fixes.byteLength) return fixes;
  const picked = new Uint8Array(indexes.length * FIX_BYTES);
  indexes.forEach((index, position) => {
    picked.set(fixes.subarray(index * FIX_BYTES, (index + 1) * FIX_BYTES), position * FIX_BYTES);
  });
  return picked;
}
