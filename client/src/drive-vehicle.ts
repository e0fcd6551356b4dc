import {
  type DriverEvent,
  drivePath,
  encodeFix,
  encodeFixes,
  FIX_BYTES,
  type Fix,
  LIMITS,
  parseDriverEvent,
  type RefusalCode,
  TIMING,
  type Trip,
  vehicleId,
} from '@tripcast/protocol';
import { Connection, type ConnectionEvent, type ConnectionState } from './connection.ts';
import { Listeners } from './listeners.ts';
import { httpUrl, socketUrl } from './node-url.ts';
import { Outbox } from './outbox.ts';
import type { KeptFix, OutboxStore } from './outbox-store.ts';
import { completePlatform, type Platform, type Timer } from './platform.ts';
import { SendBudget } from './send-budget.ts';
import { SORT_WINDOW_MS, SortWindow } from './sort-window.ts';
import { TimeCorrection } from './time-correction.ts';
import type { TokenSource } from './token.ts';
import {
  ask,
  type HttpAnswer,
  problemOf,
  refusalByStatus,
  retry,
  type Verdict,
  verdictOf,
} from './verdict.ts';

export interface DriveOptions {
  /** Any node, or what balances them: `https://host:port`. */
  url: string;
  vehicleId: string;
  /** A function is called anew for each connection attempt. */
  token: TokenSource;
  /** Fixes kept while they are not acknowledged; default 7,200, two hours at 1 Hz. */
  outboxCapacity?: number;
  /** How long a fix with a hole before it may wait for what belongs there, ms; default 2,000. 0: never. */
  sortWindowMs?: number;
  /** Keeps what is not acknowledged beyond the life of this drive, and brings what an earlier one left. Default: none. */
  store?: OutboxStore;
  platform?: Partial<Platform>;
}

/** Times of fixes are as the app gave them, ms, also where the SDK corrects them on the wire. */
export type DriveEvent =
  /** `refused` and `ended` are final. */
  | ConnectionEvent
  /** The vehicle's trips that have not ended: at each (re)connect. */
  | { type: 'trips'; trips: Trip[] }
  /** One of them was created or changed. */
  | { type: 'trip'; trip: Trip }
  /** Measure at this interval from now on. */
  | { type: 'pace'; intervalMs: number }
  /** Everything up to `time` is settled. The round trip is that of the newest fix it covers. */
  | { type: 'acknowledged'; time: number; roundTripMs: number }
  /** This fix is not stored, and is forgotten. Without `time` where the server could not read it. */
  | { type: 'refused'; time?: number; code: RefusalCode; message: string }
  /** So many fixes of an earlier drive were in the store, and are sent now. Told once, also where there were none. */
  | { type: 'restored'; count: number }
  /** So many of the oldest fixes were lost just now: the outbox is full. */
  | { type: 'dropped'; count: number }
  /** Whether the node can keep fixes now; when it can't, they stay in the outbox. */
  | { type: 'service'; available: boolean }
  /** The server's clock minus ours. Where it is beyond 2 s the fixes' times are corrected by it. */
  | { type: 'clock'; offsetMs: number; uncertaintyMs: number };

export interface VehicleDrive {
  /** Keeps the fix until it is acknowledged, and sends it as soon as it can. One that no message can hold is `refused`. */
  send(fix: Fix): void;
  /** Returns how to stop listening. Nothing is told before the turn that called `driveVehicle` is over. */
  subscribe(listener: (event: DriveEvent) => void): () => void;
  readonly connection: ConnectionState;
  /** The interval to measure at, ms. */
  readonly paceMs: number;
  /**
   * Fixes not acknowledged, those of them that are on their way, and how many were lost or ignored as repeated since
   * the drive began.
   */
  readonly outbox: {
    readonly size: number;
    readonly inFlight: number;
    readonly dropped: number;
    readonly repeated: number;
  };
  /** Leaves; what is not acknowledged stays in the store, if any. No event comes after it. May be called twice. */
  close(): void;
}

/** Unsent bytes in the socket above which the outbox keeps the rest: a few messages. */
const BUFFERED_LIMIT_BYTES = 4 * LIMITS.messageBytes;
/** A WebSocket doesn't tell when it has drained: look again after this long. */
const DRAIN_LOOK_MS = 100;
/** Fixes on their way. Acknowledgements may take 2 s: so an hour's store goes in two such steps. */
const IN_FLIGHT_LIMIT = 2_048;
/** A store that has not brought what it has by then is not waited for, ms. Its fixes stay there for the next drive. */
const STORE_PATIENCE_MS = 5_000;

/**
 * Sends a vehicle's fixes until the access is refused or `close()` is called, through any number of connections.
 * @throws RangeError for an id that no vehicle can have; TypeError where there is no WebSocket, or `url` is none
 */
