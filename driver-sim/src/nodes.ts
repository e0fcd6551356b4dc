// Several nodes, any of which will do: who fails with one goes on with the next.

import type { Platform } from '@tripcast/client';
import { LeanSocket } from './sockets/lean-socket.ts';

/**
 * The sockets and requests of one driver, which go to the node that worked last, first to the one at `first`.
 * The SDK is given any of the origins; these put the current one in its place.
 */
export function platformAcross(
  origins: readonly string[],
  first: number,
  fetchHere: typeof fetch = fetch,
): Pick<Platform, 'fetch'> & { WebSocket: typeof LeanSocket } {
  let current = first % origins.length;

  const moveOnFrom = (failed: number): void => {
    if (current === failed) current = (current + 1) % origins.length;
  };
  const onCurrentNode = (url: string): string => {
    const { pathname, search } = new URL(url);
    return `${origins[current]}${pathname}${search}`;
  };

  class SocketAcross extends LeanSocket {
    constructor(url: string, subprotocols: readonly string[]) {
      super(onCurrentNode(url).replace(/^http/, 'ws'), subprotocols);
      const used = current;
      this.addEventListener('close', () => moveOnFrom(used));
    }
  }

  return {
    WebSocket: SocketAcross,
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
