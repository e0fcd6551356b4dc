import { FIX_BYTES, type TripId } from '@tripcast/protocol';
import type { KeepLimits } from '../backend.ts';
import { tripChannel } from '../bus/live-bus.ts';
import type { StoreOutcome, TrackStore, Verdict } from '../trips/track-store.ts';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';
import { STORE_FIXES } from './scripts/store-fixes.ts';

const VERDICTS: Record<string, Verdict> = { s: 'stored', d: 'duplicate', o: 'outOfOrder', x: 'outside' };

/** A stream's entry: its id, and the field `f` with its value. */
type Entry = [id: Buffer, fields: [name: Buffer, fix: Buffer]];

export class RedisTrackStore implements TrackStore {
  readonly #commands: RedisCommands;
  readonly #names: Names;
  readonly #limits: KeepLimits;

  constructor(commands: RedisCommands, names: Names, limits: KeepLimits) {
    this.#commands = commands;
    this.#names = names;
    this.#limits = limits;
  }

  async store(id: TripId, session: number, fixes: Uint8Array): Promise<StoreOutcome> {
    const [listeners, letters] = await this.#commands.runDurably<[number, Buffer] | [-1]>(
      STORE_FIXES,
      [this.#names.trip(id), this.#names.track(id)],
      [
        String(session),
        String(this.#limits.trackFixes),
        String(this.#limits.keptAfterEndMs),
        this.#names.channel(tripChannel(id)),
        Buffer.from(fixes.buffer, fixes.byteOffset, fixes.byteLength),
      ],
    );
    if (letters === undefined) return 'superseded';
    return { listeners, verdicts: Array.from(letters.toString(), (letter) => VERDICTS[letter]!) };
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
