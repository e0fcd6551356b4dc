import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { LAG_RESOLUTION_MS } from '../metrics/metrics.ts';

/** Figures are of at least this long: who asks more often is told the same again, ms. */
const LEAST_SPAN_MS = 1_000;
const NANOSECONDS_PER_MS = 1e6;

/** How busy this process is. */
export class NodePulse {
  readonly #delays: IntervalHistogram = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  #takenAt = performance.now();
  #fixes = 0;
  #last = { fixesPerSecond: 0, lagMs: 0 };

  constructor() {
    this.#delays.enable();
  }

  /** Since it was last taken. @param fixesSoFar counted since the start */
  take(fixesSoFar: number): { fixesPerSecond: number; lagMs: number } {
    const now = performance.now();
    const spanMs = now - this.#takenAt;
    if (spanMs < LEAST_SPAN_MS) return this.#last;
    const lateMs = this.#delays.percentile(99) / NANOSECONDS_PER_MS - LAG_RESOLUTION_MS;
    this.#last = {
      fixesPerSecond: Math.round(((fixesSoFar - this.#fixes) * 1_000) / spanMs),
      lagMs: Math.max(0, Math.round(lateMs)),
    };
    this.#takenAt = now;
    this.#fixes = fixesSoFar;
    this.#delays.reset();
    return this.#last;
  }

  /** May be called twice. */
  close(): void {
    this.#delays.disable();
  }
}
