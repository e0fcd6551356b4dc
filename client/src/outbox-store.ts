import type { Fix } from '@tripcast/protocol';

/** A fix that is not acknowledged, as it is kept beyond the life of its process. */
export interface KeptFix {
  /** As it is sent; its `time` is what it is known by. */
  fix: Fix;
  /** The time that the app gave it, ms. */
  appTime: number;
}

/**
 * Keeps what an outbox holds where it outlives the process: a page that is reloaded, a tab that is killed. One vehicle's,
 * and one outbox's at a time: two that share it would each send what the other has.
 *
 * `put` and `remove` take effect in the order in which they are called. They never throw and nobody waits for them:
 * what a store could not write is its own to tell.
 */
export interface OutboxStore {
  /** What was put and never removed, in any order. Called once, before anything else. */
  load(): Promise<readonly KeptFix[]>;
  put(kept: KeptFix): void;
  /** @param times of fixes as they are sent, ms; some may not be there */
  remove(times: readonly number[]): void;
}
