// The network side of a phone: sockets and requests that go to one node, on to the next when that one fails, and that can
// be counted and reset.

import type { Clock, Platform } from '@tripcast/client';
import { LeanSocket, platformAcross } from '@tripcast/driver-sim';
import { FIX_BYTES, fixTime } from '@tripcast/protocol';

export interface PhoneOptions {
  /** Of the nodes, or of the radio in front of them. */
  origins: readonly string[];
  /** The one to begin with. */
  first: number;
  clock: Clock;
  random: () => number;
}

export class Phone {
  readonly platform: Partial<Platform>;
  readonly #bornMs: number;
  /**
   * When each fix was first written to a socket (`performance.now()`, hundredths of a ms), by its time (ms since the phone was
   * there): whole numbers that V8 keeps as they are, where others are objects.
   */
  readonly #written = new Map<number, number>();
  readonly #open = new Set<LeanSocket>();
  #bytesOfClosed = 0;

  constructor({ origins, first, clock, random }: PhoneOptions) {
    this.#bornMs = Math.floor(clock.now());
    const connect = (url: string, subprotocols: readonly string[]) =>
      new PhoneSocket(url, subprotocols, this);
    const across = platformAcross(origins, first, fetch, connect);
    this.platform = {
      WebSocket: across.WebSocket,
      fetch: across.fetch,
      clock,
      random,
      onWake: () => () => {},
    };
  }

  /** When a fix of this time was first written to a socket, `performance.now()`. */
  writtenAt(time: number): number | undefined {
    const hundredths = this.#written.get(time - this.#bornMs);
    return hundredths === undefined ? undefined : hundredths / 100;
  }

  /** What came and went over its sockets, bytes: frames and handshakes, without TCP's own. */
  get bytes(): number {
    let bytes = this.#bytesOfClosed;
    for (const socket of this.#open) bytes += socket.bytes;
    return bytes;
  }

  /** Resets its connections, as a cell that goes down does. */
  reset(): void {
    for (const socket of this.#open) socket.reset();
  }

  opened(socket: LeanSocket): void {
    this.#open.add(socket);
  }

  /** Its socket was given fixes to send. */
  writes(message: Uint8Array): void {
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    const hundredths = Math.round(performance.now() * 100);
    for (let offset = 0; offset + FIX_BYTES <= view.byteLength; offset += FIX_BYTES) {
      const ms = fixTime(view, offset) - this.#bornMs;
      if (!this.#written.has(ms)) this.#written.set(ms, hundredths);
    }
  }

  closed(socket: LeanSocket): void {
    this.#bytesOfClosed += socket.bytes;
    this.#open.delete(socket);
  }
}

class PhoneSocket extends LeanSocket {
  readonly #phone: Phone;

  constructor(url: string, subprotocols: readonly string[], phone: Phone) {
    super(url, subprotocols);
    this.#phone = phone;
    phone.opened(this);
    this.addEventListener('close', () => phone.closed(this));
  }

  override send(message: string | Uint8Array): void {
    if (message instanceof Uint8Array) this.#phone.writes(message);
    super.send(message);
  }
}
