// One connection to one server, which comes back by itself. Our own, as a fix pays for each thing that a client does for others:
// docs/decisions/0013.

import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { atTurnEnd } from '../../turn-end.ts';
import type { Access, ServerAddress } from '../redis-url.ts';
import { type Argument, encodeCommand } from './encode-command.ts';
import { ErrorReply, type Reply, ReplyReader } from './reply-reader.ts';

/** One server, and how to come in. */
export interface Endpoint extends ServerAddress {
  readonly access: Access;
  /** Who has signed the servers' certificates, PEM; without it, the usual authorities. */
  readonly ca: string | undefined;
  /** Spreads the nodes' attempts after an outage: 0 ≤ random < 1. */
  readonly random: () => number;
}

/** What happens to a connection. Nothing is told after `destroy`. */
export interface ClientEvents {
  /** The server has taken the connection, and is asked to let us in. */
  connected?(): void;
  /** Commands are taken. */
  ready(): void;
  /** It was lost, or could not be had: another attempt follows by itself. */
  lost(error: Error): void;
  /** On a sharded channel. The payload is taken back when this returns: whoever keeps it copies it. */
  message?(channel: string, payload: Uint8Array): void;
  /** The server has let a channel go that nobody asked it to: its slot moves. */
  released?(): void;
}

/** A command that is not answered. */
interface Pending {
  /** How many answers are to come: a subscription has one for each channel. */
  missing: number;
  /** What they begin with, if they are no usual reply. */
  readonly kind: 'ssubscribe' | 'sunsubscribe' | undefined;
  readonly sentAt: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** The longest pause between two attempts to connect, ms. */
const RECONNECT_CAP_MS = 1_000;
const RECONNECT_BASE_MS = 50;
const CONNECT_TIMEOUT_MS = 3_000;
const KEEP_ALIVE_MS = 5_000;
/** Looks within a deadline: one late look, after a stall of ours, proves nothing. */
const LOOKS = 3;
/** What all connections read into: a read is over before the next one begins. */
const shared = Buffer.allocUnsafeSlow(65_536);

/** The pause before an attempt, ms: half to all of 50 ms doubling to 1 s. */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  const ceilingMs = Math.min(RECONNECT_CAP_MS, RECONNECT_BASE_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceilingMs * (0.5 + random() / 2));
}

/**
 * Speaks RESP 2 to a server. Nothing waits for better times: a command that cannot be sent now rejects, and so does what is
 * unanswered when the connection is lost. Commands of one turn of the event loop are written together.
 */
export class RespClient {
  readonly #endpoint: Endpoint;
  readonly #events: ClientEvents;
  readonly #replyDeadlineMs: number | undefined;
  #socket: Socket | undefined;
  #reader = new ReplyReader(this.#listener());
  #isReady = false;
  #attempt = 0;
  #pending: Pending[] = [];
  /** The first so many of them are answered. */
  #answered = 0;
  #unsent: Buffer[] = [];
  /** Whether channels may be let go: only then has a reply to be looked at for that. */
  #isSubscriber = false;
  #timer: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #closed = false;

  /** Connects. @param replyDeadlineMs a connection on which a command is unanswered for so long is given up; never without it */
  constructor(endpoint: Endpoint, events: ClientEvents, replyDeadlineMs?: number) {
    this.#endpoint = endpoint;
    this.#events = events;
    this.#replyDeadlineMs = replyDeadlineMs;
    this.#connect();
  }

  /** Rejects with `ErrorReply` what the server refuses, with another error what may have been carried out or not. */
  send(args: readonly Argument[]): Promise<Reply> {
    return this.#request(args, 1, undefined);
  }

  /** Resolves when all of these sharded channels are heard. In a Cluster they are of one slot. */
  async subscribe(channels: readonly string[]): Promise<void> {
    this.#isSubscriber = true;
    await this.#request(['SSUBSCRIBE', ...channels], channels.length, 'ssubscribe');
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    await this.#request(['SUNSUBSCRIBE', ...channels], channels.length, 'sunsubscribe');
  }

  /** Gives the connection up and makes another one. */
  reconnect(why: string): void {
    this.#lose(new Error(why));
  }

