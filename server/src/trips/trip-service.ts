// What operators, drivers and riders may do to a trip. State changes come through here and nowhere else: each is
// checked, kept, and told to the trip's followers (by the store, in the same step) and to its driver's node.

import type { Place, Trip, TripId, TripStatus, VehicleDescription, VehicleId } from '@tripcast/protocol';
import { hasEnded, isTransition, LIMITS, TRIP_STATUSES } from '@tripcast/protocol';
import type { Share } from '../access.ts';
import type { Backend } from '../backend.ts';
import { BackendUnavailable } from '../backend.ts';
import { vehicleChannel } from '../bus/live-bus.ts';
import type { VehicleNote } from '../bus/vehicle-note.ts';
import { writeVehicleNote } from '../bus/vehicle-note.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { canonicalJson } from './canonical-json.ts';
import { isRefusal, type Refusal, refusal } from './refusal.ts';
import type { TripRecord } from './trip-store.ts';

/** A trip to be made. Its fields are valid; without `id` one is made. */
export interface TripRequest {
  id?: TripId;
  vehicleId: VehicleId;
  pickup: Place;
  dropoff: Place;
  route?: string;
  vehicle?: VehicleDescription;
  simulated?: true;
}

/** What may change of a trip. Its fields are valid; what is absent stays. */
export interface TripChange {
  status?: TripStatus;
  eta?: number;
  route?: string;
  dropoff?: Place;
  vehicle?: VehicleDescription;
}

/** Who changes a trip. */
export type Party = 'driver' | 'rider' | 'operator';

export interface TripService {
  /** Makes a trip, once: the same request with the same id finds the trip as it is now. */
  create(request: TripRequest): Promise<{ created: boolean; record: TripRecord } | Refusal>;

  /**
   * Changes a trip on behalf of a party to it (who is one is the caller's to know).
   * @param expectedVersion refuses with `conflict` when the trip has another; without it the newest is changed
   */
  change(
    id: TripId,
    change: TripChange,
    by: Party,
    expectedVersion?: number,
  ): Promise<{ trip: Trip } | Refusal>;

  /** Kills the trip's tokens issued before now. Resolves to the cutoff, ms. */
  revokeTrip(id: TripId): Promise<{ revokedBefore: number } | Refusal>;

  /** Gives away a link to a trip that has not ended, for a while. */
  share(id: TripId, wish: { name: string; lastsMs: number }): Promise<{ share: Share } | Refusal>;

  /** Takes a link back. */
  unshare(id: TripId, shareId: string): Promise<Record<string, never> | Refusal>;

  /** Kills the vehicle's driver tokens issued before now. Resolves to the cutoff, ms. */
  revokeVehicle(id: VehicleId): Promise<{ revokedBefore: number }>;

  /** Cancels the trips that had neither fix nor change for 12 h. To be called now and then; any node may. */
  cancelAbandoned(): Promise<TripId[]>;
}

/** How often a change begins again when another was faster. */
const ATTEMPTS = 16;
const PAGE = 200;
/** Links that a rider may have given away at a time. */
const SHARES_PER_TRIP = 20;

export const ACTIVE_STATUSES = TRIP_STATUSES.filter((status) => !hasEnded(status));

