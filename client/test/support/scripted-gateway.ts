import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type DriverEvent,
  decodeFixes,
  encodeFixes,
  type Fix,
  type RiderEvent,
  SUBPROTOCOL,
} from '@tripcast/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { Mailbox } from './mailbox.ts';

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A server whose every word is the test's: sockets are welcomed by hand, requests answered by a function. */
export class ScriptedGateway {
  readonly #http: Server;
  readonly url: string;
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });
  readonly #peers = new Mailbox<Peer>();
  /** Handshakes and requests as they came, `GET /path`. */
  readonly requests = new Mailbox<{ line: string; authorization: string | undefined }>();
  /** How a request is answered; `undefined` never answers. */
  answer: (path: string) => Answer | undefined = () => ({ status: 503 });
  /** How a handshake is refused; `undefined` lets it through. */
  refuse: (path: string) => Answer | undefined = () => undefined;

  private constructor(http: Server) {
    this.#http = http;
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    http.on('request', (request, response) => {
      this.#note(request);
      const answer = this.answer(request.url ?? '');
      if (answer) response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body ?? null));
    });
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async start(): Promise<ScriptedGateway> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return new ScriptedGateway(http);
  }

  /** The next client whose handshake succeeded. */
  nextPeer(): Promise<Peer> {
    return this.#peers.take();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #note(request: IncomingMessage): void {
    const { authorization } = request.headers;
    this.requests.put({ line: `${request.method} ${request.url}`, authorization });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#note(request);
    const refusal = this.refuse(request.url ?? '');
    if (!refusal) {
      this.#sockets.handleUpgrade(request, socket, head, (open) => this.#peers.put(new Peer(open, request)));
      return;
    }
    const body = refusal.body === undefined ? '' : JSON.stringify(refusal.body);
    const headers = Object.entries({ 'content-length': String(body.length), ...refusal.headers });
    const head_ = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.end(`HTTP/1.1 ${refusal.status} Refused\r\n${head_}connection: close\r\n\r\n${body}`);
  }
}

/** The gateway's end of one socket. */
export class Peer {
  readonly #socket: WebSocket;
  readonly path: string;
  /** The subprotocols that were offered. */
  readonly offered: string[];
  /** Fixes of each message that came. */
  readonly messages = new Mailbox<Fix[]>();
  /** Resolves to the close code; 1006 when the client just went. */
  readonly closed: Promise<number>;

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.#socket = socket;
    this.path = request.url ?? '';
    this.offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.on('message', (message: Buffer) => this.messages.put(decodeFixes(message) ?? []));
  }

  says(event: RiderEvent | DriverEvent | { type: string }): void {
    this.#socket.send(JSON.stringify(event));
  }

  sendsText(text: string): void {
    this.#socket.send(text);
  }

  sendsBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  sends(...fixes: Fix[]): void {
    this.#socket.send(encodeFixes(fixes));
  }

  closes(code: number): void {
    this.#socket.close(code);
  }

  /** The network is cut: no close message. */
  vanishes(): void {
    this.#socket.terminate();
  }

  /** Times of the next fixes that come, until there are `count`. */
  async times(count: number): Promise<number[]> {
    const times: number[] = [];
    while (times.length < count) times.push(...(await this.messages.take()).map((fix) => fix.time));
    return times;
  }
}
