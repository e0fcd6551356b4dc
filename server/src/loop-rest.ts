// A busy node rests its event loop: a socket that has something to say wakes a sleeping process, and on a small machine
// waking costs more than the message (docs/decisions/0012). So while messages come one by one and often, the loop sleeps for
// some milliseconds at a time and then serves all that has come, as network cards gather packets before they interrupt.

import { performance } from 'node:perf_hooks';
import { endTurn } from './turn-end.ts';

/** How often it is asked whether to rest, ms. */
const LOOK_EVERY_MS = 50;
/** The loop rests when it turns more often than this for something that has come, times a second … */
const BUSY_TURNS_PER_S = 1_000;
/** … and goes on resting while so many messages come during a rest: fewer are not worth the wait. */
const WORTHWHILE = 2;
/**
 * At least this share of what comes is fixes, which nobody waits for: who asks and waits for the answer before asking again is
 * not sped up by being kept waiting.
 */
const LEAST_FIXES = 0.5;
/** So many who wait for several answers of Redis each, one after the other, are not kept waiting for each by a rest. */
const HERD = 16;

/** What the event loop has done so far. */
export interface LoopFigures {
  readonly turns: number;
  /** Sockets that had something to say. */
  readonly events: number;
  /** Fixes that came from drivers, or went to followers. */
  readonly fixes: number;
}

/** Pure: whether a loop that has done this since the last look should rest while so many wait. */
export function isRestDue(
  done: LoopFigures,
  elapsedMs: number,
  rests: number | undefined,
  waiting: number,
): boolean {
  if (waiting >= HERD || done.fixes < done.events * LEAST_FIXES) return false;
  if (rests !== undefined) return done.events >= rests * WORTHWHILE;
  const busyTurns = Math.min(done.turns, done.events);
  return busyTurns * 1_000 > BUSY_TURNS_PER_S * elapsedMs;
}

/** Has this process's event loop rest while it is busy. */
export class LoopRest {
  readonly #restMs: number;
  readonly #onRest: () => void;
  readonly #waiting: () => number;
  readonly #fixes: () => number;
  readonly #alarm = new Int32Array(new SharedArrayBuffer(4));
  readonly #timer: NodeJS.Timeout | undefined;
  #before: LoopFigures;
  #lookedAt = performance.now();
  /** Rests since the last look; `undefined` while the loop does not rest. */
  #rests: number | undefined;
  #wokeAt = 0;

  /**
   * @param restMs how long it rests at the most, ms; 0: never
   * @param waiting how many wait for an end of something that takes several turns: it does not rest while they are a herd
   * @param fixes how many came from drivers or went to followers, since the start
   */
  constructor(restMs: number, onRest: () => void, waiting: () => number, fixes: () => number) {
    this.#restMs = restMs;
    this.#onRest = onRest;
    this.#waiting = waiting;
    this.#fixes = fixes;
    this.#before = this.#figures();
    if (restMs > 0) this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** May be called twice. */
  close(): void {
    clearInterval(this.#timer);
    this.#rests = undefined;
  }

  #look(): void {
    const now = performance.now();
    const after = this.#figures();
    const done = {
      turns: after.turns - this.#before.turns,
      events: after.events - this.#before.events,
      fixes: after.fixes - this.#before.fixes,
    };
    const wasResting = this.#rests !== undefined;
    const isDue = isRestDue(done, now - this.#lookedAt, this.#rests, this.#waiting());
    const rests = isDue ? 0 : undefined;
    this.#before = after;
    this.#lookedAt = now;
    this.#rests = rests;
    if (wasResting || rests === undefined) return;
    this.#wokeAt = now;
    setImmediate(this.#turned);
  }

  readonly #turned = (): void => {
    if (this.#waiting() >= HERD) this.#rests = undefined; // until the next look
    if (this.#rests === undefined) return;
    endTurn(); // what has come leaves for Redis before the rest, in one call, and not piecemeal in turns of its own
    this.#rest();
    setImmediate(this.#turned);
  };

  /** Less by what the work since the last rest has taken: a loop that is full does not rest. */
  #rest(): void {
    const leftMs = this.#restMs - (performance.now() - this.#wokeAt);
    if (leftMs > 0) {
      Atomics.wait(this.#alarm, 0, 0, leftMs);
      this.#onRest();
    }
    this.#wokeAt = performance.now();
    this.#rests!++;
  }

  #figures(): LoopFigures {
    const { loopCount, events } = performance.nodeTiming.uvMetricsInfo;
    return { turns: loopCount, events, fixes: this.#fixes() };
  }
}
