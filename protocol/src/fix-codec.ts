// The 20 bytes of a fix. A gateway relays them as they came: it checks fields where they lie (`checkFixes`,
// `refusalOf`) and never decodes on its hot path. Clients decode and encode.
//
//   0  u8   high nibble: kind, always 1; low nibble: flags, bit 0 = simulated, the others 0
//   1  u8   accuracy, m, rounded up (254 = 254 or more)            255   = unknown
//   2  u16  heading, 0.01°, 0 to 35 999                            65535 = unknown
//   4  i32  latitude, 1e-7°
//   8  i32  longitude, 1e-7°
//  12  u16  speed, cm/s (above 655.34 m/s: unknown)                65535 = unknown
//  14  u48  time, ms since the Unix epoch (u32 low half, then u16)
//
// All little-endian.

import type { Coordinates, Fix, RefusalCode } from './fix.ts';
import { LIMITS } from './limits.ts';

/** Bytes of one fix. */
export const FIX_BYTES = 20;

const KIND = 1;
const KIND_AND_FLAGS = 0;
const ACCURACY = 1;
const HEADING = 2;
const LATITUDE = 4;
const LONGITUDE = 8;
const SPEED = 12;
const TIME_LOW = 14;
const TIME_HIGH = 18;

const SIMULATED = 0b0001;
const RESERVED_FLAGS = 0b1110;
const UNKNOWN_U8 = 0xff;
const UNKNOWN_U16 = 0xffff;
const DEGREES_E7 = 1e7;
const MAX_LATITUDE_E7 = 90 * DEGREES_E7;
const MAX_LONGITUDE_E7 = 180 * DEGREES_E7;
const HEADINGS = 36_000;
const MAX_SPEED = 655.34; // m/s
const U32 = 0x1_0000_0000;
/** The largest time that 48 bits hold: the year 10889. */
export const MAX_TIME = 2 ** 48 - 1;

/** How many fixes a binary message holds: 0 for an empty one, `undefined` when its length or a kind is wrong. */
export function checkFixes(message: DataView): number | undefined {
  const bytes = message.byteLength;
  if (bytes % FIX_BYTES !== 0 || bytes > LIMITS.fixesPerMessage * FIX_BYTES) return undefined;
  for (let offset = 0; offset < bytes; offset += FIX_BYTES) {
    if (message.getUint8(offset + KIND_AND_FLAGS) >> 4 !== KIND) return undefined;
  }
  return bytes / FIX_BYTES;
}

/**
 * Why the fix at `offset` must be refused, or `undefined`: it may be stored. Reads in place, allocates nothing.
 * @param nowMs the server's clock, ms since the Unix epoch
 * @param limits how far a fix's time may be from it, ms
 */
export function refusalOf(
  message: DataView,
  offset: number,
  nowMs: number,
  limits: { fixAheadMs: number; fixBehindMs: number } = LIMITS,
): Exclude<RefusalCode, 'fix_out_of_order'> | undefined {
  if ((message.getUint8(offset + KIND_AND_FLAGS) & RESERVED_FLAGS) !== 0) return 'fix_invalid';
  const heading = message.getUint16(offset + HEADING, true);
  if (heading >= HEADINGS && heading !== UNKNOWN_U16) return 'fix_invalid';
  if (Math.abs(message.getInt32(offset + LATITUDE, true)) > MAX_LATITUDE_E7) return 'fix_invalid';
  if (Math.abs(message.getInt32(offset + LONGITUDE, true)) > MAX_LONGITUDE_E7) return 'fix_invalid';
  const time = fixTime(message, offset);
  if (time > nowMs + limits.fixAheadMs) return 'fix_from_future';
  if (time < nowMs - limits.fixBehindMs) return 'fix_too_old';
  return undefined;
}

/** The time of the fix at `offset`, ms since the Unix epoch. */
export function fixTime(message: DataView, offset: number): number {
  return message.getUint32(offset + TIME_LOW, true) + message.getUint16(offset + TIME_HIGH, true) * U32;
}

/** As `fixTime`, of bytes that nobody has a view of: to make one costs several times what it reads. */
export function fixTimeIn(bytes: Uint8Array, offset: number): number {
  const at = offset + TIME_LOW;
  const low = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  return low + (bytes[at + 4]! | (bytes[at + 5]! << 8)) * U32;
}

