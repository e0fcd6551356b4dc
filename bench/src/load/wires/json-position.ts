// A position as applications send it: JSON. The time comes last and has always the same number of digits, so it is
// written and read in place.

import { placeOf } from './wire.ts';

const TIME_DIGITS = 13;
const ZERO = 0x30;

/** The text of a position, and where in it the time's digits begin. */
export function positionJson(trip: number): { text: string; timeAt: number } {
  const { latitude, longitude } = placeOf(trip);
  const fields = { latitude, longitude, heading: 90.5, speed: 8.33, accuracy: 5 };
  const text = JSON.stringify({ ...fields, time: 10 ** (TIME_DIGITS - 1) });
  return { text, timeAt: text.length - 1 - TIME_DIGITS };
}

export function writeTime(bytes: Buffer, at: number, time: number): void {
  let left = time;
  for (let digit = TIME_DIGITS - 1; digit >= 0; digit--) {
    const rest = Math.floor(left / 10);
    bytes[at + digit] = ZERO + (left - rest * 10);
    left = rest;
  }
}

/** The time of a position whose JSON ends before `end`. */
export function readTime(bytes: Buffer, end: number): number {
  let time = 0;
  for (let at = end - 1 - TIME_DIGITS; at < end - 1; at++) time = time * 10 + bytes[at]! - ZERO;
  return time;
}
