// What a trip's live channel carries between nodes: fixes, or an event's JSON text. A fix message is
//   u8 0x21 · u32 version · u48 after · n × 20 bytes, little-endian,
// where `version` is the trip's version and `after` the time of the track's last fix before this message: a node sees at
// once that it has missed something.

import { FIX_BYTES } from '@tripcast/protocol';

/** Tells fixes from events: a JSON object begins with 0x7b. */
const FIXES = 0x21;
/** Bytes before the fixes. */
export const LIVE_HEADER_BYTES = 11;
const VERSION = 1;
const AFTER_LOW = 5;
const AFTER_HIGH = 9;
const U32 = 0x1_0000_0000;

/**
 * A live message of fixes; `undefined` for anything else: an event's text, or bytes that no node of ours wrote. `fixes`, at
 * least one, is a view of the same bytes.
 */
export function readLiveFixes(
  message: Uint8Array,
): { version: number; after: number; fixes: Uint8Array } | undefined {
  const fixesBytes = message.byteLength - LIVE_HEADER_BYTES;
  if (message[0] !== FIXES || fixesBytes < FIX_BYTES || fixesBytes % FIX_BYTES !== 0) return undefined;
  return {
    version: u32In(message, VERSION),
    after: u32In(message, AFTER_LOW) + (message[AFTER_HIGH]! | (message[AFTER_HIGH + 1]! << 8)) * U32,
    fixes: message.subarray(LIVE_HEADER_BYTES),
  };
}

/** To make a view costs several times what it reads. */
function u32In(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** @param after ms since the Unix epoch; 0 when the track was empty */
export function writeLiveFixes(version: number, after: number, fixes: Uint8Array): Uint8Array {
  const message = new Uint8Array(LIVE_HEADER_BYTES + fixes.byteLength);
  const view = new DataView(message.buffer);
  view.setUint8(0, FIXES);
  view.setUint32(VERSION, version, true);
  view.setUint32(AFTER_LOW, after % U32, true);
  view.setUint16(AFTER_HIGH, Math.floor(after / U32), true);
  message.set(fixes, LIVE_HEADER_BYTES);
  return message;
}
