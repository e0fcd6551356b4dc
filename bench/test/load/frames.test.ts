import { describe, expect, test } from '@jest/globals';
import { frameOf, OPCODE, readFrames } from '../../src/load/frames.ts';

interface Heard {
  opcode: number;
  text: string;
}

/** What is heard of `bytes` that come cut in two at `cut`. */
function hear(bytes: Buffer, cut: number): Heard[] {
  const heard: Heard[] = [];
  const listener = {
    frame: (opcode: number, of: Buffer, start: number, end: number) =>
      heard.push({ opcode, text: of.toString('latin1', start, end) }),
  };
  const used = readFrames(bytes, cut, listener);
  const rest = Buffer.concat([bytes.subarray(used, cut), bytes.subarray(cut)]);
  expect(readFrames(rest, rest.byteLength, listener)).toBe(rest.byteLength);
  return heard;
}

/** A server's frame: without a mask. */
function serverFrame(opcode: number, text: string): Buffer {
  const payload = Buffer.from(text, 'latin1');
  const header = payload.byteLength < 126 ? 2 : payload.byteLength < 65_536 ? 4 : 10;
  const frame = Buffer.alloc(header + payload.byteLength);
  frame[0] = 0x80 | opcode;
  frame[1] = header === 2 ? payload.byteLength : header === 4 ? 126 : 127;
  if (header === 4) frame.writeUInt16BE(payload.byteLength, 2);
  if (header === 10) frame.writeBigUInt64BE(BigInt(payload.byteLength), 2);
  payload.copy(frame, header);
  return frame;
}

describe('frames', () => {
  test('are heard whole and once, wherever the stream is cut', () => {
    const said = [
      { opcode: OPCODE.text, text: '{"type":"hello"}' },
      { opcode: OPCODE.binary, text: '' },
      { opcode: OPCODE.binary, text: 'x'.repeat(130) },
      { opcode: OPCODE.ping, text: '' },
    ];
    const bytes = Buffer.concat(said.map(({ opcode, text }) => serverFrame(opcode, text)));
    for (let cut = 0; cut <= bytes.byteLength; cut++) expect(hear(bytes, cut)).toEqual(said);
  });

  test('may be longer than 64 KiB', () => {
    const text = 'y'.repeat(70_000);
    expect(hear(serverFrame(OPCODE.binary, text), 12)).toEqual([{ opcode: OPCODE.binary, text }]);
  });

  test.each([0, 20, 125, 126, 1_280])(
    'of a client with %i bytes are masked, with zeros, and end with the payload',
    (size) => {
      const payload = Buffer.alloc(size, 7);
      const frame = frameOf(OPCODE.binary, payload);
      const header = size < 126 ? 2 : 4;
      expect(frame[0]).toBe(0x82);
      expect(frame[1]! & 0x80).toBe(0x80);
      expect(size < 126 ? frame[1]! & 0x7f : frame.readUInt16BE(2)).toBe(size);
      expect(frame.subarray(header, header + 4)).toEqual(Buffer.alloc(4));
      expect(frame.subarray(header + 4)).toEqual(payload);
    },
  );
});
