// A client's WebSocket, as a load needs it: messages are heard where they lie, and nothing is proved of the server.

import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { FramedSocket, frameOf, OPCODE, requestOf } from '@tripcast/driver-sim/sockets';

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

const HEAD_END = '\r\n\r\n';
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

export class Connection extends FramedSocket {
  readonly #holder: Holder;
  #isOver = false;

  constructor({ host, port, isTls }: Origin, { path, headers }: Request, holder: Holder) {
    super(
      (onread) => {
        const options = { host, port, onread, noDelay: true };
        return isTls
          ? connectTls(options) // it knows `onread`, though its types don't
          : connectPlain(options);
      },
      requestOf(path, `${host}:${port}`, KEY, headers ?? {}),
    );
    this.#holder = holder;
    this.socket.on('error', (error) => this.#over(error.message));
    this.socket.on('close', () => this.#over('the connection was closed'));
  }

  /** What has come, bytes: frames and the handshake's answer, without TCP's and TLS's own. */
  get bytesHeard(): number {
    return this.socket.bytesRead;
  }

  /** Sends a frame, which may be changed afterwards: it is written at once, unless nobody has read for megabytes. */
  send(frame: Buffer): void {
    if (!this.#isOver) this.socket.write(frame);
  }

  /** Resets it, as a cell that goes down does. Nobody is told. */
  reset(): void {
    this.#isOver = true;
    this.socket.resetAndDestroy();
  }

  protected answer(bytes: Buffer, length: number): number {
    const head = bytes.toString('latin1', 0, length);
    const end = head.indexOf(HEAD_END);
    if (end < 0) return 0;
    if (!head.startsWith('HTTP/1.1 101')) {
      this.#over(head.slice(0, 200));
      return length;
    }
    this.isOpen = true;
    return end + HEAD_END.length;
  }

  frame(opcode: number, _isFinal: boolean, bytes: Buffer, start: number, end: number): void {
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

  #over(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.socket.destroy();
    this.#holder.closed(why);
  }
}
