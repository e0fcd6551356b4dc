// NATS over WebSocket: lines that end in CRLF, `MSG` and `PUB` with a payload after them. A frame may hold several, or the
// beginning of one.

import { frameOf, OPCODE } from '@tripcast/driver-sim/sockets';
import { positionJson, readTime, writeTime } from './json-position.ts';
import { type Party, tripName, type Wire } from './wire.ts';

const CR = 0x0d;
const SPACE = 0x20;
const LINE_END_BYTES = 2;
const M = 0x4d;
const I = 0x49;
const P = 0x50;
const O = 0x4f;
const PONG_FRAME = binary('PONG\r\n');
const PATH = { path: '/' };

export const natsWire: Wire = {
  driver: () => PATH,
  rider: () => PATH,
  position(trip) {
    const { text, timeAt } = positionJson(trip);
    const frame = binary(`PUB ${tripName(trip)} ${text.length}\r\n${text}\r\n`);
    const at = frame.byteLength - LINE_END_BYTES - text.length + timeAt;
    return { frame, stamp: (time) => writeTime(frame, at, time) };
  },
  heard(party, _isText, bytes, start, end) {
    if (party.remainder) {
      const whole = Buffer.concat([party.remainder, bytes.subarray(start, end)]);
      party.remainder = undefined;
      readLines(party, whole, 0, whole.byteLength);
    } else readLines(party, bytes, start, end);
  },
};

function readLines(party: Party, bytes: Buffer, start: number, end: number): void {
  let at = start;
  while (at < end) {
    const lineEnd = bytes.indexOf(CR, at);
    const next = lineEnd + LINE_END_BYTES;
    if (lineEnd < 0 || next > end) break;
    if (bytes[at] === M) {
      const payloadEnd = next + payloadBytes(bytes, lineEnd);
      if (payloadEnd + LINE_END_BYTES > end) break;
      party.received(readTime(bytes, payloadEnd));
      at = payloadEnd + LINE_END_BYTES;
    } else {
      answer(party, bytes, at);
      at = next;
    }
  }
  if (at < end) party.remainder = Buffer.from(bytes.subarray(at, end));
}

/** The number at the end of a `MSG` line. */
function payloadBytes(bytes: Buffer, lineEnd: number): number {
  let size = 0;
  for (let at = lineEnd - 1, unit = 1; bytes[at] !== SPACE; at--, unit *= 10)
    size += (bytes[at]! - 0x30) * unit;
  return size;
}

function answer(party: Party, bytes: Buffer, at: number): void {
  if (bytes[at] === I) {
    const options =
      '{"verbose":false,"pedantic":false,"tls_required":false,"lang":"bench","version":"1","protocol":1}';
    const subscribe = party.isDriver ? '' : `SUB ${tripName(party.trip)} 1\r\n`;
    party.send(binary(`CONNECT ${options}\r\n${subscribe}PING\r\n`));
  } else if (bytes[at] === P) {
    if (bytes[at + 1] === O) party.ready();
    else party.send(PONG_FRAME);
  }
}

function binary(text: string): Buffer {
  return frameOf(OPCODE.binary, Buffer.from(text));
}
