// One direction of one connection through the simulated radio: bytes come out late, slowly, or not for now; in their
// order and all of them, as TCP has it.

import type { Socket } from 'node:net';
import type { Clock, Timer } from '@tripcast/client';

/** What all connections of a link share in one direction. */
export interface Lane {
  readonly clock: Clock;
  /** Whether anything passes now. */
  isOpen(): boolean;
  /** How late the next bytes will be, ms: drawn for each piece. */
  drawLatencyMs(): number;
  bytesPerSecond(): number;
  /** When the last piece will have been transmitted, ms: until then the lane is busy. */
  busyUntilMs: number;
  passedBytes: number;
}

/** A source with so much unsent is not read on: it feels the slow link as it would feel a real one. */
const BUFFER_BYTES = 16_384;
/** A limited lane takes pieces of what passes in this time, ms. */
const PIECE_MS = 100;

interface Piece {
  bytes: Uint8Array;
  dueMs: number;
}

export class RadioPipe {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #lane: Lane;
  readonly #queue: Piece[] = [];
  #queuedBytes = 0;
  #lastDueMs = 0;
  #hasEnded = false;
  #isSinkFull = false;
  #timer: Timer;

  constructor(source: Socket, sink: Socket, lane: Lane) {
    this.#source = source;
    this.#sink = sink;
    this.#lane = lane;
    source.on('data', (bytes: Buffer) => this.#take(bytes));
    source.on('end', () => {
      this.#hasEnded = true;
      this.pump();
    });
    sink.on('drain', () => {
      this.#isSinkFull = false;
      this.pump();
    });
  }

  /** Passes on what may pass now. Call it when the conditions changed. */
  pump(): void {
    const { clock } = this.#lane;
    clock.clearTimeout(this.#timer);
    while (this.#lane.isOpen() && !this.#isSinkFull && this.#sink.writable && !this.#sink.connecting) {
      const head = this.#queue[0];
      if (!head) {
        if (this.#hasEnded) this.#sink.end();
        return;
      }
      const nowMs = clock.now();
      const waitMs = Math.max(head.dueMs, this.#lane.busyUntilMs) - nowMs;
      if (waitMs > 0) {
        this.#timer = clock.setTimeout(() => this.pump(), waitMs);
        return;
      }
      this.#pass(head, nowMs);
    }
  }

  /** Gives up what has not passed. May be called twice. */
  close(): void {
    this.#lane.clock.clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #take(bytes: Buffer): void {
    const { clock } = this.#lane;
    this.#lastDueMs = Math.max(this.#lastDueMs, clock.now() + this.#lane.drawLatencyMs());
    this.#queue.push({ bytes, dueMs: this.#lastDueMs });
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes >= BUFFER_BYTES) this.#source.pause();
    if (this.#queue.length === 1) this.pump();
  }

  #pass(head: Piece, nowMs: number): void {
    const rate = this.#lane.bytesPerSecond();
    const size = Math.min(head.bytes.length, Math.max(1, Math.ceil((rate * PIECE_MS) / 1_000)));
    this.#lane.busyUntilMs = nowMs + (size * 1_000) / rate;
    this.#lane.passedBytes += size;
    this.#isSinkFull = !this.#sink.write(head.bytes.subarray(0, size));
    if (size === head.bytes.length) this.#queue.shift();
    else head.bytes = head.bytes.subarray(size);
    this.#queuedBytes -= size;
    if (this.#queuedBytes < BUFFER_BYTES / 2) this.#source.resume();
  }
}
