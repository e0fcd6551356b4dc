import {
  decodePositions,
  type Fix,
  type FleetEvent,
  type FleetView,
  type OperatorEvent,
  parseFleetEvent,
} from '@tripcast/protocol';
import { Connection, type ConnectionEvent, type ConnectionState } from './connection.ts';
import { Listeners } from './listeners.ts';
import { httpUrl, socketUrl } from './node-url.ts';
import { completePlatform, type Platform } from './platform.ts';
import type { TokenSource } from './token.ts';
import { ask, type HttpAnswer, type Verdict, verdictOf } from './verdict.ts';

export interface FleetOptions {
  /** Any node, or what balances them: `https://host:port`. */
  url: string;
  /** An operator's. A function is called anew for each connection attempt. */
  token: TokenSource;
  platform?: Partial<Platform>;
}

export type FleetFollowEvent =
  /** `refused` is final. */
  | ConnectionEvent
  /** A connection has begun: all vehicles and clusters of the one before have ended. */
  | { type: 'hello'; node: string }
  /** In the order of the message; each handle was announced by `vehicles`. */
  | { type: 'positions'; positions: readonly { handle: number; fix: Fix }[] }
  /** The server's clock minus ours. */
  | { type: 'clock'; offsetMs: number; uncertaintyMs: number }
  | Exclude<FleetEvent, { type: 'hello' | 'fix' }>;

export interface FleetFollowing {
  /** Returns how to stop listening. Nothing is told before the turn that called `followFleet` is over. */
  subscribe(listener: (event: FleetFollowEvent) => void): () => void;
  /** Shows the vehicles of this part of the map from now on, over all connections. */
  look(view: FleetView): void;
  /** Looks for vehicles; `found` may come, once from each node that has some. */
  find(text: string): void;
  /** Leaves; no event comes after it. May be called twice. */
  close(): void;
  readonly connection: ConnectionState;
}

/**
 * Follows the fleet until the access is refused or `close()` is called, through any number of connections.
 * @throws TypeError where there is no WebSocket, or `url` is none
 */
export function followFleet(options: FleetOptions): FleetFollowing {
  const platform = completePlatform(options.platform);
  const listeners = new Listeners<FleetFollowEvent>();
  const tripsUrl = httpUrl(options.url, '/v1/trips?limit=1');
  let view: FleetView | undefined;

  function say(event: OperatorEvent): void {
    connection.send(JSON.stringify(event));
  }

  function onText(text: string): void {
    const event = parseFleetEvent(text);
    if (event?.type === 'hello') {
      const estimate = connection.welcome(event.serverTime);
      if (estimate) listeners.emit({ type: 'clock', ...estimate });
      listeners.emit({ type: 'hello', node: event.node });
      if (view) say({ type: 'view', ...view });
    } else if (event && event.type !== 'fix') listeners.emit(event);
  }

  /** A browser hides why a handshake failed; a call with the same token tells. */
  async function inquire(
    token: string,
    handshake: HttpAnswer | undefined,
    signal: AbortSignal,
  ): Promise<Verdict> {
    const told = handshake && verdictOf(handshake);
    if (told?.outcome === 'refused') return told;
    const answer = await ask(tripsUrl, token, platform, signal);
    return answer && answer.status !== 200 ? verdictOf(answer) : (told ?? { outcome: 'retry' });
  }

  const connection = new Connection(
    {
      socketUrl: () => socketUrl(options.url, '/v1/fleet/follow'),
      inquire,
      onMessage: (message) => {
        if (typeof message === 'string') onText(message);
        else listeners.emit({ type: 'positions', positions: decodePositions(message) ?? [] });
      },
      onConnection: (event) => listeners.emit(event),
    },
    platform,
    options.token,
    false,
  );

  return {
    subscribe: (listener) => listeners.add(listener),
    look(wanted) {
      view = wanted;
      say({ type: 'view', ...wanted });
    },
    find: (text) => say({ type: 'find', text }),
    close: () => {
      listeners.clear();
      connection.close();
    },
    get connection() {
      return connection.shown;
    },
  };
}
