import type { TripId, VehicleId } from '@tripcast/protocol';
import { FIX_BYTES, fixTimeIn } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../backend.ts';
import type { SteadyClock } from '../clock.ts';
import { type Batch, FixQueue } from './fix-queue.ts';
import { type Judgement, judgeFixes, type Writer } from './judge.ts';
import type { VehicleTrips } from './vehicle-trips.ts';

/** What becomes of the fixes. */
export interface FixFate {
  /** They are given to the store now. */
  writing(fixes: Uint8Array): void;
  /** They are written and passed on: so many of them newly in a trip, heard by so many nodes. */
  wrote(fixes: Uint8Array, stored: number, listeners: number): void;
  /** One that no trip has nor can take. */
  outOfOrder(time: number): void;
  /** An acknowledgement is owed from now on, if only of the same time. May be told again. */
  settled(): void;
  /** A newer session of the vehicle writes. */
  superseded(): void;
}

/** What does not survive by then is not waited for when the node leaves, ms from its coming on. */
const KEPT_WITHIN_MS = 1_500;
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 2_000;

/**
 * Writes a driver's fixes in the order they came, and settles each when it is kept and all before it are. What fails is
 * tried again, and nothing later is written first (docs/decisions/0004 and 0010).
 */
export class FixWriter {
  readonly #backend: Backend;
  readonly #trips: VehicleTrips;
  readonly #clock: SteadyClock;
  readonly #fate: FixFate;
  readonly #queue: FixQueue;
  readonly #writer: Writer;
  #closed = false;
  /** A batch is with the store. */
  #isWriting = false;
  readonly #onRest: (() => void)[] = [];
  /** Batches that are written, and not known to be kept. */
  #unkept = 0;
  /** Settles what is written, batch after batch, as it turns out to be kept. */
  #keeping: Promise<void> = Promise.resolve();
  /** How many times what was written had to be written again. */
  #rewinds = 0;
  #mustRewind = false;
  /** The latest time that each trip was given, ms: what must be there before anything later is. */
  readonly #written = new Map<TripId, number>();
  #retryAt = 0;
  #retryMs = RETRY_FIRST_MS;

  constructor(options: {
    id: VehicleId;
    backend: Backend;
    trips: VehicleTrips;
    clock: SteadyClock;
    fate: FixFate;
    /** How many fixes may wait to be settled. */
    capacity: number;
  }) {
    this.#queue = new FixQueue(options.capacity);
    this.#writer = { id: options.id, session: 0, written: this.#written };
    this.#backend = options.backend;
    this.#trips = options.trips;
    this.#clock = options.clock;
    this.#fate = options.fate;
  }

  /** The session that it writes for from now on; nothing is accepted before. */
  open(session: number): void {
    this.#writer.session = session;
  }

  /** Nothing more is written: its driver keeps what was not acknowledged. */
  close(): void {
    this.#closed = true;
    this.#queue.clear();
  }

