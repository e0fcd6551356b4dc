import { FIX_BYTES, type TripId } from '@tripcast/protocol';
import type { Eventual, StoreOutcome, TrackStore } from '../trips/track-store.ts';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';
import type { StoreCalls } from './store-calls.ts';

/** A stream's entry: its id, and the field `f` with its value. */
type Entry = [id: Buffer, fields: [name: Buffer, fix: Buffer]];

export class RedisTrackStore implements TrackStore {
  readonly #calls: StoreCalls;
  readonly #commands: RedisCommands;
  readonly #names: Names;

  constructor(calls: StoreCalls, commands: RedisCommands, names: Names) {
    this.#calls = calls;
    this.#commands = commands;
    this.#names = names;
  }

  store(id: TripId, session: number, fixes: Uint8Array, after = 0): Eventual<StoreOutcome> {
    return this.#calls.store(id, session, fixes, after);
  }

  async read(id: TripId, after: number, limit: number): Promise<Uint8Array> {
    const from = `${after}-1`; // every entry's id ends in -0
    return fixesIn(await this.#range('XRANGE', id, from, '+', limit));
  }

  async newest(id: TripId): Promise<Uint8Array | undefined> {
    const entries = await this.#range('XREVRANGE', id, '+', '-', 1);
    return entries[0]?.[1][1];
  }

  #range(
    command: 'XRANGE' | 'XREVRANGE',
    id: TripId,
    from: string,
    to: string,
    limit: number,
  ): Promise<Entry[]> {
    return this.#commands.send<Entry[]>(command, this.#names.track(id), from, to, 'COUNT', String(limit));
  }
}

function fixesIn(entries: Entry[]): Uint8Array {
  return Buffer.concat(entries.map(([, [, fix]]) => fix).filter((fix) => fix.byteLength === FIX_BYTES));
}
