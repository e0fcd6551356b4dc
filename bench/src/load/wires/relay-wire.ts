// What the relays of `peers/` speak that are nothing but a WebSocket: paths, no tokens, one message a position.

import { frameOf, OPCODE } from '@tripcast/driver-sim/sockets';
import { FIX_BYTES, fixTime } from '@tripcast/protocol';
import { binaryFix, stampFix } from './binary-fix.ts';
import { positionJson, readTime, writeTime } from './json-position.ts';
import { textFrame, tripName, type Wire } from './wire.ts';

const paths = {
  driver: (trip: number) => ({ path: `/drive/${tripName(trip)}` }),
  rider: (trip: number) => ({ path: `/follow/${tripName(trip)}` }),
};

/** Positions as JSON text. A relay greets with a message that ends in `}` too, but holds no time: it is the first one. */
export const jsonRelayWire: Wire = {
  ...paths,
  position(trip) {
    const { text, timeAt } = positionJson(trip);
    const frame = textFrame(text);
    const at = frame.byteLength - text.length + timeAt;
    return { frame, stamp: (time) => writeTime(frame, at, time) };
  },
  heard(party, _isText, bytes, start, end) {
    if (end - start < SHORTEST_POSITION) party.ready();
    else party.received(readTime(bytes, end));
  },
};

/** Greetings are shorter than this, positions longer. */
const SHORTEST_POSITION = 60;

/** Positions as Tripcast's 20 bytes; the greeting is text. */
export const binaryRelayWire: Wire = {
  ...paths,
  position(trip) {
    const frame = frameOf(OPCODE.binary, binaryFix(trip));
    return { frame, stamp: stampFix(frame) };
  },
  heard(party, isText, bytes, start, end) {
    if (isText) {
      party.ready();
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let at = start; at < end; at += FIX_BYTES) party.received(fixTime(view, at));
  },
};
