// A client that knows the bytes and nothing else: no reconnecting, no resending, no forgiving. It keeps all that it hears,
// in order, with the time at which it came.
import type { IncomingHttpHeaders } from 'node:http';
import { decodeFixes, encodeFixes, type Fix, type Trip } from '@tripcast/protocol';
import { WebSocket } from 'ws';
import { Watched } from './watched.ts';

/** A text message, or one of JSON whose type the test asks for. */
export interface WireEvent {
  type: string;
  time?: number;
  intervalMs?: number;
  trip?: Trip;
  trips?: Trip[];
  online?: boolean;
  paceMs?: number;
  code?: string;
  [field: string]: unknown;
}

export type Heard =
  | { kind: 'fixes'; at: number; times: number[]; bytes: Uint8Array }
  | { kind: 'event'; at: number; event: WireEvent }
  | { kind: 'empty'; at: number }
  | { kind: 'closed'; at: number; code: number; reason: string };

type HeardEvent = Extract<Heard, { kind: 'event' }>;
type HeardClose = Extract<Heard, { kind: 'closed' }>;

/** A handshake that did not become a socket. */
export class HandshakeRefused extends Error {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;

  constructor(status: number, headers: IncomingHttpHeaders, body: string) {
    super(`the handshake was refused with ${status}: ${body}`);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

export interface Offer {
  /** `null` offers none. */
  subprotocol?: string | null;
  headers?: Record<string, string>;
}

export const JSON_FIXES: Offer = { subprotocol: 'tripcast.v1+json' };

export class WireClient {
  readonly heard = new Watched<Heard>();
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.heard.add(read(data, isBinary)));
    socket.on('close', (code, reason) =>
      this.heard.add({ kind: 'closed', at: performance.now(), code, reason: reason.toString() }),
    );
    socket.on('error', () => {}); // `close` follows
  }

  /**
   * @param url `http:` of the node, with the socket's path
   * @param bearer offered as a subprotocol, as browsers do; `undefined` offers none
   * @throws HandshakeRefused
   */
  static open(
    url: string,
    bearer: string | undefined,
    { subprotocol, headers = {} }: Offer = {},
  ): Promise<WireClient> {
    const offered = [
      ...(subprotocol === null ? [] : [subprotocol ?? 'tripcast.v1']),
      ...(bearer === undefined ? [] : [`bearer.${bearer}`]),
    ];
    const socket = new WebSocket(url.replace(/^http/, 'ws'), offered, { headers, perMessageDeflate: false });
    const client = new WireClient(socket);
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(client));
      socket.on('unexpected-response', (_request, response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          reject(new HandshakeRefused(response.statusCode!, response.headers, body));
        });
      });
      socket.on('error', reject);
    });
  }

  /** The subprotocol that the server answered with. */
  get subprotocol(): string {
    return this.#socket.protocol;
  }

  get isClosed(): boolean {
    return this.#socket.readyState >= WebSocket.CLOSING;
  }

  /** The times of all fixes heard, in the order they came, ms. */
  get times(): number[] {
    return this.heard.seen.flatMap((item) => (item.kind === 'fixes' ? item.times : []));
  }

  /** All events of a type, in the order they came. */
  events(type: string): WireEvent[] {
    return this.heard.seen.flatMap((item) =>
      item.kind === 'event' && item.event.type === type ? [item.event] : [],
    );
  }

  /** The newest acknowledgement, ms since the Unix epoch; 0 before the first. */
  get acknowledged(): number {
    return this.events('ack').at(-1)?.time ?? 0;
  }

  sendFixes(fixes: readonly Fix[]): void {
    this.send(encodeFixes(fixes));
  }

  /** Text is sent as text, bytes as binary. */
  send(message: string | Uint8Array): void {
    this.#socket.send(message, () => {}); // what a closing socket does not take is lost, as on any road
  }

  ping(): void {
    this.#socket.ping();
  }

  /** One that nobody asked for. */
  pong(): void {
    this.#socket.pong();
  }

  /** An event of a type. @param options.from index into what was heard */
  async event(
    type: string,
    fits: (event: WireEvent) => boolean = () => true,
    options: { from?: number; withinMs?: number } = {},
  ): Promise<HeardEvent> {
    const isIt = (item: Heard): item is HeardEvent =>
      item.kind === 'event' && item.event.type === type && fits(item.event);
    return this.heard.until(`an event "${type}"`, isIt, options);
  }

  /** How the server closed. */
  async closed(withinMs?: number): Promise<HeardClose> {
    const isIt = (item: Heard): item is HeardClose => item.kind === 'closed';
    return this.heard.until('the close', isIt, withinMs === undefined ? {} : { withinMs });
  }

  /** Resolves when a fix of this time or later was heard. */
  async heardUpTo(time: number, withinMs?: number): Promise<void> {
    await this.heard.until(
      `the fix of ${time}`,
      (item) => item.kind === 'fixes' && item.times.some((its) => its >= time),
      withinMs === undefined ? {} : { withinMs },
    );
  }

  /** Resolves when everything up to `time` is acknowledged. */
  async acknowledgedUpTo(time: number, withinMs?: number): Promise<void> {
    await this.event('ack', (ack) => ack.time! >= time, withinMs === undefined ? {} : { withinMs });
  }

  /** Reads nothing from its socket, so that the buffers between fill. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends as a phone without battery does. */
  drop(): void {
    this.#socket.terminate();
  }
}

function read(data: Buffer, isBinary: boolean): Heard {
  const at = performance.now();
  if (data.byteLength === 0) return { kind: 'empty', at };
  if (isBinary) {
    const bytes = new Uint8Array(data);
    return { kind: 'fixes', at, bytes, times: (decodeFixes(bytes) ?? []).map((fix) => fix.time) };
  }
  const event = JSON.parse(data.toString()) as WireEvent;
  if (event.type === 'fix' && event.handle === undefined) {
    return { kind: 'fixes', at, bytes: new Uint8Array(), times: [event.time!] };
  }
  return { kind: 'event', at, event };
}
