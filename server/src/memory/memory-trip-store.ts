import type { Trip, TripId, TripStatus, VehicleId } from '@tripcast/protocol';
import type { TripAccess } from '../access.ts';
import type { KeepLimits } from '../backend.ts';
import { tripChannel } from '../bus/live-bus.ts';
import { writeTripEvent } from '../bus/trip-event.ts';
import type { Clock } from '../clock.ts';
import type { TripPage, TripRecord, TripStore } from '../trips/trip-store.ts';
import type { MemoryBus } from './memory-bus.ts';
import { Track } from './track.ts';

/** A trip, the session that writes it, and its track: what Redis keeps under one hash tag. */
export interface KeptTrip {
  record: TripRecord;
  session: number;
  track: Track;
}

const FORGET_EVERY_MS = 60_000;

export class MemoryTripStore implements TripStore {
  readonly #kept = new Map<TripId, KeptTrip>();
  readonly #byVehicle = new Map<VehicleId, Set<KeptTrip>>();
  readonly #clock: Clock;
  readonly #bus: MemoryBus;
  readonly #limits: KeepLimits;
  #forgotAt = 0;

  constructor(clock: Clock, bus: MemoryBus, limits: KeepLimits) {
    this.#clock = clock;
    this.#bus = bus;
    this.#limits = limits;
  }

  /** The trip itself, for the track store beside. */
  kept(id: TripId): KeptTrip | undefined {
    this.#forgetOld();
    return this.#kept.get(id);
  }

  async create(trip: Trip, request: string): Promise<{ created: boolean; record: TripRecord }> {
    const there = this.kept(trip.id);
    if (there) return { created: false, record: copy(there.record) };
    const record: TripRecord = { trip, last: 0, revokedBefore: 0, shares: [], truncatedBefore: 0, request };
    const kept = { record: copy(record), session: 0, track: new Track() };
    this.#kept.set(trip.id, kept);
    this.#byVehicle.set(trip.vehicleId, (this.#byVehicle.get(trip.vehicleId) ?? new Set()).add(kept));
    return { created: true, record };
  }

  async read(id: TripId): Promise<TripRecord | undefined> {
    const kept = this.kept(id);
    return kept && copy(kept.record);
  }

  async replace(next: Trip, expectedVersion: number): Promise<number | undefined> {
    const kept = this.kept(next.id);
    if (kept?.record.trip.version !== expectedVersion) return undefined;
    kept.record.trip = structuredClone(next);
    return this.#announce(next);
  }

  async changeAccess(
    id: TripId,
    change: (access: TripAccess) => TripAccess | undefined,
  ): Promise<TripRecord | undefined> {
    const kept = this.kept(id);
    if (!kept) return undefined;
    const { record } = kept;
    const access = change(structuredClone({ revokedBefore: record.revokedBefore, shares: record.shares }));
    if (access) {
      Object.assign(record, structuredClone(access));
      record.trip = { ...record.trip, version: record.trip.version + 1 };
      this.#announce(record.trip, access);
    }
    return copy(record);
  }

  async ofVehicle(id: VehicleId): Promise<TripRecord[]> {
    this.#forgetOld();
    return Array.from(this.#byVehicle.get(id) ?? [], (kept) => copy(kept.record));
  }

  async list(query: { status?: TripStatus; limit: number; cursor?: string }): Promise<TripPage> {
    this.#forgetOld();
    const { status, limit, cursor } = query;
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const trips = [...this.#kept.values()]
      .map((kept) => kept.record.trip)
      .filter((trip) => status === undefined || trip.status === status)
      .sort(newestFirst)
      .filter((trip) => after === undefined || newestFirst(after, trip) < 0);
    const page = trips.slice(0, limit);
    const last = page.at(-1);
    return {
      trips: structuredClone(page),
      ...(last && trips.length > limit && { cursor: `${last.createdAt}:${last.id}` }),
    };
  }

  #announce(trip: Trip, access?: TripAccess): number {
    return this.#bus.deliver(tripChannel(trip.id), writeTripEvent(trip, access));
  }

  #forgetOld(): void {
    const now = this.#clock.now();
    if (now - this.#forgotAt < FORGET_EVERY_MS) return;
    this.#forgotAt = now;
    for (const kept of this.#kept.values()) {
      const { endedAt } = kept.record.trip;
      if (endedAt !== undefined && endedAt + this.#limits.keptAfterEndMs <= now) this.#forget(kept);
    }
  }

  #forget(kept: KeptTrip): void {
    const { id, vehicleId } = kept.record.trip;
    this.#kept.delete(id);
    const ofVehicle = this.#byVehicle.get(vehicleId);
    ofVehicle?.delete(kept);
    if (ofVehicle?.size === 0) this.#byVehicle.delete(vehicleId);
  }
}

type Place = Pick<Trip, 'createdAt' | 'id'>;

function newestFirst(a: Place, b: Place): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function readCursor(cursor: string): Place {
  const parts = /^(\d+):([A-Za-z0-9_-]{1,64})$/.exec(cursor);
  if (!parts) throw new RangeError('not a cursor of this list');
  return { createdAt: Number(parts[1]), id: parts[2] as TripId };
}

function copy(record: TripRecord): TripRecord {
  return structuredClone(record);
}
