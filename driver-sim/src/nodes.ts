// Several nodes, any of which will do: who fails with one goes on with the next.

import type { Platform, PlatformSocket, WebSocketConstructor } from '@tripcast/client';
import { WebSocket } from 'ws';
import { LeanSocket } from './sockets/lean-socket.ts';

/**
 * The sockets and requests of one driver, which go to the node that worked last, first to the one at `first`.
 * The SDK is given any of the origins; these put the current one in its place.
 * @param connect opens a socket to a `ws:` or `wss:` URL
 */
export function platformAcross(
  origins: readonly string[],
  first: number,
  fetchHere: typeof fetch = fetch,
  connect: (url: string, subprotocols: readonly string[]) => PlatformSocket = openSocket,
): Pick<Platform, 'WebSocket' | 'fetch'> {
  let current = first % origins.length;

  const moveOnFrom = (failed: number): void => {
    if (current === failed) current = (current + 1) % origins.length;
  };
  const onCurrentNode = (url: string): string => {
    const { pathname, search } = new URL(url);
    return `${origins[current]}${pathname}${search}`;
  };

  // Called with `new`, it gives an object of a class that all drivers share: a class for each would be a shape for each, and
  // code that meets thousands of shapes is slow.
  function SocketAcross(url: string, subprotocols: string[]): PlatformSocket {
    const used = current;
    const socket = connect(onCurrentNode(url).replace(/^http/, 'ws'), subprotocols);
    socket.addEventListener('close', () => moveOnFrom(used));
    return socket;
  }

  return {
    WebSocket: SocketAcross as unknown as WebSocketConstructor,
    fetch: async (input, init) => {
      const used = current;
      try {
        return await fetchHere(onCurrentNode(String(input)), init);
      } catch (error) {
        if (!init?.signal?.aborted) moveOnFrom(used);
        throw error;
      }
    },
  };
}

/** Lean where nothing is encrypted. */
function openSocket(url: string, subprotocols: readonly string[]): PlatformSocket {
  return url.startsWith('ws:')
    ? new LeanSocket(url, subprotocols)
    : (new WebSocket(url, [...subprotocols], { perMessageDeflate: false }) as unknown as PlatformSocket);
}