/** Where the fix at `offset` was measured, degrees. */
export function fixPlace(message: DataView, offset: number): Coordinates {
  return {
    latitude: message.getInt32(offset + LATITUDE, true) / DEGREES_E7,
    longitude: message.getInt32(offset + LONGITUDE, true) / DEGREES_E7,
  };
}

/** The fix at `offset`, whatever its fields say. */
export function decodeFix(message: DataView, offset: number): Fix {
  // Written out: an object that is spread and then added to is made anew by V8 for each fix, field by field.
  const fix: Fix = {
    latitude: message.getInt32(offset + LATITUDE, true) / DEGREES_E7,
    longitude: message.getInt32(offset + LONGITUDE, true) / DEGREES_E7,
    time: fixTime(message, offset),
  };
  const heading = message.getUint16(offset + HEADING, true);
  if (heading !== UNKNOWN_U16) fix.heading = heading / 100;
  const speed = message.getUint16(offset + SPEED, true);
  if (speed !== UNKNOWN_U16) fix.speed = speed / 100;
  const accuracy = message.getUint8(offset + ACCURACY);
  if (accuracy !== UNKNOWN_U8) fix.accuracy = accuracy;
  if ((message.getUint8(offset + KIND_AND_FLAGS) & SIMULATED) !== 0) fix.simulated = true;
  return fix;
}

/** All fixes of a binary message, in its order; `undefined` when it is malformed. */
export function decodeFixes(message: Uint8Array): Fix[] | undefined {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const count = checkFixes(view);
  if (count === undefined) return undefined;
  const fixes: Fix[] = [];
  for (let index = 0; index < count; index++) fixes.push(decodeFix(view, index * FIX_BYTES));
  return fixes;
}

/**
 * Writes `fix` at `offset`: rounded to the nearest that the fields hold, accuracy up. Speeds above 655.34 m/s are
 * written as unknown.
 * @throws RangeError naming the field that the 20 bytes can't hold
 */
export function encodeFix(fix: Fix, into: DataView, offset: number): void {
  const { latitude, longitude, heading, speed, accuracy, time } = fix;
  within('latitude', latitude, -90, 90);
  within('longitude', longitude, -180, 180);
  if (!Number.isInteger(time)) throw new RangeError(`time must be whole milliseconds: ${time}`);
  within('time', time, 0, MAX_TIME);
  if (heading !== undefined && !(heading >= 0 && heading < 360)) {
    throw new RangeError(`heading must be at least 0 and below 360: ${heading}`);
  }
  if (speed !== undefined) within('speed', speed, 0, Number.POSITIVE_INFINITY);
  if (accuracy !== undefined) within('accuracy', accuracy, 0, Number.POSITIVE_INFINITY);

  const speedCms = speed === undefined || speed > MAX_SPEED ? UNKNOWN_U16 : Math.round(speed * 100);
  into.setUint8(offset + KIND_AND_FLAGS, (KIND << 4) | (fix.simulated ? SIMULATED : 0));
  into.setUint8(offset + ACCURACY, accuracy === undefined ? UNKNOWN_U8 : Math.min(Math.ceil(accuracy), 254));
  into.setUint16(
    offset + HEADING,
    heading === undefined ? UNKNOWN_U16 : Math.round(heading * 100) % HEADINGS,
    true,
  );
  into.setInt32(offset + LATITUDE, Math.round(latitude * DEGREES_E7), true);
  into.setInt32(offset + LONGITUDE, Math.round(longitude * DEGREES_E7), true);
  into.setUint16(offset + SPEED, speedCms, true);
  into.setUint32(offset + TIME_LOW, time % U32, true);
  into.setUint16(offset + TIME_HIGH, Math.floor(time / U32), true);
}

/**
 * `fixes` as one message, in their order: 20 bytes each, at most 64 for one message on the wire.
 * @throws RangeError as `encodeFix` does
 */
export function encodeFixes(fixes: readonly Fix[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fixes.length * FIX_BYTES);
  const view = new DataView(bytes.buffer);
  fixes.forEach((fix, index) => {
    encodeFix(fix, view, index * FIX_BYTES);
  });
  return bytes;
}

function within(field: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`${field} must be between ${low} and ${high}: ${value}`);
  }
}
