// A client's WebSocket (RFC 6455) on a raw socket. All of a process read into one buffer, so a message costs no stream and no
// event, and a socket little memory.

import type { OnReadOpts, Socket } from 'node:net';
import { type FrameListener, readFrames } from './frames.ts';

/** A read is over before the next one begins, and what it brought is used up within it. */
const shared = Buffer.allocUnsafeSlow(65_536);

export abstract class FramedSocket implements FrameListener {
  protected readonly socket: Socket;
  /** Whether frames come: the handshake was answered with `101`. */
  protected isOpen = false;
  /** The beginning of a frame, or of the handshake's answer, that has not come whole. */
  #rest: Buffer | undefined;

  /** @param connect opens the socket that reads so */
  constructor(connect: (onread: OnReadOpts) => Socket, request: string) {
    const callback = (length: number): boolean => {
      this.#read(length);
      return true;
    };
    this.socket = connect({ buffer: shared, callback });
    this.socket.write(request);
  }

  /**
   * The handshake's answer begins the first `length` of these bytes. Returns how long it is, 0 while it has not come whole;
   * sets `isOpen` when frames come next.
   */
  protected abstract answer(bytes: Buffer, length: number): number;

  abstract frame(opcode: number, isFinal: boolean, bytes: Buffer, start: number, end: number): void;

  #read(length: number): void {
    let bytes = shared;
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, shared.subarray(0, length)]);
      length = bytes.byteLength;
      this.#rest = undefined;
    }
    let at = this.isOpen ? 0 : this.answer(bytes, length);
    if (this.isOpen) at = readFrames(bytes, at, length, this);
    if (at < length) this.#rest = Buffer.from(bytes.subarray(at, length));
  }
}