export function driveVehicle(options: DriveOptions): VehicleDrive {
  const platform = completePlatform(options.platform);
  const { clock } = platform;
  const listeners = new Listeners<DriveEvent>();
  const correction = new TimeCorrection();
  const budget = new SendBudget();
  const outbox = new Outbox(
    options.outboxCapacity ?? LIMITS.fixBurst,
    new SortWindow(options.sortWindowMs ?? SORT_WINDOW_MS),
    options.store,
  );
  /** Nothing is sent before: what the store has is older, and has to go first. */
  let isRestored = options.store === undefined;
  let restoring: Timer;
  const vehicle = vehicleId(options.vehicleId);
  const driveUrl = socketUrl(options.url, drivePath(vehicle));
  const tripsUrl = httpUrl(options.url, '/v1/trips?limit=1');
  let paceMs: number = TIMING.paceWatchedMs;
  let pumping: Timer;

  function send(fix: Fix): void {
    const nowMs = clock.now();
    const invalid = whyInvalid(fix);
    if (invalid) {
      listeners.emit({ type: 'refused', time: fix.time, code: 'fix_invalid', message: invalid });
      return;
    }
    const time = fix.time + correction.forFix(fix.time, nowMs);
    const dropped = outbox.add({ ...fix, time }, fix.time, nowMs);
    if (dropped > 0) listeners.emit({ type: 'dropped', count: dropped });
    pump();
  }

  function restore(store: OutboxStore): void {
    restoring = clock.setTimeout(() => goOnWith([]), STORE_PATIENCE_MS);
    store.load().then(goOnWith, () => goOnWith([])); // what it could not read is its own to tell
  }

  function goOnWith(left: readonly KeptFix[]): void {
    if (isRestored) return;
    isRestored = true;
    clock.clearTimeout(restoring);
    const { restored, dropped } = outbox.restore(left.filter(({ fix }) => !whyInvalid(fix)));
    listeners.emit({ type: 'restored', count: restored });
    if (dropped > 0) listeners.emit({ type: 'dropped', count: dropped });
    pump();
  }

  function pump(): void {
    clock.clearTimeout(pumping);
    const againInMs = sendWhatMayGo();
    if (againInMs !== undefined) pumping = clock.setTimeout(pump, againInMs);
  }

  /** Returns after how many ms there may be more to send; `undefined` when an event from the server will tell. */
  function sendWhatMayGo(): number | undefined {
    if (!isRestored) return undefined;
    for (;;) {
      const bufferedBytes = connection.bufferedAmount;
      if (bufferedBytes === undefined) return undefined; // not live: the next hello
      if (bufferedBytes > BUFFERED_LIMIT_BYTES) return DRAIN_LOOK_MS;
      if (outbox.inFlight >= IN_FLIGHT_LIMIT) return undefined; // the next acknowledgement
      const nowMs = clock.now();
      const allowed = budget.available(nowMs);
      if (allowed === 0) return 1_000 / LIMITS.fixesPerSecond;
      const fixes = outbox.take(Math.min(allowed, LIMITS.fixesPerMessage), nowMs);
      if (fixes.length === 0) return outbox.heldUntil && outbox.heldUntil - nowMs;
      budget.spend(fixes.length);
      connection.send(encodeFixes(fixes));
    }
  }

  function onHello(hello: Extract<DriverEvent, { type: 'hello' }>): void {
    const estimate = connection.welcome(hello.serverTime);
    outbox.rewind(); // a connection that was lost while the device was offline is not told of
    if (estimate) {
      outbox.shift(correction.measured(estimate));
      listeners.emit({ type: 'clock', ...estimate });
    }
    listeners.emit({ type: 'trips', trips: hello.trips });
    setPace(hello.pace.intervalMs);
    pump();
  }

  function setPace(intervalMs: number): void {
    paceMs = intervalMs;
    listeners.emit({ type: 'pace', intervalMs });
  }

  function onText(text: string): void {
    const event = parseDriverEvent(text);
    switch (event?.type) {
      case 'hello':
        onHello(event);
        break;
      case 'ack': {
        const acknowledged = outbox.acknowledge(event.time, clock.now());
        if (acknowledged) listeners.emit({ type: 'acknowledged', ...acknowledged });
        pump();
        break;
      }
      case 'pace':
        setPace(event.intervalMs);
        break;
      case 'service':
      case 'trip':
        listeners.emit(event);
        break;
      case 'refused': {
        const time = event.time === undefined ? undefined : (outbox.refuse(event.time) ?? event.time);
        const { code, message } = event;
        listeners.emit({ type: 'refused', ...(time !== undefined && { time }), code, message });
        pump();
        break;
      }
      case undefined: // unknown or broken: ignored
        break;
      default:
        event satisfies never;
    }
  }

  /**
   * `ws` tells how a handshake was answered, other platforms don't, and no call reads a vehicle. But an operator's call
   * tells a driver whose token is good (403) from one whose token is not (401), and that a gateway is there at all:
   * then the handshake's own refusal, which may have no body, is a gateway's too and is believed.
   */
  async function inquire(
    token: string,
    handshake: HttpAnswer | undefined,
    signal: AbortSignal,
  ): Promise<Verdict> {
    if (handshake && problemOf(handshake)) return verdictOf(handshake);
    const answer = await ask(tripsUrl, token, platform, signal);
    const refusal = answer && problemOf(answer);
    if (refusal?.code === 'unauthenticated') return { outcome: 'refused', problem: refusal };
    const own = refusal && handshake && refusalByStatus(handshake.status);
    if (own) return { outcome: 'refused', problem: own };
    return retry(undefined, handshake?.retryAfterMs ?? answer?.retryAfterMs);
  }

  const connection = new Connection(
    {
      socketUrl: () => driveUrl,
      inquire,
      onMessage: (message) => {
        if (typeof message === 'string') onText(message); // only followers are sent fixes
      },
      onConnection: (event) => {
        if (connection.bufferedAmount === undefined) outbox.rewind();
        listeners.emit(event);
      },
    },
    platform,
    options.token,
    false,
  );

  if (options.store) restore(options.store);
  return {
    send,
    subscribe: (listener) => listeners.add(listener),
    close: () => {
      isRestored = true; // what a store still brings stays there
      clock.clearTimeout(restoring);
      clock.clearTimeout(pumping);
      listeners.clear();
      connection.close();
    },
    get connection() {
      return connection.shown;
    },
    get paceMs() {
      return paceMs;
    },
    outbox,
  };
}

const scratch = new DataView(new ArrayBuffer(FIX_BYTES));

/** What keeps a fix from being written as 20 bytes; `undefined` when nothing does. */
function whyInvalid(fix: Fix): string | undefined {
  try {
    encodeFix(fix, scratch, 0);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
