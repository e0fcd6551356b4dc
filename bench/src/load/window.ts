import { build, encodeIntoCompressedBase64, type JsHistogram } from 'hdr-histogram-js';
import type { SentTimes } from './sent-times.ts';

/** Latencies from a microsecond to a minute, to a thousandth. */
const LONGEST_MICROS = 60_000_000;
const DIGITS = 3;

/** What is counted over a stretch of time: positions that were written in it, and what came in it. */
export class Window {
  readonly #beganAt: number;
  #endedAt = Number.POSITIVE_INFINITY;
  readonly #latency = build({
    highestTrackableValue: LONGEST_MICROS,
    numberOfSignificantValueDigits: DIGITS,
    useWebAssembly: false,
  }) as JsHistogram;
  expected = 0;
  delivered = 0;
  arrived = 0;

  /** @param nowMs `performance.now()`, as everywhere here */
  constructor(nowMs: number) {
    this.#beganAt = nowMs;
  }

  /** A driver has written a position, which so many riders wait for. */
  written(riders: number): void {
    if (this.#endedAt === Number.POSITIVE_INFINITY) this.expected += riders;
  }

  /** The trip's `nth` position has come to one of its riders. */
  came(trip: number, nth: number, sent: SentTimes, nowMs: number): void {
    if (nowMs < this.#endedAt) this.arrived++;
    const writtenAt = sent.writtenAt(trip, nth);
    if (writtenAt < this.#beganAt || writtenAt >= this.#endedAt) return;
    this.delivered++;
    this.#latency.recordValue(Math.min(LONGEST_MICROS, Math.max(1, Math.round((nowMs - writtenAt) * 1_000))));
  }

  end(nowMs: number): void {
    this.#endedAt = nowMs;
  }

  get latency(): string {
    return encodeIntoCompressedBase64(this.#latency);
  }
}
