// The network side of a phone: sockets and requests that go to one node, on to the next when that one fails, and that can
// be counted and reset.

import type { Clock, Platform } from '@tripcast/client';
import { type LeanSocket, platformAcross } from '@tripcast/driver-sim';
import { FIX_BYTES } from '@tripcast/protocol';

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
  readonly #open = new Set<LeanSocket>();
  #bytesOfClosed = 0;

  constructor({ origins, first, clock, random }: PhoneOptions) {
    const across = platformAcross(origins, first);
    const phone = this;
    class CountedSocket extends across.WebSocket {
      constructor(url: string, subprotocols: readonly string[]) {
        super(url, subprotocols);
        phone.#open.add(this);
        this.addEventListener('close', () => phone.#closed(this));
      }

      override send(message: string | Uint8Array): void {
        if (message instanceof Uint8Array) phone.#note(message);
        super.send(message);
      }
    }
    this.platform = {
      WebSocket: CountedSocket,
      fetch: across.fetch,
      clock,
      random,
      onWake: () => () => {},
    };
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

  #note(message: Uint8Array): void {
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    const now = performance.now();
    for (let offset = 0; offset + FIX_BYTES <= view.byteLength; offset += FIX_BYTES) {
      const time =
        view.getUint32(offset + TIME_LOW, true) + view.getUint16(offset + TIME_HIGH, true) * 2 ** 32;
      if (!this.writtenAt.has(time)) this.writtenAt.set(time, now);
    }
  }

  #closed(socket: LeanSocket): void {
    this.#bytesOfClosed += socket.bytes;
    this.#open.delete(socket);
  }
}
