import type { Trip, TripId, TripStatus, VehicleId } from '@tripcast/protocol';
import type { TripAccess } from '../access.ts';
import type { KeepLimits } from '../backend.ts';
import { tripChannel } from '../bus/live-bus.ts';
import { writeTripEvent } from '../bus/trip-event.ts';
import type { TripPage, TripRecord, TripStore } from '../trips/trip-store.ts';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';
import { CREATE_TRIP, REPLACE_TRIP } from './scripts/keep-trip.ts';
import type { Place, TripIndex } from './trip-index.ts';
import { accessFields, forgetAt, RECORD_FIELDS, readRecord, tripFields } from './trip-record.ts';

const UNREADABLE = Symbol('unreadable');

export class RedisTripStore implements TripStore {
  readonly #commands: RedisCommands;
  readonly #names: Names;
  readonly #index: TripIndex;
  readonly #limits: KeepLimits;

  constructor(commands: RedisCommands, names: Names, index: TripIndex, limits: KeepLimits) {
    this.#commands = commands;
    this.#names = names;
    this.#index = index;
    this.#limits = limits;
  }

  async create(trip: Trip, request: string): Promise<{ created: boolean; record: TripRecord }> {
    const fields = [...tripFields(trip), 'request', request];
    const created = await this.#commands.runDurably<number>(CREATE_TRIP, [this.#names.trip(trip.id)], fields);
    const record = await this.read(trip.id);
    if (!record) return this.create(trip, request); // the one that was there has just been forgotten
    // Also when it was there: whoever created it may have died before this.
    await Promise.all([
      this.#commands.sendDurably('SADD', this.#names.tripsOfVehicle(record.trip.vehicleId), trip.id),
      this.#index.add(record.trip),
    ]);
    return { created: created === 1, record };
  }

  async read(id: TripId): Promise<TripRecord | undefined> {
    return readRecord(await this.#commands.send('HMGET', this.#names.trip(id), ...RECORD_FIELDS));
  }

  async replace(next: Trip, expectedVersion: number): Promise<number | undefined> {
    return this.#replace(next, expectedVersion);
  }

  async changeAccess(
    id: TripId,
    change: (access: TripAccess) => TripAccess | undefined,
  ): Promise<TripRecord | undefined> {
    while (true) {
      const record = await this.read(id);
      if (!record) return undefined;
      const { revokedBefore, shares } = record;
      const access = change({ revokedBefore, shares });
      if (!access) return record;
      const { version } = record.trip;
      const trip = { ...record.trip, version: version + 1 };
      const heard = await this.#replace(trip, version, access);
      if (heard !== undefined) return { ...record, trip, ...access };
    }
  }

  async ofVehicle(id: VehicleId): Promise<TripRecord[]> {
    const key = this.#names.tripsOfVehicle(id);
    const ids = (await this.#commands.send<Buffer[]>('SMEMBERS', key)).map(
      (member) => member.toString() as TripId,
    );
    const { records, forgotten } = await this.#readAll(ids);
    if (forgotten.length > 0) await this.#commands.send('SREM', key, ...forgotten);
    return records;
  }

  async list(query: { status?: TripStatus; limit: number; cursor?: string }): Promise<TripPage> {
    const { status, limit, cursor } = query;
    const trips: Trip[] = [];
    for await (const places of this.#index.after(cursor === undefined ? undefined : readCursor(cursor))) {
      const { records, forgotten } = await this.#readAll(places.map(({ id }) => id));
      await this.#index.remove(forgotten);
      for (const { trip } of records) if (status === undefined || trip.status === status) trips.push(trip);
      if (trips.length > limit) break; // one more than asked for: there is another page
    }
    const page = trips.slice(0, limit);
    const last = page.at(-1);
    return last && trips.length > limit ? { trips: page, cursor: writeCursor(last) } : { trips: page };
  }

  /** One command each, since they live in different slots; they travel together all the same. */
  async #readAll(ids: TripId[]): Promise<{ records: TripRecord[]; forgotten: TripId[] }> {
    const replies = await Promise.all(ids.map((id) => this.#readOrSkip(id)));
    return {
      records: replies.filter((record) => record !== undefined && record !== UNREADABLE),
      forgotten: ids.filter((_, index) => replies[index] === undefined),
    };
  }

  /** One trip that nobody can read must not hide the others, nor be forgotten for it. */
  async #readOrSkip(id: TripId): Promise<TripRecord | typeof UNREADABLE | undefined> {
    try {
      return await this.read(id);
    } catch (error) {
      if (error instanceof SyntaxError) return UNREADABLE;
      throw error;
    }
  }

  async #replace(next: Trip, expectedVersion: number, access?: TripAccess): Promise<number | undefined> {
    const heard = await this.#commands.runDurably<number>(
      REPLACE_TRIP,
      [this.#names.trip(next.id), this.#names.track(next.id)],
      [
        String(expectedVersion),
        this.#names.channel(tripChannel(next.id)),
        writeTripEvent(next, access),
        forgetAt(next, this.#limits),
        ...tripFields(next),
        ...(access ? accessFields(access) : []),
      ],
    );
    return heard === -1 ? undefined : heard;
  }
}

function writeCursor({ createdAt, id }: Place): string {
  return `${createdAt}:${id}`;
}

function readCursor(cursor: string): Place {
  const parts = /^(\d{1,15}):([A-Za-z0-9_-]{1,64})$/.exec(cursor);
  if (!parts) throw new RangeError('not a cursor of this list');
  return { createdAt: Number(parts[1]), id: parts[2] as TripId };
}
