// The network side of a phone: sockets and requests that go to one node, on to the next when that one fails, and that can
// be counted and reset.

import type { Socket } from 'node:net';
import type { Clock, Platform, WebSocketConstructor } from '@tripcast/client';
import { platformAcross } from '@tripcast/driver-sim';
import { FIX_BYTES } from '@tripcast/protocol';
import type { WebSocket } from 'ws';

export interface PhoneOptions {
  /** Of the nodes, or of the radio in front of them. */
  origins: readonly string[];
  /** The one to begin with. */
  first: number;
  clock: Clock;
  random: () => number;
}

/** The time of a fix within its 20 bytes: u32 low half, then u16. */
const TIME_LOW = 14;
const TIME_HIGH = 18;

export class Phone {
  readonly platform: Partial<Platform>;
  /** When each fix was first written to a socket (`performance.now()`), by its time. */
  readonly writtenAt = new Map<number, number>();
  readonly #open = new Map<WebSocket, Socket>();
  #bytesOfClosed = 0;

  constructor({ origins, first, clock, random }: PhoneOptions) {
    const across = platformAcross(origins, first);
    const phone = this;
    const Base = across.WebSocket as unknown as typeof WebSocket;
    class CountedSocket extends Base {
      constructor(url: string, subprotocols: string[]) {
        super(url, subprotocols);
        this.once('upgrade', ({ socket }) => {
          phone.#open.set(this, socket);
          socket.once('close', () => phone.#closed(this, socket));
        });
      }

      override send(message: Parameters<WebSocket['send']>[0]): void {
        if (message instanceof Uint8Array) phone.#note(message);
        super.send(message);
      }
    }
    this.platform = {
      WebSocket: CountedSocket as unknown as WebSocketConstructor,
      fetch: across.fetch,
      clock,
      random,
      onWake: () => () => {},
    };
  }

  /** What came and went over its sockets, bytes: frames and handshakes, without TCP's own. */
  get bytes(): number {
    let bytes = this.#bytesOfClosed;
    for (const socket of this.#open.values()) bytes += socket.bytesRead + socket.bytesWritten;
    return bytes;
  }

  /** Resets its connections, as a cell that goes down does. */
  reset(): void {
    for (const socket of this.#open.values()) socket.resetAndDestroy();
  }

  #note(message: Uint8Array): void {
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    const now = performance.now();
    for (let offset = 0; offset + FIX_BYTES <= view.byteLength; offset += FIX_BYTES) {
      const time =
        view.getUint32(offset + TIME_LOW, true) + view.getUint16(offset + TIME_HIGH, true) * 2 ** 32;
      if (!this.writtenAt.has(time)) this.writtenAt.set(time, now);
    }
  }

  #closed(socket: WebSocket, connection: Socket): void {
    this.#bytesOfClosed += connection.bytesRead + connection.bytesWritten;
    this.#open.delete(socket);
  }
}
