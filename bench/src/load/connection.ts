// A client's WebSocket on a raw socket. All connections of a process read into one buffer: a read is over before the next
// one begins, and what it brought is used up within it.

import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type FrameListener, frameOf, OPCODE, readFrames } from './frames.ts';

/** Where a node listens. */
export interface Origin {
  host: string;
  port: number;
  isTls: boolean;
}

/** What a handshake asks for. */
export interface Request {
  path: string;
  headers?: Readonly<Record<string, string>>;
}

/** Whoever holds a connection. */
export interface Holder {
  /** A message; its bytes are taken back when the call returns. */
  heard(isText: boolean, bytes: Buffer, start: number, end: number): void;
  /** It is over, by whomever: an HTTP status instead of a socket, an error, or a close code. */
  closed(why: string): void;
}

const READ_BYTES = 65_536;
const shared = Buffer.allocUnsafeSlow(READ_BYTES);
const HEAD_END = '\r\n\r\n';
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

export class Connection implements FrameListener {
  readonly #holder: Holder;
  readonly #socket: Socket;
  #isOpen = false;
  #isOver = false;
  /** The beginning of a frame, or of the handshake's answer, that has not come whole. */
  #rest: Buffer | undefined;
  /** Of frames, as they came. */
  bytesHeard = 0;

  constructor({ host, port, isTls }: Origin, { path, headers }: Request, holder: Holder) {
    this.#holder = holder;
    const onread = {
      buffer: shared,
      callback: (length: number) => {
        this.#read(length);
        return true;
      },
    };
    const options = { host, port, onread, noDelay: true };
    this.#socket = isTls
      ? connectTls(options) // it knows `onread`, though its types don't
      : connectPlain(options);
    this.#socket.on('error', (error) => this.#over(error.message));
    this.#socket.on('close', () => this.#over('the connection was closed'));
    const lines = Object.entries({
      Host: `${host}:${port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': KEY,
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  /** Sends a frame, which may be changed afterwards: it is written at once, unless nobody has read for megabytes. */
  send(frame: Buffer): void {
    if (!this.#isOver) this.#socket.write(frame);
  }

  /** Resets it, as a cell that goes down does. Nobody is told. */
  reset(): void {
    this.#isOver = true;
    this.#socket.resetAndDestroy();
  }

  frame(opcode: number, bytes: Buffer, start: number, end: number): void {
    switch (opcode) {
      case OPCODE.text:
      case OPCODE.binary:
        this.#holder.heard(opcode === OPCODE.text, bytes, start, end);
        return;
      case OPCODE.ping:
        this.send(frameOf(OPCODE.pong, bytes.subarray(start, end)));
        return;
      case OPCODE.close:
        this.#over(end - start >= 2 ? `closed with ${bytes.readUInt16BE(start)}` : 'closed');
        return;
      default: // a pong, or a frame's continuation, which nobody sends here
    }
  }

  #read(length: number): void {
    let bytes = shared;
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, shared.subarray(0, length)]);
      length = bytes.byteLength;
      this.#rest = undefined;
    }
    const used = this.#isOpen ? 0 : this.#readAnswer(bytes, length);
    if (!this.#isOpen) {
      this.#rest = Buffer.from(bytes.subarray(0, length));
      return;
    }
    if (used > 0) {
      bytes = bytes.subarray(used, length);
      length -= used;
    }
    const whole = readFrames(bytes, length, this);
    this.bytesHeard += whole;
    if (whole < length) this.#rest = Buffer.from(bytes.subarray(whole, length));
  }

  /** Returns how long the handshake's answer is; 0 while it is not whole, or a refusal. */
  #readAnswer(bytes: Buffer, length: number): number {
    const head = bytes.toString('latin1', 0, length);
    const end = head.indexOf(HEAD_END);
    if (end < 0) return 0;
    if (!head.startsWith('HTTP/1.1 101')) {
      this.#over(head.slice(0, 200));
      return 0;
    }
    this.#isOpen = true;
    return end + HEAD_END.length;
  }

  #over(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket.destroy();
    this.#holder.closed(why);
  }
}
