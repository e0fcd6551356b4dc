// One direction of one connection through the simulated radio: bytes come out late, slowly, or not for now; in their
// order and all of them, as TCP has it.

import type { Socket } from 'node:net';
import type { Timer } from '@tripcast/client';
import type { RadioLane } from './radio-lane.ts';

/** A source with so much unsent is not read on: it feels the slow link as it would feel a real one. */
const BUFFER_BYTES = 16_384;

interface Piece {
  bytes: Uint8Array;
  dueMs: number;
}

export class RadioPipe {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #lane: RadioLane;
  readonly #queue: Piece[] = [];
  #queuedBytes = 0;
  #lastDueMs = 0;
  #hasEnded = false;
  #isSinkFull = false;
  #timer: Timer;

  constructor(source: Socket, sink: Socket, lane: RadioLane) {
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
    if (!this.#canPass()) return;
    const head = this.#queue[0];
    if (!head) {
      if (this.#hasEnded) this.#sink.end();
      return;
    }
    const waitMs = head.dueMs - clock.now();
    if (waitMs > 0) this.#timer = clock.setTimeout(() => this.pump(), waitMs);
    else this.#lane.enter(this);
  }

  /** Writes a piece of what waits and returns its size, bytes: the lane says that it is this pipe's turn. */
  passPiece(mostBytes: number): number {
    const head = this.#queue[0];
    if (!head || !this.#canPass()) return 0;
    const size = Math.min(head.bytes.length, mostBytes);
    this.#isSinkFull = !this.#sink.write(head.bytes.subarray(0, size));
    if (size === head.bytes.length) this.#queue.shift();
    else head.bytes = head.bytes.subarray(size);
    this.#queuedBytes -= size;
    if (this.#queuedBytes < BUFFER_BYTES / 2) this.#source.resume();
    return size;
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

  #canPass(): boolean {
    return this.#lane.isOpen() && !this.#isSinkFull && this.#sink.writable && !this.#sink.pending;
  }
}
