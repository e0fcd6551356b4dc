// Socket.IO 4 over WebSocket alone: Engine.IO's packets (`0` open, `2` ping, `3` pong, `4` message), in them Socket.IO's
// (`0` connect, `2` event).

import { positionJson, readTime, writeTime } from './json-position.ts';
import { type Party, textFrame, tripName, type Wire } from './wire.ts';

const OPEN = 0x30;
const PING = 0x32;
const MESSAGE = 0x34;
const CONNECT = 0x30;
const PATH = { path: '/socket.io/?EIO=4&transport=websocket' };
const CONNECT_FRAME = textFrame('40');
const PONG_FRAME = textFrame('3');
/** `42["joined"]` is shorter than this, positions longer. */
const SHORTEST_POSITION = 60;

export const socketIoWire: Wire = {
  driver: () => PATH,
  rider: () => PATH,
  position(trip) {
    const { text, timeAt } = positionJson(trip);
    const before = '42["position",';
    const frame = textFrame(`${before}${text}]`);
    const at = frame.byteLength - 1 - text.length + timeAt;
    return { frame, stamp: (time) => writeTime(frame, at, time) };
  },
  heard(party: Party, _isText, bytes, start, end) {
    const type = bytes[start];
    if (type === MESSAGE && end - start >= SHORTEST_POSITION && bytes[start + 1] !== CONNECT) {
      party.received(readTime(bytes, end - 1));
    } else if (type === OPEN) party.send(CONNECT_FRAME);
    else if (type === PING) party.send(PONG_FRAME);
    else if (type === MESSAGE && bytes[start + 1] === CONNECT) {
      party.send(textFrame(`42["${party.isDriver ? 'drive' : 'follow'}","${tripName(party.trip)}"]`));
    } else if (type === MESSAGE) party.ready();
  },
};
