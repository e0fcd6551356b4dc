// The 20 bytes of a fix, from DESIGN.md's table alone: nothing of ours is imported below this folder.

export const FIX_BYTES = 20;
const U32 = 2 ** 32;
const KIND = 0x10;

/** A fix that only this car can have measured at this time, ms. Whoever has the bytes can tell what they must be. */
export function fixOf(car: number, time: number): Buffer {
  const fix = Buffer.alloc(FIX_BYTES);
  fix.writeUInt8(KIND, 0);
  fix.writeUInt8(car % 100, 1);
  fix.writeUInt16LE(time % 36_000, 2);
  fix.writeInt32LE(-349_000_000 - (time % 99_991), 4);
  fix.writeInt32LE(-561_900_000 + car * 1_000 + (time % 997), 8);
  fix.writeUInt16LE(time % 3_000, 12);
  fix.writeUInt32LE(time % U32, 14);
  fix.writeUInt16LE(Math.floor(time / U32), 18);
  return fix;
}

export function timeOf(fix: Buffer): number {
  return fix.readUInt32LE(14) + fix.readUInt16LE(18) * U32;
}

/** The fixes in a message, one by one. */
export function cut(message: Buffer): Buffer[] {
  return Array.from({ length: message.length / FIX_BYTES }, (_, index) =>
    message.subarray(index * FIX_BYTES, (index + 1) * FIX_BYTES),
  );
}
