/** What Redis answers: texts as they came, `null` for what isn't there. An error may stand inside an array. */
export type Reply = string | number | Buffer | null | ErrorReply | Reply[];

/** Redis refuses a command. The message begins with its code. */
export class ErrorReply extends Error {
  override readonly name = 'ErrorReply';
}

/** Who is told of what comes. */
export interface ReplyListener {
  reply(reply: Reply): void;
  /** A message of a sharded channel. The payload is a view of what was read, and may be taken back when this returns. */
  message(channel: string, payload: Uint8Array): void;
}

const CR = 0x0d;
const MINUS = 0x2d;
const ZERO = 0x30;
const SIMPLE = 0x2b;
const INTEGER = 0x3a;
const BULK = 0x24;
const ARRAY = 0x2a;
/** How a message begins, up to its channel's length: most of what a subscriber reads. */
const MESSAGE = Buffer.from('*3\r\n$8\r\nsmessage\r\n$');

/** Not all of it has come. */
const CUT = Symbol('cut');

/**
 * Reads RESP 2 (https://redis.io/docs/latest/develop/reference/protocol-spec) in pieces of any length.
 */
export class ReplyReader {
  readonly #listener: ReplyListener;
  /** The beginning of a reply, of which not all has come. */
  #rest: Buffer | undefined;
  #bytes: Buffer = Buffer.alloc(0);
  /** Whether nobody writes into those bytes any more. */
  #areOurs = false;
  #at = 0;

  constructor(listener: ReplyListener) {
    this.#listener = listener;
  }

  /**
   * Tells the listener of all that is whole now. @throws Error for what is no RESP
   * @param chunk may be taken back when this returns
   */
  read(chunk: Buffer): void {
    this.#areOurs = this.#rest !== undefined;
    this.#bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    this.#at = 0;
    while (this.#at < this.#bytes.length) {
      const from = this.#at;
      if (!this.#readMessage() && !this.#readReply()) {
        this.#rest = this.#kept().subarray(from);
        break;
      }
    }
  }

  #readReply(): boolean {
    const reply = this.#value();
    if (reply === CUT) return false;
    this.#listener.reply(reply);
    return true;
  }

  /** A message, read where it lies; false for anything else, and for one that is cut. */
  #readMessage(): boolean {
    const bytes = this.#bytes;
    const from = this.#at;
    for (let index = 0; index < MESSAGE.length; index++) {
      if (bytes[from + index] !== MESSAGE[index]) return false;
    }
    this.#at = from + MESSAGE.length;
    const channelLength = this.#number();
    const channelAt = this.#at;
    this.#at = channelAt + (channelLength ?? 0) + 3; // a line's end, and the next `$`
    const length = channelLength === undefined ? undefined : this.#number();
    const payloadAt = this.#at;
    if (length === undefined || payloadAt + length + 2 > bytes.length) {
      this.#at = from;
      return false;
    }
    this.#at = payloadAt + length + 2;
    const channel = bytes.toString('latin1', channelAt, channelAt + channelLength!);
    this.#listener.message(channel, new Uint8Array(bytes.buffer, bytes.byteOffset + payloadAt, length));
    return true;
  }

  /** What is read now, to be kept: most of what comes is used up at once. */
  #kept(): Buffer {
    if (!this.#areOurs) this.#bytes = Buffer.from(this.#bytes);
    this.#areOurs = true;
    return this.#bytes;
  }

  #value(): Reply | typeof CUT {
    const type = this.#bytes[this.#at++];
    switch (type) {
      case SIMPLE:
      case MINUS: {
        const line = this.#line();
        return line === undefined ? CUT : type === SIMPLE ? line : new ErrorReply(line);
      }
      case INTEGER:
        return this.#number() ?? CUT;
      case BULK: {
        const length = this.#number();
        if (length === undefined) return CUT;
        if (length < 0) return null;
        const from = this.#at;
        this.#at = from + length + 2;
        return this.#at > this.#bytes.length ? CUT : this.#kept().subarray(from, from + length);
      }
      case ARRAY: {
        const length = this.#number();
        if (length === undefined) return CUT;
        if (length < 0) return null;
        const values: Reply[] = [];
        while (values.length < length) {
          const value = this.#at < this.#bytes.length ? this.#value() : CUT;
          if (value === CUT) return CUT;
          values.push(value);
        }
        return values;
      }
      default:
        throw new Error(`no reply of Redis begins with ${type}`);
    }
  }

  /** The integer up to the line's end; `undefined` when that has not come. */
  #number(): number | undefined {
    const bytes = this.#bytes;
    let at = this.#at;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    let value = 0;
    for (; at < bytes.length && bytes[at] !== CR; at++) value = value * 10 + (bytes[at]! - ZERO);
    if (at + 2 > bytes.length) return undefined;
    this.#at = at + 2;
    return isNegative ? -value : value;
  }

  #line(): string | undefined {
    const end = this.#bytes.indexOf(CR, this.#at);
    if (end < 0 || end + 2 > this.#bytes.length) return undefined;
    const line = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 2;
    return line;
  }
}
