import type { TripId } from '@tripcast/protocol';
import { FIX_BYTES, fixTime, isUnderWayAt } from '@tripcast/protocol';
import { tripChannel } from '../bus/live-bus.ts';
import { writeLiveFixes } from '../bus/live-message.ts';
import type { StoreOutcome, TrackStore, Verdict } from '../trips/track-store.ts';
import type { MemoryBus } from './memory-bus.ts';
import type { KeptTrip, MemoryTripStore } from './memory-trip-store.ts';

const NOTHING = new Uint8Array(0);

export class MemoryTrackStore implements TrackStore {
  readonly #trips: MemoryTripStore;
  readonly #bus: MemoryBus;
  readonly #limit: number;

  constructor(trips: MemoryTripStore, bus: MemoryBus, limit: number) {
    this.#trips = trips;
    this.#bus = bus;
    this.#limit = limit;
  }

  async store(id: TripId, session: number, fixes: Uint8Array, expected = 0): Promise<StoreOutcome> {
    const kept = this.#trips.kept(id);
    const count = fixes.length / FIX_BYTES;
    if (!kept) return { verdicts: Array<Verdict>(count).fill('outside'), listeners: 0, kept: undefined };
    if (session < kept.session) return 'superseded';
    kept.session = session;
    if (kept.record.last < expected) return 'gap';

    const after = kept.record.last;
    const stored: Uint8Array[] = [];
    const view = new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength);
    const verdicts = Array.from({ length: count }, (_, index) => {
      const fix = fixes.subarray(index * FIX_BYTES, (index + 1) * FIX_BYTES);
      const verdict = storeOne(kept, fix, fixTime(view, index * FIX_BYTES));
      if (verdict === 'stored') stored.push(fix);
      return verdict;
    });
    if (stored.length === 0) return { verdicts, listeners: 0, kept: undefined };

    kept.record.truncatedBefore = kept.track.cut(this.#limit) ?? kept.record.truncatedBefore;
    const message = writeLiveFixes(kept.record.trip.version, after, concatenate(stored));
    return { verdicts, listeners: this.#bus.deliver(tripChannel(id), message), kept: undefined };
  }

  async read(id: TripId, after: number, limit: number): Promise<Uint8Array> {
    return this.#trips.kept(id)?.track.read(after, limit) ?? NOTHING;
  }

  async newest(id: TripId): Promise<Uint8Array | undefined> {
    return this.#trips.kept(id)?.track.newest();
  }
}

function storeOne(kept: KeptTrip, fix: Uint8Array, time: number): Verdict {
  if (!isUnderWayAt(kept.record.trip, time)) return 'outside';
  if (time <= kept.record.last) return kept.track.has(time) ? 'duplicate' : 'outOfOrder';
  kept.track.append(fix);
  kept.record.last = time;
  return 'stored';
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.length * FIX_BYTES);
  parts.forEach((part, index) => {
    whole.set(part, index * FIX_BYTES);
  });
  return whole;
}