export function createTripService(options: {
  backend: Pick<Backend, 'trips' | 'vehicles' | 'bus'>;
  clock: Clock;
  makeTripId: () => TripId;
  log: Log;
}): TripService {
  const { clock, log } = options;
  const { trips, vehicles, bus } = options.backend;

  /** The driver's node learns by it sooner; it rereads its trips anyway, so a note may be lost. */
  async function tellDriver(id: VehicleId, note: VehicleNote): Promise<void> {
    try {
      await bus.publish(vehicleChannel(id), writeVehicleNote(note));
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      log.warn({ vehicle: id, note: note.type, because: error.message }, 'a note to the driver was lost');
    }
  }

  /** Keeps `next` in the place of a trip that has not changed since; false when it has. */
  async function keep(next: Trip, before: Trip): Promise<boolean> {
    const listeners = await trips.replace(next, before.version);
    if (listeners === undefined) return false;
    if (next.status !== before.status) tellStatus(next);
    await tellDriver(next.vehicleId, { type: 'trip', trip: next });
    if (listeners > 0) await tellDriver(next.vehicleId, { type: 'wanted' });
    return true;
  }

  function tellStatus({ id, vehicleId, status }: Trip): void {
    log.info({ trip: id, vehicle: vehicleId, status }, 'trip');
  }

  async function create(request: TripRequest): Promise<{ created: boolean; record: TripRecord } | Refusal> {
    const now = clock.now();
    const canonical = canonicalJson(request);
    const { id = options.makeTripId(), vehicleId, pickup, dropoff, route, vehicle, simulated } = request;
    const trip: Trip = {
      id,
      vehicleId,
      status: 'NEW',
      version: 1,
      pickup,
      dropoff,
      ...(route !== undefined && { route }),
      ...(vehicle && { vehicle }),
      ...(simulated && { simulated }),
      createdAt: now,
      updatedAt: now,
    };
    const outcome = await trips.create(trip, canonical);
    if (outcome.record.request !== canonical) {
      return refusal('exists', `trip "${id}" was created by a different request; choose another id`);
    }
    if (outcome.created) {
      tellStatus(trip);
      await tellDriver(vehicleId, { type: 'trip', trip });
    }
    return outcome;
  }

  async function change(
    id: TripId,
    wish: TripChange,
    by: Party,
    expectedVersion?: number,
  ): Promise<{ trip: Trip } | Refusal> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const record = await trips.read(id);
      if (!record) return refusal('not_found', `there is no trip "${id}"`);
      const { trip } = record;
      if (expectedVersion !== undefined && trip.version !== expectedVersion) {
        return refusal(
          'conflict',
          `the trip has version ${trip.version}, not ${expectedVersion}; read it again`,
        );
      }
      const refused = refusalToChange(trip, wish, by);
      if (refused) return refused;
      const next = changed(trip, wish, clock.now());
      if (await keep(next, trip)) return { trip: next };
    }
    return refusal('conflict', 'others change this trip all the time; try again');
  }

  async function revokeTrip(id: TripId): Promise<{ revokedBefore: number } | Refusal> {
    const now = clock.now();
    const record = await trips.changeAccess(id, (access) => ({
      ...access,
      revokedBefore: Math.max(access.revokedBefore, now),
    }));
    if (!record) return refusal('not_found', `there is no trip "${id}"`);
    log.info({ trip: id }, 'tokens of a trip are revoked');
    await tellDriver(record.trip.vehicleId, { type: 'trip', trip: record.trip });
    return { revokedBefore: record.revokedBefore };
  }

  async function share(
    id: TripId,
    wish: { name: string; lastsMs: number },
  ): Promise<{ share: Share } | Refusal> {
    let outcome: { share: Share } | Refusal = refusal('not_found', `there is no trip "${id}"`);
    await trips.changeAccess(id, (access) => {
      const now = clock.now();
      const current = access.shares.filter((one) => one.expiresAt > now);
      if (current.length >= SHARES_PER_TRIP) {
        outcome = refusal(
          'too_many_requests',
          `a trip has at most ${SHARES_PER_TRIP} shares; take one back first`,
        );
        return undefined;
      }
      // Not before the last revocation, or it would be dead at once.
      const createdAt = Math.max(now, access.revokedBefore);
      const made = {
        id: options.makeTripId(),
        name: wish.name,
        createdAt,
        expiresAt: createdAt + wish.lastsMs,
      };
      outcome = { share: made };
      return { ...access, shares: [...current, made] };
    });
    tellShare(id, outcome);
    return outcome;
  }

  function tellShare(trip: TripId, outcome: { share: Share } | Refusal): void {
    if (!isRefusal(outcome)) log.info({ trip, share: outcome.share.id }, 'a trip is shared');
  }

  async function unshare(id: TripId, shareId: string): Promise<Record<string, never> | Refusal> {
    let outcome: Record<string, never> | Refusal = refusal('not_found', `the trip has no share "${shareId}"`);
    await trips.changeAccess(id, (access) => {
      const shares = access.shares.filter((one) => one.id !== shareId);
      if (shares.length === access.shares.length) return undefined;
      outcome = {};
      return { ...access, shares };
    });
    if (!isRefusal(outcome)) log.info({ trip: id, share: shareId }, 'a share is taken back');
    return outcome;
  }

  async function revokeVehicle(id: VehicleId): Promise<{ revokedBefore: number }> {
    const revokedBefore = clock.now();
    await vehicles.revoke(id, revokedBefore);
    log.info({ vehicle: id }, 'tokens of a vehicle are revoked');
    return { revokedBefore };
  }

  async function cancelAbandoned(): Promise<TripId[]> {
    const now = clock.now();
    const isOld = (time: number) => time + LIMITS.abandonedAfterMs <= now;
    const canceled: TripId[] = [];
    for (const status of ACTIVE_STATUSES) {
      for await (const trip of allTrips(options.backend, status)) {
        if (!isOld(trip.updatedAt)) continue;
        const record = await trips.read(trip.id);
        if (!record || hasEnded(record.trip.status)) continue;
        if (!isOld(record.trip.updatedAt) || !isOld(record.last)) continue;
        const next = changed(record.trip, { status: 'CANCELED' }, now);
        if (await keep(next, record.trip)) canceled.push(trip.id);
      }
    }
    return canceled;
  }

  return { create, change, share, unshare, revokeTrip, revokeVehicle, cancelAbandoned };
}

/** Every trip of a status, newest first, read by pages. */
export async function* allTrips(backend: Pick<Backend, 'trips'>, status: TripStatus): AsyncGenerator<Trip> {
  let cursor: string | undefined;
  do {
    const page = await backend.trips.list({ status, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    yield* page.trips;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

function refusalToChange(trip: Trip, wish: TripChange, by: Party): Refusal | undefined {
  if (by === 'rider' && !(wish.status === 'CANCELED' && Object.keys(wish).length === 1)) {
    return refusal('forbidden', 'a rider may only cancel: {"status":"CANCELED"}');
  }
  if (wish.status !== undefined && !isTransition(trip.status, wish.status)) {
    return refusal('invalid_transition', `the trip is ${trip.status}; it cannot become ${wish.status}`);
  }
  if (hasEnded(trip.status)) return refusal('trip_ended', `the trip is ${trip.status}; it changes no more`);
  return undefined;
}

/** The trip after a change. Its times never go back, whatever the clocks of two nodes say. */
function changed(trip: Trip, wish: TripChange, nowMs: number): Trip {
  const now = Math.max(nowMs, trip.updatedAt);
  const next: Trip = { ...trip, ...wish, version: trip.version + 1, updatedAt: now };
  if (wish.status === 'ENROUTE_TO_PICKUP') next.startedAt = now;
  if (wish.status !== undefined && hasEnded(wish.status)) next.endedAt = now;
  return next;
}