  /** May be called twice. What is unanswered rejects. */
  destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#disconnect(new Error('the connection was closed'));
  }

  #request(args: readonly Argument[], missing: number, kind: Pending['kind']): Promise<Reply> {
    if (!this.#isReady) return Promise.reject(new Error('not connected'));
    return this.#write(args, missing, kind);
  }

  #write(args: readonly Argument[], missing = 1, kind?: Pending['kind']): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ missing, kind, sentAt: performance.now(), resolve, reject });
      if (this.#unsent.push(encodeCommand(args)) === 1) atTurnEnd(() => this.#flush());
    });
  }

  #flush(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    if (unsent.length > 0) this.#socket?.write(unsent.length === 1 ? unsent[0]! : Buffer.concat(unsent));
  }

  #connect(): void {
    const { host, port, access, ca } = this.#endpoint;
    const { tls } = access;
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const isOld = () => socket !== this.#socket;
    const onread = {
      buffer: shared,
      callback: (length: number) => {
        if (!isOld()) this.#read(shared.subarray(0, length));
        return true;
      },
    };
    const address = { host, port, onread };
    const socket: Socket = tls
      ? connectTls({ ...address, ...servername, ...(ca !== undefined && { ca }) }) // it knows `onread`, though its types don't
      : connectPlain({ ...address, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    if (tls) socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lose(new Error('connection timed out')), CONNECT_TIMEOUT_MS);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      if (!isOld()) void this.#comeIn();
    });
    socket.on('error', (error) => {
      if (!isOld()) this.#lose(error);
    });
    socket.on('close', () => {
      if (!isOld()) this.#lose(new Error('the connection was closed by the other end'));
    });
  }

  async #comeIn(): Promise<void> {
    clearTimeout(this.#timer);
    this.#events.connected?.();
    const { username, password, database } = this.#endpoint.access;
    const steps: Promise<Reply>[] = [];
    if (password !== undefined || username !== undefined) {
      const who = username === undefined ? [] : [username];
      steps.push(this.#write(['AUTH', ...who, password ?? '']));
    }
    if (database !== 0) steps.push(this.#write(['SELECT', String(database)]));
    try {
      await Promise.all(steps);
    } catch (error) {
      if (error instanceof ErrorReply) this.#lose(error);
      return; // whatever else it was has been told
    }
    if (this.#closed) return;
    this.#attempt = 0;
    this.#isReady = true;
    this.#watchReplies();
    this.#events.ready();
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader.read(chunk);
    } catch (error) {
      this.#lose(error as Error); // whoever answers is no Redis
    }
  }

  #listener() {
    return {
      reply: (reply: Reply) => this.#hear(reply),
      message: (channel: string, payload: Uint8Array) => this.#events.message?.(channel, payload),
    };
  }

  #hear(reply: Reply): void {
    const first = this.#pending[this.#answered];
    const kind = this.#isSubscriber ? subscriptionIn(reply) : undefined;
    // A channel may be let go at any time; what its subscriber is still answered to comes in its turn.
    if (kind === 'sunsubscribe' && first?.kind !== kind) this.#events.released?.();
    else if (first) {
      if (reply instanceof ErrorReply) first.missing = 0;
      else first.missing--;
      if (first.missing > 0) return;
      this.#next();
      if (reply instanceof ErrorReply) first.reject(reply);
      else first.resolve(reply);
    }
  }

  #next(): void {
    if (++this.#answered < this.#pending.length && this.#answered < 1_024) return;
    this.#pending = this.#pending.slice(this.#answered);
    this.#answered = 0;
  }

  /** Whoever waits for longer than the deadline waits for nothing. */
  #watchReplies(): void {
    const deadlineMs = this.#replyDeadlineMs;
    if (deadlineMs === undefined) return;
    let late = 0;
    this.#watch = setInterval(() => {
      const oldest = this.#pending[this.#answered];
      late = oldest && performance.now() - oldest.sentAt > deadlineMs / LOOKS ? late + 1 : 0;
      if (late >= LOOKS) this.#lose(new Error(`no reply for ${deadlineMs} ms`));
    }, deadlineMs / LOOKS);
  }

  #lose(error: Error): void {
    if (this.#closed) return;
    this.#disconnect(error);
    const delayMs = reconnectDelayMs(this.#attempt++, this.#endpoint.random);
    this.#timer = setTimeout(() => this.#connect(), delayMs);
    this.#events.lost(error);
  }

  #disconnect(error: Error): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#isReady = false;
    this.#socket?.on('error', () => {}).destroy(); // it has nothing left to tell
    this.#socket = undefined;
    this.#unsent = [];
    this.#reader = new ReplyReader(this.#listener());
    const pending = this.#pending.slice(this.#answered);
    this.#pending = [];
    this.#answered = 0;
    for (const { reject } of pending) reject(error);
  }
}

/** Whether a reply confirms that a channel is heard, or let go. */
function subscriptionIn(reply: Reply): Pending['kind'] {
  if (!Array.isArray(reply) || reply.length !== 3 || !Buffer.isBuffer(reply[0])) return undefined;
  const kind = reply[0].toString('latin1');
  return kind === 'ssubscribe' || kind === 'sunsubscribe' ? kind : undefined;
}
