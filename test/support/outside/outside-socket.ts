import { WebSocket } from 'ws';
import { fairMs } from '../fair-time.ts';
import type { Door } from './town.ts';

/** What a client does with what comes. Nothing is called after `onOver`. */
export interface Ears {
  onEvent(event: { type: string; [field: string]: unknown }): void;
  onFixes(message: Buffer): void;
  /** @param status of a handshake that was refused; 0 when nothing was answered, or it had become a socket */
  onOver(code: number, status: number): void;
}

/** A client that hears nothing for this long gives its connection up, ms. */
const SILENCE_MS = 10_000;
/** A client that gets no answer to its handshake for this long gives it up, ms. */
const HANDSHAKE_MS = 4_000;

/** One connection of a client that follows the rules: it gives up what is silent. */
export class OutsideSocket {
  readonly door: Door;
  readonly #socket: WebSocket;
  #heardAt = performance.now();
  #status = 0;
  #isOver = false;
  /** It was given up for being silent. */
  wasSilent = false;

  constructor(door: Door, path: string, token: string, ears: Ears) {
    this.door = door;
    this.#socket = new WebSocket(door.url.replace(/^http/, 'ws') + path, ['tripcast.v1', `bearer.${token}`], {
      ...{ perMessageDeflate: false, handshakeTimeout: HANDSHAKE_MS },
    });
    this.#socket.on('open', () => this.#heard());
    this.#socket.on('message', (data: Buffer, isBinary) => {
      this.#heard();
      if (this.#isOver || data.length === 0) return;
      if (isBinary) ears.onFixes(data);
      else ears.onEvent(JSON.parse(data.toString()));
    });
    this.#socket.on('unexpected-response', (_, response) => {
      this.#status = response.statusCode!;
      this.#socket.terminate();
    });
    this.#socket.on('error', () => {}); // `close` follows
    this.#socket.on('close', (code) => {
      if (this.#isOver) return;
      this.#isOver = true;
      ears.onOver(code, this.#status);
    });
  }

  /** What it has not been able to hand over, bytes. */
  get unsent(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Buffer): void {
    this.#socket.send(message, () => {}); // what does not get out is sent again by the next connection
  }

  /** Call it each second. */
  watch(): void {
    if (this.#isOver || fairMs(this.#heardAt) < SILENCE_MS) return;
    this.wasSilent = this.#socket.readyState === WebSocket.OPEN;
    this.#socket.terminate();
  }

  /** Goes without a word, and hears nothing more. */
  drop(): void {
    this.#isOver = true;
    this.#socket.terminate();
  }

  #heard(): void {
    this.#heardAt = performance.now();
  }
}
