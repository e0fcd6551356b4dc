import {
  decodeFixes,
  type Fix,
  followPath,
  hasEnded,
  parseRiderEvent,
  type RiderEvent,
  type Trip,
  tripId,
  type VehicleState,
} from '@tripcast/protocol';
import { Connection, type ConnectionEvent, type ConnectionState } from './connection.ts';
import { Listeners } from './listeners.ts';
import { httpUrl, socketUrl } from './node-url.ts';
import { completePlatform, type Platform } from './platform.ts';
import type { TokenSource } from './token.ts';
import { ask, type HttpAnswer, type Verdict, verdictOf } from './verdict.ts';

export interface FollowOptions {
  /** Any node, or what balances them: `https://host:port`. */
  url: string;
  tripId: string;
  /** A function is called anew for each connection attempt. */
  token: TokenSource;
  /** Time (ms since the Unix epoch) of the last fix that the app has; without it the whole track comes. */
  since?: number;
  platform?: Partial<Platform>;
}

export type FollowEvent =
  /** `refused` and `ended` are final. */
  | ConnectionEvent
  | { type: 'trip'; trip: Trip }
  /** The driver came or went, or its pace changed. */
  | { type: 'vehicle'; vehicle: VehicleState }
  /** The newest stored fix, to be shown at once; it will come among `fixes` too. */
  | { type: 'newest'; fix: Fix }
  /** Times strictly increase over the life of the following, across reconnects. `receivedAt` is our clock's, ms. */
  | { type: 'fixes'; fixes: Fix[]; receivedAt: number }
  /** The track is not kept whole: what was measured before this time (ms) is missing. */
  | { type: 'truncated'; before: number }
  /** Whether the node can keep and pass on fixes now; when it can't, what is shown only gets older. */
  | { type: 'service'; available: boolean }
  /** The server's clock minus ours. */
  | { type: 'clock'; offsetMs: number; uncertaintyMs: number };

export interface TripFollowing {
  /** Returns how to stop listening. Nothing is told before the turn that called `followTrip` is over. */
  subscribe(listener: (event: FollowEvent) => void): () => void;
  /** Leaves; no event comes after it. May be called twice. */
  close(): void;
  readonly connection: ConnectionState;
}

/**
 * Follows a trip until it ends, the access is refused or `close()` is called, through any number of connections.
 * @throws RangeError for an id that no trip can have; TypeError where there is no WebSocket, or `url` is none
 */
export function followTrip(options: FollowOptions): TripFollowing {
  const platform = completePlatform(options.platform);
  const listeners = new Listeners<FollowEvent>();
  const trip = tripId(options.tripId);
  const tripUrl = httpUrl(options.url, `/v1/trips/${trip}`);
  let lastTime = options.since;
  let knownVersion = -1;

  function tellTrip(known: Trip): void {
    if (known.version <= knownVersion) return; // an answer that a newer event has overtaken
    knownVersion = known.version;
    listeners.emit({ type: 'trip', trip: known });
  }

  function tellFixes(fixes: readonly Fix[]): void {
    const later = fixes.filter((fix) => {
      if (lastTime !== undefined && fix.time <= lastTime) return false;
      lastTime = fix.time;
      return true;
    });
    if (later.length > 0) listeners.emit({ type: 'fixes', fixes: later, receivedAt: platform.clock.now() });
  }

  function onHello(hello: Extract<RiderEvent, { type: 'hello' }>): void {
    const estimate = connection.welcome(hello.serverTime);
    if (estimate) listeners.emit({ type: 'clock', ...estimate });
    tellTrip(hello.trip);
    listeners.emit({ type: 'vehicle', vehicle: hello.vehicle });
    if (hello.truncatedBefore !== undefined) {
      listeners.emit({ type: 'truncated', before: hello.truncatedBefore });
    }
    if (hello.fix && (lastTime === undefined || hello.fix.time > lastTime)) {
      listeners.emit({ type: 'newest', fix: withoutType(hello.fix) });
    }
  }

  function onText(text: string): void {
    const event = parseRiderEvent(text);
    switch (event?.type) {
      case 'hello':
        onHello(event);
        break;
      case 'trip':
        tellTrip(event.trip);
        break;
      case 'vehicle':
        listeners.emit({ type: 'vehicle', vehicle: withoutType(event) });
        break;
      case 'service':
        listeners.emit(event);
        break;
      case 'fix':
        tellFixes([withoutType(event)]);
        break;
      case undefined: // unknown or broken: ignored
        break;
      default:
        event satisfies never;
    }
  }

  /** A browser hides why a handshake failed; the trip itself is asked. */
  async function inquire(
    token: string,
    handshake: HttpAnswer | undefined,
    signal: AbortSignal,
  ): Promise<Verdict> {
    const told = handshake && verdictOf(handshake);
    if (told?.outcome === 'refused') return told;
    const answer = await ask(tripUrl, token, platform, signal);
    const found = answer?.status === 200 ? tripOf(answer) : undefined;
    if (found && hasEnded(found.status)) return { outcome: 'ended', trip: found };
    const verdict = answer && !found ? verdictOf(answer) : (told ?? { outcome: 'retry' });
    return found && verdict.outcome === 'retry' ? { ...verdict, trip: found } : verdict;
  }

  const connection = new Connection(
    {
      socketUrl: () => socketUrl(options.url, followPath(trip, lastTime)),
      inquire,
      onMessage: (message) => {
        if (typeof message === 'string') onText(message);
        else tellFixes(decodeFixes(message) ?? []);
      },
      onVerdict: (verdict) => {
        if (verdict.outcome !== 'refused' && verdict.trip) tellTrip(verdict.trip);
      },
      onConnection: (event) => listeners.emit(event),
    },
    platform,
    options.token,
    true,
  );

  return {
    subscribe: (listener) => listeners.add(listener),
    close: () => {
      listeners.clear();
      connection.close();
    },
    get connection() {
      return connection.shown;
    },
  };
}

function tripOf(answer: HttpAnswer): Trip | undefined {
  const trip = answer.body?.trip ?? answer.body;
  const { id, status, version } = trip as Partial<Trip>;
  const isTrip = typeof id === 'string' && typeof status === 'string' && typeof version === 'number';
  return isTrip ? (trip as Trip) : undefined;
}

function withoutType<T extends { type: string }>({ type: _, ...rest }: T): Omit<T, 'type'> {
  return rest;
}
