import { CLOSE, type Close, LIMITS, parseObject } from '@tripcast/protocol';
import type { SteadyClock } from '../clock.ts';
import type { Rate } from '../limits/allowance.ts';
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
  /**
   * When it will have been silent for long enough to say as much at once as ever, ms of a clock that never goes back: a token
   * bucket in one number, as there are many of these. Not there, or 0, before anything was said.
   */
  talkedUntil?: number;
}

/** Bounds what a socket sends besides fixes: empty messages, events that we don't know, pings, pongs. */
export class SmallTalk {
  readonly #clock: SteadyClock;
  /** What a message takes of a talker's time, and how much of it may be taken ahead, ms. */
  readonly #messageMs: number;
  readonly #burstMs: number;
  readonly #onLimit: () => void;

  constructor(clock: SteadyClock, { perSecond, burst }: Rate, onLimit: () => void) {
    this.#clock = clock;
    this.#messageMs = 1_000 / perSecond;
    this.#burstMs = burst * this.#messageMs;
    this.#onLimit = onLimit;
  }

  /** One message more. Returns the close that it deserves, if any. */
  hear(talker: Talker): Close | undefined {
    const now = Math.trunc(this.#clock.monotonic());
    const until = Math.max(talker.talkedUntil ?? 0, now) + this.#messageMs;
    if (until - now > this.#burstMs) {
      this.#onLimit();
      return CLOSE.tooFast;
    }
    talker.talkedUntil = until;
    return undefined;
  }

  /** A ping or a pong has come. */
  readonly heard = (ws: WebSocket<Talker>): void => this.heardFrom(ws.getUserData(), ws);

  heardFrom(talker: Talker, ws: { end(code: number, reason: string): void }): void {
    const tooMuch = this.hear(talker);
    if (tooMuch) ws.end(tooMuch.code, tooMuch.reason);
  }
}
