// One socket, once: it tells each thing that happens until it is let go of, and counts a peer that is silent for 10 s
// as gone, be it during the handshake or later.

import { CLOSE, TIMING } from '@tripcast/protocol';
import { onHandshakeAnswer } from './handshake-answer.ts';
import type { Platform, PlatformSocket, Timer } from './platform.ts';
import type { HttpAnswer } from './verdict.ts';

export interface WireListener {
  /** What the server said instead of `101`, where the platform tells. `onGone` follows. */
  onAnswer(answer: HttpAnswer): void;
  onOpen(): void;
  /** A message that is not empty. */
  onMessage(message: string | Uint8Array): void;
  /** Anything came, an empty message too; before `onMessage`. */
  onSignOfLife(): void;
  /** The last that is told: the peer closed, was lost, or was silent for too long. */
  onGone(code: number, reason: string): void;
}

/** RFC 6455's code for a connection that ended without a close message. */
const NO_CLOSE = 1006;

export class Wire {
  readonly #platform: Platform;
  readonly #listener: WireListener;
  readonly #socket: PlatformSocket;
  #isHeld = true;
  #heardAt = 0;
  /** Looks whether it was silent for too long; not set anew with each message, of which there are many. */
  #silence: Timer;

  /** @throws what the platform throws for a URL or a subprotocol that it can't offer */
  constructor(url: string, subprotocols: string[], platform: Platform, listener: WireListener) {
    this.#platform = platform;
    this.#listener = listener;
    const socket = new platform.WebSocket(url, subprotocols);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    onHandshakeAnswer(socket, platform.clock, (answer) => {
      if (this.#isHeld) listener.onAnswer(answer);
    });
    socket.addEventListener('open', () => {
      if (this.#isHeld) listener.onOpen();
    });
    socket.addEventListener('message', ({ data }) => this.#onData(data));
    // Nearly always `close` follows in the same turn and knows more. Node's own socket fires none after a failed handshake.
    socket.addEventListener('error', () => queueMicrotask(() => this.#gone(NO_CLOSE, '')));
    socket.addEventListener('close', ({ code, reason }) => this.#gone(code, reason));
    this.#heardAt = platform.clock.now();
    this.#listenFor(TIMING.silenceLimitMs);
  }

  /** Bytes that the network has not taken yet. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /** How long nothing was heard, ms; by the clock, which goes on while a page and its timers sleep. */
  get silentMs(): number {
    return this.#platform.clock.now() - this.#heardAt;
  }

  send(message: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(message);
  }

  /** Says farewell to a peer that is there. */
  leave(): void {
    this.#release();
    this.#socket.close(CLOSE.tripEnded.code);
  }

  /** Goes without waiting for a peer that may be dead. Nothing after `leave()`, which is still saying farewell. */
  drop(): void {
    if (!this.#isHeld) return;
    this.#release();
    if (this.#socket.terminate) this.#socket.terminate();
    else this.#socket.close();
  }

  #onData(data: unknown): void {
    if (!this.#isHeld) return;
    this.#heardAt = this.#platform.clock.now();
    this.#listener.onSignOfLife();
    if (!this.#isHeld) return; // let go of meanwhile
    if (typeof data === 'string') this.#listener.onMessage(data);
    else if (data instanceof ArrayBuffer && data.byteLength > 0)
      this.#listener.onMessage(new Uint8Array(data));
  }

  #listenFor(ms: number): void {
    this.#silence = this.#platform.clock.setTimeout(() => {
      if (this.silentMs < 0) this.#heardAt = this.#platform.clock.now(); // it was set back: once more, not for longer
      const leftMs = TIMING.silenceLimitMs - this.silentMs;
      if (leftMs > 0) this.#listenFor(leftMs);
      else this.#gone(NO_CLOSE, '');
    }, ms);
  }

  #gone(code: number, reason: string): void {
    if (!this.#isHeld) return;
    this.drop();
    this.#listener.onGone(code, reason);
  }

  #release(): void {
    this.#isHeld = false;
    this.#platform.clock.clearTimeout(this.#silence);
  }
}
