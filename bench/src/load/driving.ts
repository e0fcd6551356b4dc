import { Schedule } from './schedule.ts';

/** The longest that the process sleeps at a stretch while something is due soon: so much later it may hear what comes, ms. */
const LONGEST_SLEEP_MS = 0.25;
/** Timers of the event loop are no finer than this, ms. */
const TIMER_MS = 1;

/**
 * Has drivers send, each when it is due, not with all others of its millisecond: a server that wakes up once for four of
 * them would look cheaper than it is. The event loop's timers are too coarse for that, so between looks the process sleeps.
 */
export class Driving {
  readonly #schedule: Schedule;
  readonly #send: (driver: number) => void;
  readonly #alarm = new Int32Array(new SharedArrayBuffer(4));
  readonly #look = () => this.#sendDue();
  #closed = false;

  constructor(drivers: number, perSecond: number, random: () => number, send: (driver: number) => void) {
    this.#schedule = new Schedule(drivers, perSecond, random, performance.now());
    this.#send = send;
    this.#sendDue();
  }

  close(): void {
    this.#closed = true;
  }

  #sendDue(): void {
    if (this.#closed) return;
    this.#schedule.sendDue(performance.now(), this.#send);
    const leftMs = this.#schedule.nextAt - performance.now();
    if (leftMs > 2 * TIMER_MS) setTimeout(this.#look, TIMER_MS);
    else {
      if (leftMs > 0) Atomics.wait(this.#alarm, 0, 0, Math.min(leftMs, LONGEST_SLEEP_MS));
      setImmediate(this.#look);
    }
  }
}
