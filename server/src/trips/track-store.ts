import type { TripId } from '@tripcast/protocol';

/** What became of one fix in one trip. */
export type Verdict =
  | 'stored' // now
  | 'duplicate' // it was stored before: as good
  | 'outOfOrder' // a later one is stored and this one never was
  | 'outside'; // the trip is unknown, or was not under way at the fix's time

export type StoreOutcome =
  | 'superseded' // a newer session of the vehicle writes this trip: this one must stop
  | 'gap' // the track ends before `after`: what was written there is gone, and nothing was stored
  | {
      verdicts: readonly Verdict[];
      /** The number of nodes that heard the message; 0 when nothing was stored. */
      listeners: number;
      /**
       * Resolves when it all survives the death of any one process: however long that takes, as long as the store lives that
       * has it. Rejects with `BackendUnavailable` when it may be gone: store it again, and everything after it. `undefined`
       * when it is as safe as it will be.
       */
      kept: Promise<void> | undefined;
    };

/**
 * A promise's `then` and no more: calls one of both, once, and later. There is one for each fix, so it need not make any other.
 * May be awaited.
 */
export interface Eventual<Value> {
  then(done: (value: Value) => void, failed: (error: unknown) => void): void;
}

/** Keeps each trip's fixes, 20 bytes each, in strictly increasing time. */
export interface TrackStore {
  /**
   * Stores fixes (n × 20 bytes, checked, oldest first) of one driver's session in one trip, and publishes those that
   * were stored as one live message, in the same step. Resolves when it is done, and not yet `kept`. Safe to repeat. Cuts
   * the track to its limit of fixes and remembers `truncatedBefore`.
   * @param after a time (ms) up to which this session has written the track, as far as it knows: by it a store that has lost
   *   what it was given is found out before later fixes are stored
   */
  store(id: TripId, session: number, fixes: Uint8Array, after?: number): Eventual<StoreOutcome>;

  /** The stored fixes after `after` (ms, exclusive), oldest first, n × 20 bytes, at most `limit` of them. */
  read(id: TripId, after: number, limit: number): Promise<Uint8Array>;

  /** The newest stored fix, 20 bytes; `undefined` when there is none. */
  newest(id: TripId): Promise<Uint8Array | undefined>;
}
