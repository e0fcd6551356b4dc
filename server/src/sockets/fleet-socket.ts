import { CLOSE, type Close, type FleetEvent, parseOperatorEvent, TIMING } from '@tripcast/protocol';
import type { Claims } from '../auth/tokens.ts';
import type { SteadyClock } from '../clock.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { FleetViewer, type OperatorLink } from '../fleet/fleet-viewer.ts';
import type { Guest } from '../limits/arrivals.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Refusal, refusal } from '../trips/refusal.ts';
import { type Admission, type Doorkeeper, type Handshake, isJson, upgrade } from './handshake.ts';
import { longestMessageBytes, readText, type SmallTalk, type Talker } from './incoming.ts';
import type { Service } from './service.ts';
import { IDLE_TIMEOUT_S, SENT, type TemplatedApp, utf8, type WebSocket } from './uws.ts';

/** What the fleet's socket needs of its node. */
export interface FleetSocketOptions {
  door: Doorkeeper;
  service: Service;
  fleet: Fleet;
  node: string;
  clock: SteadyClock;
  metrics: Metrics;
  smallTalk: SmallTalk;
  limits: { messageBytes: number };
}

/** The user data of a WebSocket: the addon copies what is in it. */
interface Seat extends Talker {
  guest: Guest;
  operator: Operator;
}

interface Operator {
  isJson: boolean;
  expiresAtMs: number;
  viewer: FleetViewer;
  /** What it looks for, until the nodes were asked. */
  looksFor: string | undefined;
  /** When something was last sent, ms. */
  sentAt: number;
  closed: boolean;
  ws: WebSocket<Seat> | undefined;
}

/** Unsent bytes after which an operator is sent nothing more until they have gone: two messages of 500 vehicles. */
const ROOM_BYTES = 131_072;
/** What the socket takes beyond that: one message and a little more. */
const BUFFER_BYTES = 2 * ROOM_BYTES;
/** How often operators are told the counts and the nodes, ms. */
const FIGURES_EVERY_MS = 2_000;
const EMPTY = new Uint8Array(0);

/** Serves `/v1/fleet/follow`. Returns what its node does with its operators over time. */
export function serveOperators(app: TemplatedApp, options: FleetSocketOptions) {
  const { door, service, fleet, node, clock, metrics, smallTalk, limits } = options;
  const open = new Set<Operator>();
  let figuresAt = Number.NEGATIVE_INFINITY;

  app.ws<Seat>('/v1/fleet/follow', {
    maxPayloadLength: longestMessageBytes(limits),
    maxBackpressure: BUFFER_BYTES,
    idleTimeout: IDLE_TIMEOUT_S,
    sendPingsAutomatically: true,
    upgrade: upgrade(door, admit, metrics.handshakeRefused),
    open(ws) {
      const { operator } = ws.getUserData();
      operator.ws = ws;
      open.add(operator);
      metrics.socketOpened('operator');
      tell(operator, { type: 'hello', serverTime: clock.now(), node });
      if (!service.isAvailable) sendText(operator, service.text);
      fleet.join(operator.viewer);
    },
    message(ws, message, isBinary) {
      const seat = ws.getUserData();
      const why = hear(seat.operator, message, isBinary) ?? smallTalk.hear(seat);
      if (why) ws.end(why.code, why.reason);
    },
    ping: smallTalk.heard,
    pong: smallTalk.heard,
    drain(ws) {
      fleet.moved(ws.getUserData().operator.viewer);
    },
    close(ws, code) {
      const { operator, guest } = ws.getUserData();
      operator.closed = true;
      guest.leave();
      open.delete(operator);
      fleet.leave(operator.viewer);
      metrics.socketClosed('operator', code);
    },
  });

  async function admit(
    handshake: Handshake,
    claims: Claims,
    guest: Guest,
  ): Promise<Admission<Seat> | Refusal> {
    if (claims.role !== 'operator') return refusal('forbidden', 'only operators may see the fleet');
    const link: OperatorLink = {
      isJson: isJson(handshake),
      hasRoom: () => !operator.closed && (operator.ws?.getBufferedAmount() ?? 0) < ROOM_BYTES,
      sendText: (text) => sendText(operator, text),
      sendBytes: (bytes) => send(operator, bytes, true),
    };
    const operator: Operator = {
      isJson: link.isJson,
      expiresAtMs: claims.expiresAtMs,
      viewer: new FleetViewer(link, fleet.picture),
      looksFor: undefined,
      sentAt: clock.monotonic(),
      closed: false,
      ws: undefined,
    };
    return { data: { guest, operator }, withdraw() {} };
  }

  /** Returns the close that a message deserves, if any. */
  function hear(operator: Operator, message: ArrayBuffer, isBinary: boolean): Close | undefined {
    if (message.byteLength === 0) return undefined;
    if (isBinary || message.byteLength > limits.messageBytes) return CLOSE.malformed;
    const text = readText(message);
    if (!text) return CLOSE.malformed;
    const event = parseOperatorEvent(text);
    if (event?.type === 'view') {
      operator.viewer.view = event;
      fleet.moved(operator.viewer);
    } else if (event?.type === 'find') operator.looksFor = event.text;
    return undefined;
  }

  function tell(operator: Operator, event: FleetEvent): void {
    sendText(operator, JSON.stringify(event));
  }

  function sendText(operator: Operator, text: string): boolean {
    return send(operator, utf8(text), false);
  }

  function send(operator: Operator, message: Uint8Array, isBinary: boolean): boolean {
    if (operator.closed) return false;
    operator.sentAt = clock.monotonic();
    return operator.ws?.send(message, isBinary) !== SENT.dropped;
  }

  /** Counts, nodes and keep-alives are true only now: one that finds no room is no loss. */
  function tellFigures(): void {
    const nodes = JSON.stringify({ type: 'nodes', nodes: fleet.picture.nodes } satisfies FleetEvent);
    for (const operator of open) {
      if ((operator.ws?.getBufferedAmount() ?? 0) >= ROOM_BYTES) continue;
      tell(operator, operator.viewer.count());
      sendText(operator, nodes);
    }
  }

  return {
    size: () => open.size,

    unsentBytes(): number {
      let bytes = 0;
      for (const { ws } of open) bytes += ws?.getBufferedAmount() ?? 0;
      return bytes;
    },

    /** Whether the node can hear of the fleet has changed. */
    serviceChanged(): void {
      for (const operator of open) sendText(operator, service.text);
    },

    /** What falls due with time. Call it each `FLEET_TICK_MS`. */
    tick(): void {
      const [now, steadyNow] = [clock.now(), clock.monotonic()];
      for (const operator of open) {
        const { looksFor: text, viewer } = operator;
        operator.looksFor = undefined;
        if (text !== undefined) {
          fleet.find(viewer, text, (vehicles) => tell(operator, { type: 'found', text, vehicles }));
        }
        if (now >= operator.expiresAtMs) operator.ws?.end(CLOSE.tokenExpired.code, CLOSE.tokenExpired.reason);
        else if (steadyNow - operator.sentAt >= TIMING.emptyAfterMs) send(operator, EMPTY, true);
      }
      fleet.tick();
      if (steadyNow - figuresAt < FIGURES_EVERY_MS) return;
      figuresAt = steadyNow;
      tellFigures();
    },

    /** One step of a drain: closes one socket. */
    closeOne(why: Close): void {
      const [operator] = open;
      operator?.ws?.end(why.code, why.reason);
    },
  };
}
