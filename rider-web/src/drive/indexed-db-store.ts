// The outbox of a phone in its browser's database: a reload, a killed tab and a flat battery lose nothing.

import type { KeptFix, OutboxStore } from '@tripcast/client';
import { LIMITS, type VehicleId } from '@tripcast/protocol';

const DATABASE = 'tripcast.drive';
const FIXES = 'fixes';

/** The key is the vehicle and the time as it is sent. */
type Row = KeptFix & { vehicle: VehicleId; time: number };

/** One vehicle's. What no node would take any more is thrown away when it is opened, other vehicles' too. */
export class IndexedDbStore implements OutboxStore {
  readonly #vehicle: VehicleId;
  readonly #onFault: (why: unknown) => void;
  readonly #database: Promise<IDBDatabase | undefined>;

  /** @param onFault called whenever the browser could not keep or bring something: private windows, full disks */
  constructor(vehicle: VehicleId, factory: IDBFactory, onFault: (why: unknown) => void) {
    this.#vehicle = vehicle;
    this.#onFault = onFault;
    this.#database = open(factory).catch((why: unknown) => {
      onFault(why);
      return undefined;
    });
  }

  async load(): Promise<readonly KeptFix[]> {
    const database = await this.#database;
    if (!database) return [];
    try {
      const fixes = database.transaction(FIXES, 'readwrite').objectStore(FIXES);
      const keys = (await answerTo(fixes.getAllKeys())) as [VehicleId, number][];
      const tooOldMs = Date.now() - LIMITS.fixBehindMs;
      for (const [vehicle, time] of keys) if (time < tooOldMs) fixes.delete([vehicle, time]);
      const mine = IDBKeyRange.bound([this.#vehicle, 0], [this.#vehicle, Number.MAX_SAFE_INTEGER]);
      const rows = (await answerTo(fixes.getAll(mine))) as Row[];
      return rows.map(({ fix, appTime }) => ({ fix, appTime }));
    } catch (why) {
      this.#onFault(why);
      return [];
    }
  }

  put(kept: KeptFix): void {
    const row: Row = { ...kept, vehicle: this.#vehicle, time: kept.fix.time };
    void this.#change((fixes) => fixes.put(row));
  }

  remove(times: readonly number[]): void {
    void this.#change((fixes) => {
      for (const time of times) fixes.delete([this.#vehicle, time]);
    });
  }

  async #change(act: (fixes: IDBObjectStore) => void): Promise<void> {
    const database = await this.#database;
    try {
      const changing = database?.transaction(FIXES, 'readwrite');
      if (!changing) return;
      changing.onabort = () => this.#onFault(changing.error);
      act(changing.objectStore(FIXES));
    } catch (why) {
      this.#onFault(why);
    }
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  const opening = factory.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(FIXES, { keyPath: ['vehicle', 'time'] });
  };
  return answerTo(opening);
}

function answerTo<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
