// What all connections of a link share in one direction: its bandwidth, by turns, and its latency.

import type { Clock, Timer } from '@tripcast/client';

/** What waits for its turn. */
interface Passenger {
  /** Passes at most so much; returns how much it was. */
  passPiece(mostBytes: number): number;
  /** Enters again if there is more. */
  pump(): void;
}

export interface LaneConditions {
  isOpen(): boolean;
  /** How late the next bytes will be, ms: drawn for each piece. */
  drawLatencyMs(): number;
  bytesPerSecond(): number;
}

/** A limited lane takes pieces of what passes in this time, ms. */
const PIECE_MS = 100;

export class RadioLane {
  readonly clock: Clock;
  passedBytes = 0;
  readonly #conditions: LaneConditions;
  /** In the order of their turns. */
  readonly #waiting = new Set<Passenger>();
  #busyUntilMs = 0;
  #isRunning = false;
  #timer: Timer;

  constructor(clock: Clock, conditions: LaneConditions) {
    this.clock = clock;
    this.#conditions = conditions;
  }

  isOpen(): boolean {
    return this.#conditions.isOpen();
  }

  drawLatencyMs(): number {
    return this.#conditions.drawLatencyMs();
  }

  /** Has the passenger's next piece passed in its turn. */
  enter(passenger: Passenger): void {
    this.#waiting.add(passenger);
    if (!this.#isRunning) this.#run();
  }

  /** May be called twice. */
  close(): void {
    this.clock.clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #run(): void {
    this.#isRunning = true;
    this.clock.clearTimeout(this.#timer);
    for (const passenger of this.#waiting) {
      const nowMs = this.clock.now();
      if (nowMs < this.#busyUntilMs) {
        this.#timer = this.clock.setTimeout(() => this.#run(), this.#busyUntilMs - nowMs);
        break;
      }
      const rate = this.#conditions.bytesPerSecond();
      const bytes = passenger.passPiece(Math.max(1, Math.ceil((rate * PIECE_MS) / 1_000)));
      this.passedBytes += bytes;
      this.#busyUntilMs = nowMs + (bytes * 1_000) / rate;
      this.#waiting.delete(passenger);
      passenger.pump(); // comes up behind the others
    }
    this.#isRunning = false;
  }
}
