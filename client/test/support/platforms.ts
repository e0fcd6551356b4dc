import type { Platform, WebSocketConstructor } from '@tripcast/client';
import { WebSocket } from 'ws';
import type { ManualClock } from './manual-clock.ts';

/** What a browser shows of a socket: not how the handshake was answered, and no way to cut it. */
class OpaqueSocket {
  readonly #socket: WebSocket;

  constructor(url: string, subprotocols: string[]) {
    this.#socket = new WebSocket(url, subprotocols);
  }

  set binaryType(type: 'arraybuffer') {
    this.#socket.binaryType = type;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    this.#socket.send(message);
  }

  close(code?: number): void {
    this.#socket.close(code);
  }

  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: never) => void): void {
    this.#socket.addEventListener(type, listener as () => void);
  }
}

/** Node's own: after a handshake that fails there is an `error` and no `close`. */
class CloselessSocket extends OpaqueSocket {
  override addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: never) => void) {
    if (type === 'close') super.addEventListener('open', () => super.addEventListener(type, listener));
    else super.addEventListener(type, listener);
  }
}

/** The kinds of socket that the SDK must work with. */
export const SOCKETS: [string, WebSocketConstructor][] = [
  ['ws', WebSocket],
  ['a browser', OpaqueSocket as unknown as WebSocketConstructor],
  ['Node', CloselessSocket as unknown as WebSocketConstructor],
];

/** Real sockets, the test's clock, no chance, and buttons for "try again" and for what the device says of its network. */
export function testPlatform(
  clock: ManualClock,
  WebSocketKind: WebSocketConstructor = WebSocket,
): Partial<Platform> & { wake: () => void; network: (isOnline: boolean) => void } {
  const wakeListeners = new Set<() => void>();
  const networkListeners = new Set<(isOnline: boolean) => void>();
  return {
    WebSocket: WebSocketKind,
    clock,
    random: () => 0.5,
    onWake: (listener) => {
      wakeListeners.add(listener);
      return () => wakeListeners.delete(listener);
    },
    onNetwork: (listener) => {
      networkListeners.add(listener);
      return () => networkListeners.delete(listener);
    },
    network: (isOnline) => {
      for (const listener of networkListeners) listener(isOnline);
    },
    wake: () => {
      for (const listener of wakeListeners) listener();
    },
  };
}
