// Which of a Cluster's 16,384 slots a key or channel lives in: CRC16 (XMODEM) of its hash tag, or of all of it
// (Redis Cluster specification, "Key distribution model").

export const SLOTS = 16_384;

const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

export function hashSlot(name: string): number {
  const open = name.indexOf('{');
  const shut = open < 0 ? -1 : name.indexOf('}', open + 1);
  const hashed = shut > open + 1 ? name.slice(open + 1, shut) : name;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ byte]!;
  return crc % SLOTS;
}

/** A hash tag whose slot is one of those; `undefined` when there is none. */
export function tagIn(isOurs: (slot: number) => boolean): string | undefined {
  for (let number = 0; number < 64 * SLOTS; number++) {
    const tag = number.toString(36);
    if (isOurs(hashSlot(tag))) return tag;
  }
  return undefined;
}
