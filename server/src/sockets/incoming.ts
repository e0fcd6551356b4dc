import { CLOSE, type Close, LIMITS, parseObject } from '@tripcast/protocol';
import type { SteadyClock } from '../clock.ts';
import { type Rate, TokenBuckets } from '../limits/token-buckets.ts';
import type { WebSocket } from './uws.ts';

const decoder = new TextDecoder();

/** Longer messages are cut off by the addon; up to here they are answered with a close code. */
export function longestMessageBytes(limits: { messageBytes: number }): number {
  return limits.messageBytes + LIMITS.messageExcessBytes;
}

/**
 * What a message deserves from a client that has nothing to say on this socket: nothing when it is empty, or an event of a
 * type that we don't know.
 */
export function judgeMessage(
  message: ArrayBuffer,
  isBinary: boolean,
  limits: { messageBytes: number },
): Close | undefined {
  if (message.byteLength === 0) return undefined;
  if (isBinary || message.byteLength > limits.messageBytes) return CLOSE.malformed;
  return readText(message) ? undefined : CLOSE.malformed;
}

/** The JSON object that a text message holds; `undefined` when it holds none. */
export function readText(message: ArrayBuffer): ReturnType<typeof parseObject> {
  return parseObject(decoder.decode(message));
}

/** Whoever talks. */
export interface Talker {
  /** What it may still say, as a token bucket. Not there, or 0, before anything was said. */
  talk?: number;
}

/** Bounds what a socket sends besides fixes: empty messages, events that we don't know, pings, pongs. */
export class SmallTalk {
  readonly #buckets: TokenBuckets;
  readonly #onLimit: () => void;

  constructor(clock: SteadyClock, rate: Rate, onLimit: () => void) {
    this.#buckets = new TokenBuckets(clock, rate);
    this.#onLimit = onLimit;
  }

  /** One message more. Returns the close that it deserves, if any. */
  hear(talker: Talker): Close | undefined {
    const taken = this.#buckets.take(talker.talk ?? 0, 1);
    if (taken === undefined) {
      this.#onLimit();
      return CLOSE.tooFast;
    }
    talker.talk = taken;
    return undefined;
  }

  /** A ping or a pong has come. */
  readonly heard = (ws: WebSocket<Talker>): void => this.heardFrom(ws.getUserData(), ws);

  heardFrom(talker: Talker, ws: { end(code: number, reason: string): void }): void {
    const tooMuch = this.hear(talker);
    if (tooMuch) ws.end(tooMuch.code, tooMuch.reason);
  }
}
