// A WebSocket peer that sends whatever bytes a test likes (RFC 6455 §5), and reads what the server sends, frame by frame.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Watched } from './watched.ts';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  opcode: number;
  payload?: Uint8Array | string;
  fin?: boolean;
  /** RSV1 to RSV3 as bits 4, 2, 1. */
  reserved?: number;
  isMasked?: boolean;
  /** Bytes of the extended length: the fewest that do, unless said. */
  lengthBytes?: 0 | 2 | 8;
  /** What the length field says, when that isn't the payload's length. */
  length?: bigint;
}

export type RawHeard =
  | { kind: 'frame'; opcode: number; payload: Buffer }
  /** The TCP connection is over. */
  | { kind: 'end' };

/** One frame as bytes. */
export function frameBytes(frame: Frame): Buffer {
  const { opcode, payload = '', fin = true, reserved = 0, isMasked = true } = frame;
  const data = Buffer.from(payload as string);
  const length = frame.length ?? BigInt(data.byteLength);
  const lengthBytes = frame.lengthBytes ?? (length < 126n ? 0 : length < 65_536n ? 2 : 8);
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (isMasked ? 0x80 : 0) | (lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) head.writeUInt16BE(Number(length), 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(length, 2);
  if (!isMasked) return Buffer.concat([head, data]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, data.map((byte, index) => byte ^ mask[index % 4]!)]);
}

/** The payload of a close frame. */
export function closePayload(code: number, reason: Uint8Array | string = ''): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return Buffer.concat([head, Buffer.from(reason as string)]);
}

/** The head of a WebSocket handshake that a node takes; `headers` replace it, `undefined` leaves one out. */
export function handshakeHead(
  path: string,
  bearer: string,
  headers: Record<string, string | undefined> = {},
  requestLine = `GET ${path} HTTP/1.1`,
): string {
  const all: Record<string, string | undefined> = {
    Host: '127.0.0.1',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': `tripcast.v1, bearer.${bearer}`,
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return [requestLine, ...lines, '', ''].join('\r\n');
}

/** A TCP connection to a node, or a TLS one. */
export async function dial(port: number, { tls = false } = {}): Promise<Socket> {
  const to = { port, host: '127.0.0.1' };
  const socket = tls ? connectTls({ ...to, rejectUnauthorized: false }) : connectTcp(to);
  socket.on('error', () => {}); // `close` follows
  socket.setNoDelay();
  await Promise.race([once(socket, tls ? 'secureConnect' : 'connect'), once(socket, 'close')]);
  return socket;
}

/** What is read of an answer to a request until its head is whole, or the connection is over. Leaves no listener behind. */
export function readHead(socket: Socket): Promise<{ head: string; rest: Buffer }> {
  return new Promise((resolve) => {
    let all = Buffer.alloc(0);
    const tell = (end: number) => {
      socket.off('data', hear).off('close', over);
      resolve({ head: all.subarray(0, end).toString('latin1'), rest: all.subarray(end) });
    };
    const over = () => tell(all.length);
    const hear = (chunk: Buffer) => {
      all = Buffer.concat([all, chunk]);
      const end = all.indexOf('\r\n\r\n');
      if (end >= 0) tell(end + 4);
    };
    socket.on('data', hear).on('close', over);
    if (socket.closed) over();
  });
}

export class RawSocket {
  readonly heard = new Watched<RawHeard>();
  /** The server's answer to the handshake. */
  readonly answer: string;
  readonly #socket: Socket;
  #unread: Buffer;

  private constructor(socket: Socket, answer: string, rest: Buffer) {
    this.#socket = socket;
    this.answer = answer;
    this.#unread = rest;
    this.#readFrames();
    socket.on('data', (chunk: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      this.#readFrames();
    });
    socket.on('close', () => this.heard.add({ kind: 'end' }));
  }

  /** A socket that is open. @throws Error with the answer when it was refused */
  static async open(port: number, head: string, options: { tls?: boolean } = {}): Promise<RawSocket> {
    const socket = await dial(port, options);
    socket.write(head);
    const answer = await readHead(socket);
    if (!answer.head.startsWith('HTTP/1.1 101 ')) throw new Error(`refused: ${answer.head}`);
    return new RawSocket(socket, answer.head, answer.rest);
  }

  /** The frames that were read, in order. */
  get frames(): { opcode: number; payload: Buffer }[] {
    return this.heard.seen.filter((item) => item.kind === 'frame');
  }

  get isOver(): boolean {
    return this.heard.seen.some(({ kind }) => kind === 'end');
  }

  send(...frames: readonly (Frame | Uint8Array)[]): void {
    const bytes = frames.map((frame) => (frame instanceof Uint8Array ? frame : frameBytes(frame)));
    this.#socket.write(Buffer.concat(bytes));
  }

  /** Each byte in a packet of its own, as far as that can be had. */
  async sendByteByByte(...frames: readonly Frame[]): Promise<void> {
    for (const byte of Buffer.concat(frames.map(frameBytes))) {
      this.#socket.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
  }

  /** Reads nothing, so that the buffers between fill. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads so many bytes, or what there is of them. */
  readSome(bytes: number): void {
    this.#socket.read(bytes);
  }

  resume(): void {
    this.#socket.resume();
  }

  /** As a phone without battery does. */
  drop(): void {
    this.#socket.destroy();
  }

  #readFrames(): void {
    for (;;) {
      const bytes = this.#unread;
      if (bytes.length < 2) return;
      const short = bytes[1]! & 0x7f;
      const start = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length < start) return;
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
      if (bytes.length < start + length) return;
      const payload = Buffer.from(bytes.subarray(start, start + length));
      this.heard.add({ kind: 'frame', opcode: bytes[0]! & 0x0f, payload });
      this.#unread = bytes.subarray(start + length);
    }
  }
}