  /** Fixes that were accepted and are not settled. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Takes fixes (n × 20 bytes, checked, ours to keep); false, and nothing is taken, when there are too many. */
  accept(fixes: Uint8Array): boolean {
    if (!this.#queue.add(fixes, this.#trips.step(), this.#clock.monotonic())) return false;
    if (this.#retryAt === 0) this.#write();
    return true;
  }

  /** A fix that was never accepted counts as settled. */
  settled(time: number): void {
    this.#queue.settled(time);
    this.#fate.settled();
  }

  /** The acknowledgement that is owed, if any: up to which `time`, and since when (monotonic) its oldest fix waited. */
  acknowledge(): { time: number; sinceMs: number | undefined } | undefined {
    if (!this.#queue.hasSettled()) return undefined;
    const owed = this.#queue.acknowledge();
    return owed.time === 0 ? undefined : owed;
  }

  /** Tries again when that is due. Call it some times a second. */
  tick(): void {
    if (this.#closed || this.#retryAt === 0 || this.#clock.monotonic() < this.#retryAt || this.#isWriting)
      return;
    this.#retryAt = 0;
    this.#write();
  }

  /** Resolves when all that was accepted is settled, the backend is unavailable, or no replica has had it for too long. */
  async settle(): Promise<void> {
    if (this.#isWriting) await new Promise<void>((resolve) => this.#onRest.push(resolve));
    const now = this.#clock.monotonic();
    const waitedMs = now - (this.#queue.oldestAtMs ?? now);
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, Math.max(0, KEPT_WITHIN_MS - waitedMs));
    });
    await Promise.race([this.#keeping, late]);
    clearTimeout(deadline);
  }

  /** Begins with the oldest batch that is not written, unless one is under way. */
  #write(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    if (this.#mustRewind) this.#queue.rewind();
    this.#mustRewind = false;
    this.#writeNext();
  }

  #writeNext(): void {
    const batch = this.#closed ? undefined : this.#queue.next();
    if (!batch) {
      this.#rest();
      return;
    }
    this.#fate.writing(batch.fixes);
    judgeFixes(
      this.#backend,
      this.#writer,
      this.#trips,
      batch.fixes,
      batch.step,
      (judgement) => this.#judged(batch, judgement),
      this.#failed,
    );
  }

  /** Callbacks rather than a loop that awaits: a promise less for each fix, and nothing that outlives it. */
  #judged({ fixes }: Batch, judgement: Judgement): void {
    let goesOn = false;
    try {
      if (judgement === 'superseded') this.#fate.superseded();
      else if (judgement === 'gap') this.#rewind();
      if (typeof judgement === 'string' || this.#mustRewind) return; // what was written before this is gone, or may be
      for (const [trip, time] of judgement.written) this.#written.set(trip, time);
      this.#queue.wroteNext();
      this.#settleWhenKept(fixes, judgement.outOfOrder, judgement.kept);
      this.#fate.wrote(fixes, judgement.stored, judgement.listeners);
      goesOn = true;
    } finally {
      if (goesOn) this.#writeNext();
      else this.#rest();
    }
  }

  readonly #failed = (error: unknown): void => {
    this.#retryLater();
    this.#rest();
    if (!(error instanceof BackendUnavailable)) throw error;
  };

  /** Nothing is being written. */
  #rest(): void {
    this.#isWriting = false;
    for (const resolve of this.#onRest.splice(0)) resolve();
  }

  /** Followers have it already, and the next batch is on its way; its acknowledgement waits for this, and for all before. */
  #settleWhenKept(fixes: Uint8Array, outOfOrder: readonly number[], kept: Promise<void> | undefined): void {
    if (!kept && this.#unkept === 0) {
      this.#settleNext(fixes, outOfOrder);
      return;
    }
    const rewinds = this.#rewinds;
    this.#unkept++;
    this.#keeping = this.#keeping.then(async () => {
      const isKept = await (kept ?? Promise.resolve()).then(
        () => true,
        () => false,
      );
      if (rewinds !== this.#rewinds) return; // it is written again, and settled then
      this.#unkept--;
      if (isKept) this.#settleNext(fixes, outOfOrder);
      else this.#rewind();
    });
  }

  #settleNext(fixes: Uint8Array, outOfOrder: readonly number[]): void {
    this.#queue.settleNext();
    this.#retryMs = RETRY_FIRST_MS;
    for (const index of outOfOrder) this.#fate.outOfOrder(fixTimeIn(fixes, index * FIX_BYTES));
    this.#fate.settled();
  }

  /** The store that had it may be gone: all that is not settled is written again, in order, before anything later. */
  #rewind(): void {
    this.#rewinds++;
    this.#mustRewind = true;
    this.#written.clear();
    this.#unkept = 0;
    this.#keeping = Promise.resolve();
    this.#retryLater();
  }

  #retryLater(): void {
    this.#retryAt = this.#clock.monotonic() + this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MOST_MS);
  }
}
