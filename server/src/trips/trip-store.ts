import type { Trip, TripId, TripStatus, VehicleId } from '@tripcast/protocol';
import type { TripAccess } from '../access.ts';

/** A trip with what nodes need to know beside what its parties may read. */
export interface TripRecord extends TripAccess {
  trip: Trip;
  /** Time of the track's newest fix, ms; 0 when there is none. */
  last: number;
  /** The track was cut: nothing measured before this is kept, ms; 0 when it is whole. */
  truncatedBefore: number;
  /** The request that created it, in a canonical form, so that its repetition can be told from another one. */
  request: string;
}

/** One page of trips, newest first. `cursor` is absent on the last page. */
export interface TripPage {
  trips: Trip[];
  cursor?: string;
}

/** Keeps trips. A trip that has ended is forgotten, with its track, 24 h after its end. */
export interface TripStore {
  /**
   * Keeps a new trip unless its id is taken, and adds it to its vehicle's trips.
   * Resolves to the record as it is kept then, `created` or not.
   */
  create(trip: Trip, request: string): Promise<{ created: boolean; record: TripRecord }>;

  read(id: TripId): Promise<TripRecord | undefined>;

  /**
   * Replaces the trip if its version still is `expectedVersion`, and publishes the `trip` event on its live channel in
   * the same step. Resolves to the number of nodes that heard it, or `undefined` when the version was another one (or
   * the trip is gone): read again.
   */
  replace(next: Trip, expectedVersion: number): Promise<number | undefined>;

  /**
   * Changes which tokens of a trip are alive, raises the version, and publishes the `trip` event, with the access for
   * nodes, in the same step. `change` is called again when another change came first; when it returns `undefined`, nothing
   * changes. Resolves to the record, `undefined` for an unknown trip.
   */
  changeAccess(
    id: TripId,
    change: (access: TripAccess) => TripAccess | undefined,
  ): Promise<TripRecord | undefined>;

  /**
   * The vehicle's trips: not ended, or ended within 24 h. The read begins after the call: a trip whose `create` had
   * resolved before is in it, with its newest status.
   */
  ofVehicle(id: VehicleId): Promise<TripRecord[]>;

  /** Trips newest first, of one status or of any. @throws RangeError for a cursor that isn't one */
  list(query: { status?: TripStatus; limit: number; cursor?: string }): Promise<TripPage>;
}
