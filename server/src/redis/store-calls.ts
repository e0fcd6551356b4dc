import { FIX_BYTES, LIMITS, type TripId } from '@tripcast/protocol';
import { BackendUnavailable, type KeepLimits } from '../backend.ts';
import type { Eventual, StoreOutcome, Verdict } from '../trips/track-store.ts';
import { atTurnEnd } from '../turn-end.ts';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';
import { STORE_FIXES } from './scripts/store-fixes.ts';

/** As `TrackStore.store` is asked, and whoever waits for the answer: one, from the same turn of the event loop on. */
class Order implements Eventual<StoreOutcome> {
  readonly trip: string;
  readonly session: number;
  readonly fixes: Uint8Array;
  readonly after: number;
  #done: ((outcome: StoreOutcome) => void) | undefined;
  #failed: ((error: unknown) => void) | undefined;

  /** @param trip the key of its hash */
  constructor(trip: string, session: number, fixes: Uint8Array, after: number) {
    this.trip = trip;
    this.session = session;
    this.fixes = fixes;
    this.after = after;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, and makes no promise for a fix that nobody awaits
  then(done: (outcome: StoreOutcome) => void, failed: (error: unknown) => void): void {
    this.#done = done;
    this.#failed = failed;
  }

  /** Others wait behind it: a mistake of whoever hears of it is his own. */
  settle(outcome: StoreOutcome): void {
    try {
      this.#done?.(outcome);
    } catch (mistake) {
      void Promise.reject(mistake);
    }
  }

  fail(error: unknown): void {
    try {
      this.#failed?.(error);
    } catch (mistake) {
      void Promise.reject(mistake);
    }
  }
}

/** What the script says of one trip. */
type Answer = number | [listeners: number, letters: Buffer];

/** So many trips share a call at the most: Redis serves nobody else meanwhile. */
const TRIPS_PER_CALL = 64;
/** Session, `after`, and the number of fixes: what the script is told of each trip before its fixes. */
const HEAD_BYTES = 13;
const SUPERSEDED = -1;
const VERDICTS: Record<string, Verdict> = { s: 'stored', d: 'duplicate', o: 'outOfOrder', x: 'outside' };
/** For each number of fixes, the verdicts where all of them are stored. */
const ALL_STORED: readonly (readonly Verdict[])[] = Array.from(
  { length: LIMITS.fixesPerMessage + 1 },
  (_, count) => Array<Verdict>(count).fill('stored'),
);

/**
 * Gathers what is to be stored within one turn of the event loop: one call of the script serves many trips, where their keys
 * live together (docs/decisions/0011). A trip's orders are carried out as they came.
 */
export class StoreCalls {
  readonly #commands: RedisCommands;
  readonly #names: Names;
  /** What is the same in every call. */
  readonly #constants: readonly string[];
  #gathered = new Map<number, Order[]>();

  constructor(commands: RedisCommands, names: Names, { trackFixes, keptAfterEndMs }: KeepLimits) {
    this.#commands = commands;
    this.#names = names;
    const { trips, tracks, live } = names.prefixes;
    this.#constants = [trips, tracks, live, String(trackFixes), String(keptAfterEndMs)];
  }

  /** As `TrackStore.store`. */
  store(id: TripId, session: number, fixes: Uint8Array, after: number): Eventual<StoreOutcome> {
    const order = new Order(this.#names.trip(id), session, fixes, after);
    if (this.#gathered.size === 0) atTurnEnd(() => this.#send());
    const group = this.#commands.groupOf(order.trip);
    const there = this.#gathered.get(group);
    if (there) there.push(order);
    else this.#gathered.set(group, [order]);
    return order;
  }

  #send(): void {
    const gathered = this.#gathered;
    this.#gathered = new Map();
    for (const orders of gathered.values()) {
      for (let first = 0; first < orders.length; first += TRIPS_PER_CALL) {
        void this.#call(orders.slice(first, first + TRIPS_PER_CALL));
      }
    }
  }

  async #call(orders: readonly Order[]): Promise<void> {
    try {
      const keys = orders.map(({ trip }) => trip) as [string, ...string[]];
      const args = [...this.#constants, written(orders)];
      const { reply, kept } = await this.#commands.runThenKeep<Answer[]>(STORE_FIXES, keys, args);
      for (let nth = 0; nth < orders.length; nth++) {
        const order = orders[nth]!;
        order.settle(outcomeOf(reply[nth]!, order.fixes.byteLength / FIX_BYTES, kept));
      }
    } catch (error) {
      // What one trip's keys are to blame for must not keep the others from being stored.
      if (orders.length > 1 && !(error instanceof BackendUnavailable)) {
        for (const order of orders) void this.#call([order]);
      } else for (const order of orders) order.fail(error);
    }
  }
}

/** The orders as the script reads them. */
function written(orders: readonly Order[]): Buffer {
  let length = 0;
  for (const { fixes } of orders) length += HEAD_BYTES + fixes.byteLength;
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { session, after, fixes } of orders) {
    bytes.writeUIntLE(session, at, 6);
    bytes.writeUIntLE(after, at + 6, 6);
    bytes[at + 12] = fixes.byteLength / FIX_BYTES;
    bytes.set(fixes, at + HEAD_BYTES);
    at += HEAD_BYTES + fixes.byteLength;
  }
  return bytes;
}

function outcomeOf(answer: Answer, count: number, kept: Promise<void> | undefined): StoreOutcome {
  if (typeof answer !== 'number') {
    const [listeners, letters] = answer;
    return { listeners, kept, verdicts: Array.from(letters.toString(), (letter) => VERDICTS[letter]!) };
  }
  if (answer < 0) return answer === SUPERSEDED ? 'superseded' : 'gap';
  return { listeners: answer, kept, verdicts: ALL_STORED[count]! };
}
