import { CLOSE, type Close, LIMITS, parseObject } from '@tripcast/protocol';

const decoder = new TextDecoder();

/**
 * Whether a message from a client that has nothing to say on this socket may be ignored: an empty one, or an event of a
 * type that we don't know. Otherwise the close that it deserves.
 */
export function isIgnorable(message: ArrayBuffer, isBinary: boolean): Close | undefined {
  if (message.byteLength === 0) return undefined;
  if (isBinary || message.byteLength > LIMITS.messageBytes) return CLOSE.malformed;
  return parseObject(decoder.decode(message)) ? undefined : CLOSE.malformed;
}
