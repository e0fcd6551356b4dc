import { describe, expect, test } from '@jest/globals';
import { frameOf, OPCODE, readFrames } from '../../src/sockets/frames.ts';

interface Seen {
  opcode: number;
  isFinal: boolean;
  payload: string;
}

function read(bytes: Buffer, length = bytes.byteLength): { seen: Seen[]; whole: number } {
  const seen: Seen[] = [];
  const whole = readFrames(bytes, 0, length, {
    frame: (opcode, isFinal, of, start, end) =>
      seen.push({ opcode, isFinal, payload: of.toString('latin1', start, end) }),
  });
  return { seen, whole };
}

/** As a server sends it: without a mask. */
function served(opcode: number, payload: string, isFinal = true): Buffer {
  const size = payload.length;
  const head = size < 126 ? [size] : size < 65_536 ? [126, size >> 8, size & 255] : undefined;
  const long = Buffer.alloc(9, 127);
  long.writeBigUInt64BE(BigInt(size), 1);
  return Buffer.concat([
    Buffer.from([(isFinal ? 0x80 : 0) | opcode]),
    head ? Buffer.from(head) : long,
    Buffer.from(payload, 'latin1'),
  ]);
}

/** What a server makes of a client's frame, by the table of RFC 6455, 5.2. */
function unmasked(frame: Buffer): Buffer {
  const short = frame[1]! & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  const size =
    short === 127 ? Number(frame.readBigUInt64BE(2)) : short === 126 ? frame.readUInt16BE(2) : short;
  expect(frame.byteLength).toBe(head + 4 + size);
  const mask = frame.subarray(head, head + 4);
  return Buffer.from(frame.subarray(head + 4).map((byte, at) => byte ^ mask[at % 4]!));
}

describe('frames', () => {
  test.each([0, 1, 125, 126, 65_535, 65_536])('a payload of %d bytes is what a server unmasks', (size) => {
    const payload = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7) & 255));
    const frame = frameOf(OPCODE.binary, payload, 0xdead_beef);
    expect(frame[0]).toBe(0x82);
    expect(frame[1]! & 0x80).toBe(0x80);
    expect(unmasked(frame).equals(payload)).toBe(true);
  });

  test.each([0, 125, 126, 65_535, 65_536])(
    'a mask of zeros leaves a payload of %d bytes as it is',
    (size) => {
      const payload = Buffer.alloc(size, 7);
      const frame = frameOf(OPCODE.binary, payload);
      expect(unmasked(frame).equals(payload)).toBe(true);
      expect(frame.subarray(frame.byteLength - size).equals(payload)).toBe(true);
    },
  );

  test.each([0, 125, 126, 65_535, 65_536])('a frame of %d bytes is read', (size) => {
    const payload = 'x'.repeat(size);
    expect(read(served(OPCODE.text, payload)).seen).toEqual([
      { opcode: OPCODE.text, isFinal: true, payload },
    ]);
  });

  test('what is before them is passed over', () => {
    const bytes = Buffer.concat([Buffer.from('HTTP'), served(OPCODE.text, 'first'), served(OPCODE.ping, '')]);
    const payloads: string[] = [];
    const frame = (_: number, __: boolean, of: Buffer, start: number, end: number) =>
      payloads.push(of.toString('latin1', start, end));
    expect(readFrames(bytes, 4, bytes.byteLength, { frame })).toBe(bytes.byteLength);
    expect(payloads).toEqual(['first', '']);
  });

  test('cut at any byte, what is whole is read and the rest is left', () => {
    const frames = [served(OPCODE.text, 'first', false), served(0, 'y'.repeat(200)), served(OPCODE.ping, '')];
    const bytes = Buffer.concat(frames);
    const ends = frames.map((_, nth) => Buffer.concat(frames.slice(0, nth + 1)).byteLength);
    for (let length = 0; length <= bytes.byteLength; length++) {
      const count = ends.filter((end) => end <= length).length;
      const { seen, whole } = read(bytes, length);
      expect(seen).toHaveLength(count);
      expect(whole).toBe(count === 0 ? 0 : ends[count - 1]);
    }
    expect(read(bytes).seen.map(({ isFinal }) => isFinal)).toEqual([false, true, true]);
  });
});
