import type { Trip, TripId, VehicleId } from '@tripcast/protocol';
import { hasEnded } from '@tripcast/protocol';
import type { TripStore } from '../trips/trip-store.ts';
import type { TripsOfVehicle, TripWindow } from './judge.ts';
import { isChangeLost, outdateLostChange, type TripState } from './lost-change.ts';

/**
 * A vehicle's trips as its driver's node knows them: read from the store, corrected by what is heard. Of those that have
 * ended only their window is kept.
 */
export class VehicleTrips implements TripsOfVehicle {
  windows: readonly TripWindow[] = [];
  /** Trips that have not ended, as last read or heard. */
  readonly #current = new Map<TripId, Trip>();
  /** The same as a list; made again when it is asked for after a change. */
  #list: readonly Trip[] | undefined;
  /** The newest state of each trip that was read or heard, the ended ones included. */
  readonly #known = new Map<TripId, TripState>();
  readonly #store: TripStore;
  readonly #vehicle: VehicleId;
  readonly #onChange: (trip: Trip) => void;
  #step = 0;
  #readBegan = -1;

  /** @param onChange a trip is new here or has a greater version */
  constructor(vehicle: VehicleId, store: TripStore, onChange: (trip: Trip) => void) {
    this.#vehicle = vehicle;
    this.#store = store;
    this.#onChange = onChange;
  }

  /** Orders arrivals and reads: a number for what happens now. */
  step(): number {
    return this.#step++;
  }

  /** The trips that have not ended. */
  get current(): readonly Trip[] {
    this.#list ??= [...this.#current.values()];
    return this.#list;
  }

  async readAfter(arrival: number): Promise<void> {
    if (this.#readBegan <= arrival) await this.read();
  }

  distrust(): void {
    this.#readBegan = -1;
  }

  async read(): Promise<void> {
    const began = this.step();
    const known = new Map(this.#known);
    const records = await this.#store.ofVehicle(this.#vehicle);
    this.#readBegan = Math.max(this.#readBegan, began);
    const trips = await Promise.all(records.map(({ trip }) => this.#outdated(trip, known.get(trip.id))));
    this.windows = trips.map(windowOf);
    const there = new Set(trips.map((trip) => trip.id));
    for (const id of this.#known.keys()) if (!there.has(id)) this.#forget(id);
    for (const trip of trips) this.#adopt(trip);
  }

  /** A trip was heard of. An event that is heard during a read beats the read when its version is greater. */
  hear(trip: Trip): void {
    if (!this.#adopt(trip)) return;
    this.windows = [...this.windows.filter((window) => window.id !== trip.id), windowOf(trip)];
  }

  #adopt(trip: Trip): boolean {
    if (trip.version <= (this.#known.get(trip.id)?.version ?? 0)) return false;
    this.#known.set(trip.id, { version: trip.version, updatedAt: trip.updatedAt });
    this.#list = undefined;
    if (hasEnded(trip.status)) this.#current.delete(trip.id);
    else this.#current.set(trip.id, trip);
    this.#onChange(trip);
    return true;
  }

  /** The trip as it is stored, above a change that was heard before it was read, and is lost. */
  async #outdated(stored: Trip, heard: TripState | undefined): Promise<Trip> {
    if (!heard || !isChangeLost(heard, { version: stored.version, updatedAt: stored.updatedAt }))
      return stored;
    return (await outdateLostChange(this.#store, stored, heard)) ?? stored;
  }

  #forget(id: TripId): void {
    this.#known.delete(id);
    this.#current.delete(id);
    this.#list = undefined;
  }
}

function windowOf({ id, startedAt, endedAt }: Trip): TripWindow {
  return { id, ...(startedAt !== undefined && { startedAt }), ...(endedAt !== undefined && { endedAt }) };
}
