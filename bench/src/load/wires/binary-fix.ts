import { encodeFixes, FIX_BYTES } from '@tripcast/protocol';
import { placeOf } from './wire.ts';

/** Where a fix's time begins in its 20 bytes: u32 low half, then u16. */
const TIME_AT = 14;
const U32 = 0x1_0000_0000;

/** A fix of the trip's vehicle. @param time ms since the Unix epoch */
export function binaryFix(trip: number, time = 0): Uint8Array {
  return encodeFixes([{ ...placeOf(trip), heading: 90.5, speed: 8.33, accuracy: 5, time }]);
}

/** Writes the time into a frame that ends with one fix. */
export function stampFix(frame: Buffer): (time: number) => void {
  const at = frame.byteLength - FIX_BYTES + TIME_AT;
  return (time) => {
    frame.writeUInt32LE(time % U32, at);
    frame.writeUInt16LE(Math.floor(time / U32), at + 4);
  };
}
