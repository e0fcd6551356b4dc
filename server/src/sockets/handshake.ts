import type { ProblemCode } from '@tripcast/protocol';
import { PROBLEMS, problem, readOffer, type SUBPROTOCOL, SUBPROTOCOL_JSON } from '@tripcast/protocol';
import { isOriginAllowed } from '../auth/origins.ts';
import type { Claims, Tokens } from '../auth/tokens.ts';
import { BackendUnavailable } from '../backend.ts';
import type { Arrivals, Guest } from '../limits/arrivals.ts';
import { requestAddress } from '../limits/request-address.ts';
import type { Log } from '../log.ts';
import { isRefusal, type Refusal, refusal } from '../trips/refusal.ts';
import { wholeTurn } from '../whole-turn.ts';
import type { Uncorked } from './uncorked.ts';
import { type HttpRequest, type HttpResponse, type us_socket_context_t, utf8 } from './uws.ts';

/** Everything that a handshake says, copied: the request is gone after the first `await`. */
export interface Handshake {
  /** The id in the path. */
  id: string;
  since: string | undefined;
  subprotocol: typeof SUBPROTOCOL | typeof SUBPROTOCOL_JSON;
  token: string | undefined;
}

/** Resolves to false when the client has gone, as far as its connection tells by now. */
export type IsStillThere = () => Promise<boolean>;

/** What every socket's handshake is checked against. */
export interface Doorkeeper {
  tokens: Tokens;
  origins: readonly string[];
  isDraining(): boolean;
  arrivals: Arrivals;
  /** How many proxies in front are believed about where a client is. */
  proxyHops: number;
  uncorked: Uncorked;
  /** How many handshakes have come and are not decided. */
  handshakes: { underWay: number };
  log: Log;
}

/**
 * A socket may be opened with this user data, whose guest leaves when it closes; `withdraw` undoes all else when the client
 * has gone meanwhile.
 */
export interface Admission<Data> {
  data: Data;
  withdraw(): void;
}

const VERSION = '13';
const RETRY_AFTER_S = '1';
const UPGRADE = /(^|,)\s*upgrade\s*(,|$)/i;

/**
 * Makes a uWebSockets.js `upgrade` handler: checks what all sockets have in common, asks `admit` for the rest, and
 * either opens the socket or answers with the problem. A handshake that fails never becomes a socket. `admit` asks
 * `isStillThere` before it does what others notice: a node that was frozen finds handshakes that were given up long ago.
 */
export function upgrade<Data>(
  door: Doorkeeper,
  admit: (
    handshake: Handshake,
    claims: Claims,
    guest: Guest,
    isStillThere: IsStillThere,
  ) => Promise<Admission<Data> | Refusal>,
  onRefused: (code: ProblemCode) => void,
) {
  return (res: HttpResponse, req: HttpRequest, context: us_socket_context_t): void => {
    let aborted = false;
    res.onAborted(() => {
      aborted = true;
    });
    const key = req.getHeader('sec-websocket-key');
    const extensions = req.getHeader('sec-websocket-extensions');
    const handshake = readHandshake(door, req);
    const guest = door.arrivals.arrive(requestAddress(res, req, door.proxyHops));

    door.handshakes.underWay++;
    void decide().then((decision) => {
      door.handshakes.underWay--;
      if (!isRefusal(guest) && (aborted || isRefusal(decision))) guest.leave();
      if (isRefusal(decision)) {
        if (aborted) return;
        onRefused(decision.refused);
        answer(res, decision);
      } else if (aborted) decision.withdraw();
      else {
        const { subprotocol } = handshake as Handshake;
        door.uncorked.run(res, () => {
          res.upgrade(decision.data, key, subprotocol, extensions, context);
        });
      }
    });

    async function decide(): Promise<Admission<Data> | Refusal> {
      if (isRefusal(guest)) return guest;
      if (isRefusal(handshake)) return handshake;
      try {
        const claims = handshake.token === undefined ? undefined : await door.tokens.verify(handshake.token);
        if (!claims)
          return refusal('unauthenticated', 'offer a valid token: "bearer.<jwt>" or Authorization: Bearer');
        return await admit(handshake, claims, guest, isStillThere);
      } catch (error) {
        if (error instanceof BackendUnavailable)
          return refusal('unavailable', 'the node cannot reach its store; try again');
        door.log.error({ err: error }, 'a handshake failed by a mistake of ours');
        return refusal('unavailable', 'the node made a mistake, which is in its log');
      }
    }

    async function isStillThere(): Promise<boolean> {
      await wholeTurn();
      return !aborted;
    }
  };
}

function readHandshake(door: Doorkeeper, req: HttpRequest): Handshake | Refusal {
  const origin = req.getHeader('origin');
  const authorization = /^bearer +(\S+)$/i.exec(req.getHeader('authorization'));
  // The addon upgrades a request that asks to close the connection, too, and closes it meanwhile: what we then hold is a
  // socket in freed memory, whose end we never hear.
  if (!UPGRADE.test(req.getHeader('connection'))) {
    return refusal('invalid_request', 'a WebSocket handshake says "Connection: Upgrade"');
  }
  if (req.getHeader('upgrade').toLowerCase() !== 'websocket') {
    return refusal('invalid_request', 'a WebSocket handshake says "Upgrade: websocket"');
  }
  const { subprotocol, token } = readOffer(req.getHeader('sec-websocket-protocol'));
  if (req.getHeader('sec-websocket-version') !== VERSION) {
    return refusal('invalid_request', 'Sec-WebSocket-Version must be 13 (RFC 6455)');
  }
  if (!subprotocol) {
    return refusal('invalid_request', 'offer the subprotocol "tripcast.v1" or "tripcast.v1+json"');
  }
  if (origin !== '' && !isOriginAllowed(origin, req.getHeader('host'), door.origins)) {
    return refusal(
      'forbidden',
      'pages of this origin may not connect; the node lists others in TRIPCAST_ORIGINS',
    );
  }
  if (door.isDraining()) return refusal('unavailable', 'the node is going away; connect to another one');
  return {
    id: req.getParameter(0),
    since: req.getQuery('since'),
    subprotocol,
    token: token ?? authorization?.[1],
  };
}

/** Answers a request with a problem. */
function answer(res: HttpResponse, { refused, detail }: Refusal): void {
  const { status, title } = PROBLEMS[refused];
  res.cork(() => {
    res.writeStatus(`${status} ${title}`).writeHeader('Content-Type', 'application/problem+json');
    if (status === 503 || status === 429) res.writeHeader('Retry-After', RETRY_AFTER_S);
    if (status === 400) res.writeHeader('Sec-WebSocket-Version', VERSION); // as RFC 6455 §4.4 wants for another one
    if (status === 401) res.writeHeader('WWW-Authenticate', 'Bearer');
    res.end(utf8(JSON.stringify(problem(refused, detail))), true);
  });
}

export function isJson(handshake: Handshake): boolean {
  return handshake.subprotocol === SUBPROTOCOL_JSON;
}
