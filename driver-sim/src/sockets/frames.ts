// RFC 6455 frames as a client writes and reads them: written in one piece, read where they lie.

export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FINAL = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const SHORTEST_16 = 126;
const SHORTEST_64 = 65_536;

/**
 * A client's whole frame, masked with the four bytes of `mask` (u32). Servers only take masked ones, with zeros too: then
 * the payload lies in the frame as it is, and may be changed in place.
 */
export function frameOf(opcode: number, payload: Uint8Array, mask = 0): Buffer {
  const size = payload.byteLength;
  const head = 2 + (size < SHORTEST_16 ? 0 : size < SHORTEST_64 ? 2 : 8);
  const frame = Buffer.allocUnsafe(head + MASK_BYTES + size);
  frame[0] = FINAL | opcode;
  if (head === 2) frame[1] = MASKED | size;
  else if (head === 4) {
    frame[1] = MASKED | LENGTH_16;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = MASKED | LENGTH_64;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  frame.writeUInt32BE(mask, head);
  const start = head + MASK_BYTES;
  if (mask === 0) frame.set(payload, start);
  else for (let at = 0; at < size; at++) frame[start + at] = payload[at]! ^ frame[head + (at & 3)]!;
  return frame;
}

/** Hears a server's frames. The payload, `bytes` from `start` to `end`, is taken back when the call returns. */
export interface FrameListener {
  /** @param isFinal of its message; the next frames, with opcode 0, go on with one that is not */
  frame(opcode: number, isFinal: boolean, bytes: Buffer, start: number, end: number): void;
}

/**
 * Tells a listener of each whole frame in the bytes from `at` to `length`. Returns where they end; what is left is the
 * beginning of a frame that has not come whole.
 */
export function readFrames(bytes: Buffer, at: number, length: number, listener: FrameListener): number {
  while (at + 2 <= length) {
    let size = bytes[at + 1]! & 0x7f;
    let start = at + 2;
    if (size === LENGTH_16) {
      if (start + 2 > length) break;
      size = bytes.readUInt16BE(start);
      start += 2;
    } else if (size === LENGTH_64) {
      if (start + 8 > length) break;
      size = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    const end = start + size;
    if (end > length) break;
    listener.frame(bytes[at]! & 0x0f, (bytes[at]! & FINAL) !== 0, bytes, start, end);
    at = end;
  }
  return at;
}
