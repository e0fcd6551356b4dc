// RFC 6455 frames as a load client needs them: written once and sent many times, read where they lie.

export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FINAL = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** A client's whole frame. Its mask is zero: servers unmask it as any other, and its payload may be changed in place. */
export function frameOf(opcode: number, payload: Uint8Array): Buffer {
  const isShort = payload.byteLength < LENGTH_16;
  const frame = Buffer.alloc((isShort ? 2 : 4) + MASK_BYTES + payload.byteLength);
  frame[0] = FINAL | opcode;
  frame[1] = MASKED | (isShort ? payload.byteLength : LENGTH_16);
  if (!isShort) frame.writeUInt16BE(payload.byteLength, 2);
  frame.set(payload, frame.byteLength - payload.byteLength);
  return frame;
}

export function textFrame(text: string): Buffer {
  return frameOf(OPCODE.text, Buffer.from(text));
}

/** Hears a server's frames. The payload, `bytes` from `start` to `end`, is taken back when the call returns. */
export interface FrameListener {
  frame(opcode: number, bytes: Buffer, start: number, end: number): void;
}

/**
 * Tells a listener of each whole frame in the first `length` of some bytes. Returns how many bytes they were; what is left
 * is the beginning of a frame that has not come whole.
 */
export function readFrames(bytes: Buffer, length: number, listener: FrameListener): number {
  let at = 0;
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
    listener.frame(bytes[at]! & 0x0f, bytes, start, end);
    at = end;
  }
  return at;
}
