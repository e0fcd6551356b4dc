// A WebSocket for thousands in one process, for `platform.WebSocket`, over TCP. What it can't do, `ws` does: TLS, compression,
// proxies.

import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { PlatformSocket } from '@tripcast/client';
import { FramedSocket } from './framed-socket.ts';
import { frameOf, OPCODE } from './frames.ts';
import { readAnswer, requestOf } from './handshake.ts';

interface Listeners {
  open: (() => void)[];
  error: (() => void)[];
  message: ((event: { data: unknown }) => void)[];
  close: ((event: { code: number; reason: string }) => void)[];
}
/** Of a response that is no `101`, as `ws` tells it: all of it is there already. */
interface Response {
  statusCode: number;
  headers: Record<string, string | undefined>;
  on(type: string, listener: (chunk?: Uint8Array) => void): void;
}

const EMPTY = Buffer.alloc(0);
/** RFC 6455, 1.3: hashed with the key it proves that the answer is a WebSocket's. */
const ACCEPT_SALT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const NO_STATUS = 1005;
const NO_CLOSE = 1006;
/** A peer that does not end the connection after the farewell is left, ms. */
const FAREWELL_WITHIN_MS = 10_000;

export class LeanSocket extends FramedSocket implements PlatformSocket {
  binaryType = 'arraybuffer';
  readonly #key: string;
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] };
  #onResponse: ((request: undefined, response: Response) => void) | undefined;
  #isLeaving = false;
  /** The frames of a message that has not come whole, and the opcode of the first one. */
  #fragments: Buffer[] = [];
  #fragmented = 0;
  #closed = { code: NO_CLOSE, reason: '' };

  constructor(url: string, subprotocols: readonly string[]) {
    const { protocol, hostname, port, host, pathname, search } = new URL(url);
    if (protocol !== 'ws:') throw new TypeError(`a lean socket speaks ws: only, not ${protocol}`);
    const key = randomBytes(16).toString('base64');
    super(
      (onread) => connect({ host: hostname, port: Number(port || 80), onread, noDelay: true }),
      requestOf(`${pathname}${search}`, host, key, { 'Sec-WebSocket-Protocol': subprotocols.join(', ') }),
    );
    this.#key = key;
    this.socket.on('error', () => this.#tell('error', undefined));
    this.socket.on('close', () => this.#tell('close', this.#closed));
  }

  get bufferedAmount(): number {
    return this.socket.writableLength;
  }

  /** What came and went, bytes: frames and handshakes, without TCP's own. */
  get bytes(): number {
    return this.socket.bytesRead + this.socket.bytesWritten;
  }

  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
  addEventListener(type: keyof Listeners, listener: unknown): void {
    (this.#listeners[type] as unknown[]).push(listener);
  }

  /** As `ws` has it: told of an answer that is no `101`, which is then the listener's to end. */
  on(_type: 'unexpected-response', listener: (request: undefined, response: Response) => void): void {
    this.#onResponse = listener;
  }

  send(message: string | Uint8Array): void {
    if (!this.isOpen || this.#isLeaving) return;
    if (typeof message === 'string') this.#write(OPCODE.text, Buffer.from(message));
    else this.#write(OPCODE.binary, message);
  }

  close(code?: number): void {
    if (!this.isOpen) this.terminate();
    else if (!this.#isLeaving) this.#leave(code === undefined ? EMPTY : codeBytes(code));
  }

  terminate(): void {
    this.socket.destroy();
  }

  /** Resets the connection, as a cell that goes down does. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  protected answer(bytes: Buffer, length: number): number {
    const answer = readAnswer(bytes.subarray(0, length));
    if (!answer) return 0;
    const { status, headers, body } = answer;
    const accept = createHash('sha1').update(`${this.#key}${ACCEPT_SALT}`).digest('base64');
    if (status === 101 && headers['sec-websocket-accept'] === accept) {
      this.isOpen = true;
      this.#tell('open', undefined);
      return answer.bytes;
    }
    this.#onResponse?.(undefined, {
      statusCode: status,
      headers,
      on: (type, listener) => {
        if (type === 'data') listener(body);
        else if (type === 'end') listener();
      },
    });
    this.terminate();
    return length;
  }

  frame(opcode: number, isFinal: boolean, bytes: Buffer, start: number, end: number): void {
    if (this.socket.destroyed) return; // a listener has ended it
    switch (opcode) {
      case OPCODE.ping:
        if (!this.#isLeaving) this.#write(OPCODE.pong, bytes.subarray(start, end));
        return;
      case OPCODE.pong:
        return;
      case OPCODE.close:
        this.#farewell(bytes.subarray(start, end));
        return;
      default:
        if (isFinal && opcode !== 0) this.#message(opcode, bytes, start, end);
        else this.#fragment(opcode, isFinal, bytes.subarray(start, end));
    }
  }

  #message(opcode: number, bytes: Buffer, start: number, end: number): void {
    const data =
      opcode === OPCODE.text
        ? bytes.toString('utf8', start, end)
        : bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + end);
    for (const listener of this.#listeners.message) listener({ data });
  }

  #fragment(opcode: number, isFinal: boolean, payload: Buffer): void {
    if (opcode !== 0) this.#fragmented = opcode;
    this.#fragments.push(Buffer.from(payload));
    if (!isFinal) return;
    const whole = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#message(this.#fragmented, whole, 0, whole.byteLength);
  }

  /** The peer leaves, or answers that we do. */
  #farewell(payload: Buffer): void {
    this.#closed =
      payload.byteLength >= 2
        ? { code: payload.readUInt16BE(0), reason: payload.toString('utf8', 2) }
        : { code: NO_STATUS, reason: '' };
    if (this.#isLeaving) this.socket.destroy();
    else this.#leave(payload.subarray(0, 2));
  }

  #leave(code: Uint8Array): void {
    this.#write(OPCODE.close, code);
    this.#isLeaving = true;
    this.socket.end();
    this.socket.setTimeout(FAREWELL_WITHIN_MS, () => this.socket.destroy());
  }

  #write(opcode: number, payload: Uint8Array): void {
    this.socket.write(frameOf(opcode, payload, (Math.random() * 2 ** 32) >>> 0));
  }

  #tell<T extends keyof Listeners>(type: T, event: unknown): void {
    for (const listener of this.#listeners[type]) (listener as (event: unknown) => void)(event);
  }
}

function codeBytes(code: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return bytes;
}
