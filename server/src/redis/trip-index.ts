import type { TripId } from '@tripcast/protocol';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';

/** A trip's place among all trips, newest first; trips of one millisecond by id, backwards. */
export interface Place {
  createdAt: number;
  id: TripId;
}

const BATCH = 100;

/** All trips that are kept, newest first. Trips that were forgotten stay in it until somebody comes past them. */
export class TripIndex {
  readonly #commands: RedisCommands;
  readonly #names: Names;

  constructor(commands: RedisCommands, names: Names) {
    this.#commands = commands;
    this.#names = names;
  }

  async add({ createdAt, id }: Place): Promise<void> {
    await this.#commands.send('ZADD', this.#names.tripIndex, String(createdAt), id);
  }

  async remove(ids: TripId[]): Promise<void> {
    if (ids.length > 0) await this.#commands.send('ZREM', this.#names.tripIndex, ...ids);
  }

  /** The places after `start`, or all of them, in batches. */
  async *after(start: Place | undefined): AsyncGenerator<Place[]> {
    let last = start;
    let skip = 0; // of those with the last one's very millisecond, when they fill a whole batch
    while (true) {
      const batch = await this.#batch(last, skip);
      const places = batch.filter((place) => last === undefined || isAfter(last, place));
      if (places.length > 0) yield places;
      if (batch.length < BATCH) return;
      skip = places.length > 0 ? 0 : skip + BATCH;
      last = places.at(-1) ?? last;
    }
  }

  async #batch(from: Place | undefined, skip: number): Promise<Place[]> {
    const reply = await this.#commands.send<Buffer[]>(
      'ZRANGE',
      this.#names.tripIndex,
      from ? String(from.createdAt) : '+inf',
      '-inf',
      'BYSCORE',
      'REV',
      'LIMIT',
      String(skip),
      String(BATCH),
      'WITHSCORES',
    );
    // Ids and scores in turn.
    return Array.from({ length: reply.length / 2 }, (_, nth) => ({
      id: reply[2 * nth]!.toString() as TripId,
      createdAt: Number(reply[2 * nth + 1]),
    }));
  }
}

function isAfter(last: Place, place: Place): boolean {
  return place.createdAt === last.createdAt ? place.id < last.id : place.createdAt < last.createdAt;
}
