// Everything that the SDK takes from where it runs: sockets, requests, time, chance, and news of the network. All of
// it can be given, so that it runs on `ws` where there is no WebSocket, and on a stepped clock in tests.

/** What a timer was started as; only ever given back to the clock that made it. */
export type Timer = unknown;

export interface Clock {
  /** ms since the Unix epoch. */
  now(): number;
  /** ms from any origin, which nobody can set: so that a `now` that was set is noticed. Without it, it is not. */
  monotonicNow?(): number;
  setTimeout(callback: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** The part of a WebSocket that is used; the browser's, Node's (22 or later) and `ws`'s are all such. */
export interface PlatformSocket {
  binaryType: string;
  /** Bytes given to `send` that the network has not taken yet. */
  readonly bufferedAmount: number;
  send(message: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
  /** `ws` only: ends it without waiting for the peer's farewell. */
  terminate?(): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}

export type WebSocketConstructor = new (url: string, subprotocols: string[]) => PlatformSocket;

export interface Platform {
  /** Default: the platform's own, which browsers and Node from 22 on have. On Node 20 give `ws`. */
  WebSocket: WebSocketConstructor;
  fetch: typeof fetch;
  clock: Clock;
  /** At least 0 and below 1; spreads reconnects. */
  random: () => number;
  /**
   * Calls `listener` when trying again at once makes sense: the page is shown again. Returns how to stop that.
   * Default: the browser's `visibilitychange`, elsewhere never.
   */
  onWake: (listener: () => void) => () => void;
  /**
   * Calls `listener` with whether the device says that it has a network, which may be wrong: when that changes and,
   * where there is none now, once this turn of the event loop is over. Returns how to stop that. Default: the browser's
   * `offline` and `online`, elsewhere never.
   */
  onNetwork: (listener: (isOnline: boolean) => void) => () => void;
}

/**
 * The platform's own parts where `given` has none.
 * @throws TypeError with the remedy where there is no WebSocket
 */
export function completePlatform(given: Partial<Platform> = {}): Platform {
  const own = globalThis as { WebSocket?: WebSocketConstructor };
  const WebSocket = given.WebSocket ?? own.WebSocket;
  if (!WebSocket) {
    throw new TypeError("there is no WebSocket here: pass `platform: { WebSocket }`, for example from 'ws'");
  }
  return {
    WebSocket,
    fetch: given.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock: given.clock ?? systemClock,
    random: given.random ?? Math.random,
    onWake: given.onWake ?? onBrowserWake,
    onNetwork: given.onNetwork ?? onBrowserNetwork,
  };
}

const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as number),
};

interface BrowserTarget {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

function onBrowserWake(listener: () => void): () => void {
  const { document } = globalThis as { document?: BrowserTarget & { visibilityState: string } };
  const onVisibility = () => {
    if (document?.visibilityState === 'visible') listener();
  };
  document?.addEventListener('visibilitychange', onVisibility);
  return () => document?.removeEventListener('visibilitychange', onVisibility);
}

function onBrowserNetwork(listener: (isOnline: boolean) => void): () => void {
  const { navigator, window } = globalThis as {
    navigator?: { onLine?: boolean };
    window?: Partial<BrowserTarget>;
  };
  const onOnline = () => listener(true);
  const onOffline = () => listener(false);
  window?.addEventListener?.('online', onOnline);
  window?.addEventListener?.('offline', onOffline);
  let isHeard = true;
  queueMicrotask(() => {
    if (isHeard && window && navigator?.onLine === false) listener(false);
  });
  return () => {
    isHeard = false;
    window?.removeEventListener?.('online', onOnline);
    window?.removeEventListener?.('offline', onOffline);
  };
}
