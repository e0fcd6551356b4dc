// RFC 6455 frame by frame, against a real node. What is expected comes from the RFC and from docs/protocol.md; where the
// node does something else, the row says so, and so does docs/protocol.md.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeFixes } from '@tripcast/protocol';
import { GatewayProcess } from '../support/gateway-process.ts';
import {
  closePayload,
  dial,
  type Frame,
  handshakeHead,
  OPCODE,
  RawSocket,
  readHead,
} from '../support/raw-socket.ts';
import { fixAt, numbers, Ride } from '../support/ride.ts';

const { continuation, text, binary, close, ping, pong } = OPCODE;

/** What becomes of a socket. */
type Outcome =
  /** It goes on: the ping that follows is answered. */
  | 'goes on'
  /** It is ended without a close frame. */
  | 'cut'
  /** A close frame with this code comes (none: an empty one), then the end. */
  | { close: number | undefined };

let node: GatewayProcess;
let ride: Ride;
beforeAll(async () => {
  node = await GatewayProcess.start();
  ride = await Ride.start(node.url);
});
afterAll(() => node.close());

const follow = () => RawSocket.open(node.port, handshakeHead(ride.followPath(), ride.riderToken));

const hum = '{"type":"hum"}';
const euro = Buffer.from('{"type":"€"}');
const inEuro = euro.indexOf(0xe2) + 1;
const bytes = (...values: number[]) => Buffer.from(values);
/** A text message of so many bytes that is an event. */
const eventOf = (length: number) => `{"type":"${'x'.repeat(length - 11)}"}`;

test.each<[rule: string, what: string, sent: Frame[], becomes: Outcome]>([
  [
    '5.4',
    'a text message in two fragments',
    [
      { opcode: text, payload: '{"type":', fin: false },
      { opcode: continuation, payload: '"hum"}' },
    ],
    'goes on',
  ],
  ['5.4', 'a text message in fourteen fragments of a byte', fragments(text, Buffer.from(hum), 1), 'goes on'],
  [
    '5.4',
    'a thousand empty fragments of one message',
    [
      { opcode: text, fin: false },
      ...numbers(1_000).map(() => ({ opcode: continuation, fin: false })),
      { opcode: continuation, payload: hum },
    ],
    'goes on',
  ],
  [
    '5.4',
    'a ping between fragments',
    [
      { opcode: text, payload: '{"type":', fin: false },
      { opcode: ping },
      { opcode: continuation, payload: '"hum"}' },
    ],
    'goes on',
  ],
  ['5.4', 'a continuation of nothing', [{ opcode: continuation, payload: hum }], 'cut'],
  [
    '5.4',
    'a continuation of nothing that goes on',
    [{ opcode: continuation, payload: hum, fin: false }],
    'cut',
  ],
  [
    '5.4',
    'a new text message between fragments',
    [
      { opcode: text, payload: '{', fin: false },
      { opcode: text, payload: hum },
    ],
    'cut',
  ],
  ['5.5', 'a ping in fragments', [{ opcode: ping, fin: false }, { opcode: continuation }], 'cut'],
  ['5.5', 'a close in fragments', [{ opcode: close, payload: closePayload(1000), fin: false }], 'cut'],
  ['5.5', 'a ping of 126 bytes', [{ opcode: ping, payload: 'x'.repeat(126) }], 'cut'],
  ['5.5', 'a ping of 65,536 bytes', [{ opcode: ping, payload: 'x'.repeat(65_536) }], 'cut'],
  ['5.5', 'a close of 126 bytes', [{ opcode: close, payload: closePayload(1000, 'x'.repeat(124)) }], 'cut'],
  ['5.5.3', 'a pong that nobody asked for', [{ opcode: pong, payload: 'x' }], 'goes on'],
  ['5.6', 'text that is no UTF-8', [{ opcode: text, payload: bytes(0x22, 0xff, 0x22) }], 'cut'],
  [
    '5.6',
    'text with a code point in more bytes than it needs',
    [{ opcode: text, payload: bytes(0x22, 0xc0, 0xaf, 0x22) }],
    'cut',
  ],
  [
    '5.6',
    'text with half of a surrogate pair',
    [{ opcode: text, payload: bytes(0x22, 0xed, 0xa0, 0x80, 0x22) }],
    'cut',
  ],
  [
    '5.6',
    'text with a code point beyond the last',
    [{ opcode: text, payload: bytes(0x22, 0xf4, 0x90, 0x80, 0x80, 0x22) }],
    'cut',
  ],
  ['5.6', 'text that ends within a code point', [{ opcode: text, payload: euro.subarray(0, inEuro) }], 'cut'],
  [
    '5.6',
    'text cut into fragments within a code point',
    [
      { opcode: text, payload: euro.subarray(0, inEuro), fin: false },
      { opcode: continuation, payload: euro.subarray(inEuro) },
    ],
    'goes on',
  ],
  ...[4, 2, 1].map((reserved): [string, string, Frame[], Outcome] => [
    '5.2',
    `the reserved bit RSV${3 - Math.log2(reserved)} (nothing was negotiated)`,
    [{ opcode: text, payload: hum, reserved }],
    'cut',
  ]),
  ['5.2', 'a reserved bit in a ping', [{ opcode: ping, reserved: 4 }], 'cut'],
  ...[3, 7, 11, 15].map((opcode): [string, string, Frame[], Outcome] => [
    '5.2',
    `the reserved opcode ${opcode}`,
    [{ opcode }],
    'cut',
  ]),
  [
    '5.2',
    'a length of 64 bits whose first bit is set',
    [{ opcode: text, length: 2n ** 63n, lengthBytes: 8 }],
    'cut',
  ],
  [
    '5.2',
    'a length of 64 bits: the most there is',
    [{ opcode: text, length: 2n ** 64n - 1n, lengthBytes: 8 }],
    'cut',
  ],
  ['5.2', 'a length of 4 GiB', [{ opcode: binary, length: 2n ** 32n, lengthBytes: 8 }], 'cut'],
  ['5.5.1', 'a close without a code', [{ opcode: close }], { close: undefined }],
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 4000, 4999].map(
    (code): [string, string, Frame[], Outcome] => [
      '7.4.1',
      `a close with ${code}`,
      [{ opcode: close, payload: closePayload(code) }],
      { close: code },
    ],
  ),
  [
    '5.5.1',
    'a close with the longest reason',
    [{ opcode: close, payload: closePayload(1000, 'x'.repeat(123)) }],
    { close: 1000 },
  ],
  [
    '5.5.1',
    'data after a close',
    [{ opcode: close, payload: closePayload(1000) }, { opcode: text, payload: 'no JSON' }, { opcode: ping }],
    { close: 1000 },
  ],
  ['[E2]', 'text that is no JSON object', [{ opcode: text, payload: 'hum' }], { close: 4000 }],
  [
    '[E3]',
    'binary data from a follower',
    [{ opcode: binary, payload: encodeFixes([fixAt(0)]) }],
    { close: 4000 },
  ],
  [
    '[E3]',
    '20 bytes of garbage from a follower',
    [{ opcode: binary, payload: 'twenty bytes garbage' }],
    { close: 4000 },
  ],
  ['[B3]', 'an empty text message', [{ opcode: text }], 'goes on'],
  ['[B3]', 'an empty binary message', [{ opcode: binary }], 'goes on'],
  ['[W2]', 'a message of 1,280 bytes', [{ opcode: text, payload: eventOf(1_280) }], 'goes on'],
  ['[W2]', 'a message of 1,281 bytes', [{ opcode: text, payload: eventOf(1_281) }], { close: 4000 }],
  [
    '[W2]',
    'a message that is 16 KiB too long',
    [{ opcode: text, payload: eventOf(1_280 + 16_384) }],
    { close: 4000 },
  ],
  [
    '[W2]',
    'a message that is 16 KiB and a byte too long',
    [{ opcode: text, payload: eventOf(1_281 + 16_384) }],
    'cut',
  ],
  [
    '[W2]',
    'fragments that are 16 KiB too long together',
    fragments(text, Buffer.from(eventOf(1_280 + 16_384)), 1_000),
    { close: 4000 },
  ],
  [
    '[W2]',
    'fragments that are 16 KiB and a byte too long together',
    fragments(text, Buffer.from(eventOf(1_281 + 16_384)), 1_000),
    'cut',
  ],
])('[H10] RFC 6455 %s: %s', async (_rule, _what, sent, becomes) => {
  const socket = await follow();
  socket.send(...sent);
  await expectTo(becomes, socket);
});

describe('[H10] what the addon forgives, or answers with less than it should', () => {
  test.each<[rule: string, what: string, sent: Frame[], becomes: Outcome]>([
    // The RFC wants 1002 in reply: the addon replies without a code.
    ...[0, 999, 1004, 1005, 1006, 1012, 1015, 2999, 3000, 3999, 5000, 65_535].map(
      (code): [string, string, Frame[], Outcome] => [
        '7.4.1',
        `a close with ${code}`,
        [{ opcode: close, payload: closePayload(code) }],
        { close: undefined },
      ],
    ),
    ['5.5.1', 'a close with one byte', [{ opcode: close, payload: 'x' }], { close: undefined }],
    [
      '5.5.1',
      'a close whose reason is no UTF-8',
      [{ opcode: close, payload: closePayload(1000, bytes(0xff)) }],
      { close: undefined },
    ],
    // The RFC wants the most compact form.
    [
      '5.2',
      'a length of 16 bits that 7 would hold',
      [{ opcode: text, payload: hum, lengthBytes: 2 }],
      'goes on',
    ],
    [
      '5.2',
      'a length of 64 bits that 7 would hold',
      [{ opcode: text, payload: hum, lengthBytes: 8 }],
      'goes on',
    ],
    // The RFC wants it to fail at once: what is without a mask is read as though it had one, and is garbage.
    [
      '5.1',
      'text without a mask, and what follows',
      [
        { opcode: text, payload: hum, isMasked: false },
        { opcode: text, payload: hum, isMasked: false },
      ],
      'cut',
    ],
    // It counts as binary data, which a follower may not send.
    [
      '5.4',
      'a binary message between fragments of text',
      [{ opcode: text, payload: '{', fin: false }, { opcode: binary }],
      { close: 4000 },
    ],
  ])('RFC 6455 %s: %s', async (_rule, _what, sent, becomes) => {
    const socket = await follow();
    socket.send(...sent);
    await expectTo(becomes, socket);
  });
});

test('[H10] RFC 6455 5.5.3: a pong has what its ping had, and pings are answered in order', async () => {
  const socket = await follow();
  const payloads = ['', 'x', 'x'.repeat(125)];
  socket.send(...payloads.map((payload) => ({ opcode: ping, payload })));
  await socket.heard.untilAll('three pongs', () => pongsOf(socket).length === 3);
  expect(pongsOf(socket)).toEqual(payloads);
});

describe('[W1] fixes are taken however they are cut', () => {
  test('in fragments of any length, with pings between, each byte in a packet of its own', async () => {
    const driven = await Ride.start(node.url);
    const head = handshakeHead(driven.drivePath(), driven.driverToken);
    const driver = await RawSocket.open(node.port, head);
    const fixes = encodeFixes(driven.fixesAt(...numbers(64)));
    const cut = fragments(binary, Buffer.from(fixes), 40).flatMap((frame) => [frame, { opcode: ping }]);
    await driver.sendByteByByte(...cut);
    const isAck = ({ payload }: { payload: Buffer }) =>
      payload.includes(`"ack","time":${driven.startedAt + 63}`);
    await driver.heard.untilAll('the ack', () => driver.frames.some(isAck));
    expect(await driven.track()).toHaveLength(64);
    driver.drop();
  });

  test('and in text', async () => {
    const driven = await Ride.start(node.url);
    const headers = { 'Sec-WebSocket-Protocol': `tripcast.v1+json, bearer.${driven.driverToken}` };
    const head = handshakeHead(driven.drivePath(), driven.driverToken, headers);
    const driver = await RawSocket.open(node.port, head);
    const fix = JSON.stringify({ type: 'fix', ...fixAt(driven.startedAt) });
    driver.send(...fragments(text, Buffer.from(fix), 3));
    await driver.heard.untilAll('the ack', () =>
      driver.frames.some(({ payload }) => payload.includes('"ack"')),
    );
    expect(await driven.track()).toEqual([driven.startedAt]);
    driver.drop();
  });
});

test('[H3] compression that is offered is not agreed to', async () => {
  const socket = await RawSocket.open(
    node.port,
    handshakeHead(ride.followPath(), ride.riderToken, {
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits, x-webkit-deflate-frame',
    }),
  );
  expect(socket.answer).not.toMatch(/sec-websocket-extensions/i);
  socket.send({ opcode: text, payload: bytes(0xaa, 0x56, 0x2a), reserved: 4 }); // a compressed message all the same
  await expectTo('cut', socket);
});

test.each<[rule: string, what: string, head: () => string, status: RegExp]>([
  [
    '4.1',
    'a POST',
    () => handshakeHead('', ride.riderToken, {}, `POST ${ride.followPath()} HTTP/1.1`),
    /^HTTP\/1.1 404 /,
  ],
  [
    '4.2.1',
    'that wants another protocol',
    () => handshakeHead(ride.followPath(), ride.riderToken, { Upgrade: 'h2c' }),
    /^HTTP\/1.1 400 /,
  ],
  [
    '4.2.1',
    'without Upgrade',
    () => handshakeHead(ride.followPath(), ride.riderToken, { Upgrade: undefined }),
    /^HTTP\/1.1 400 /,
  ],
  [
    '4.2.1',
    'without a key, which is no handshake',
    () => handshakeHead(ride.followPath(), ride.riderToken, { 'Sec-WebSocket-Key': undefined }),
    /^HTTP\/1.1 404 /,
  ],
  [
    '4.2.1',
    'with a key of another length, which is none',
    () => handshakeHead(ride.followPath(), ride.riderToken, { 'Sec-WebSocket-Key': 'abc' }),
    /^HTTP\/1.1 404 /,
  ],
  [
    '4.4',
    'of another version',
    () => handshakeHead(ride.followPath(), ride.riderToken, { 'Sec-WebSocket-Version': '12' }),
    /^HTTP\/1.1 400 [\s\S]*\r\nSec-WebSocket-Version: 13\r\n/,
  ],
  [
    '4.2.1',
    'without a host',
    () => handshakeHead(ride.followPath(), ride.riderToken, { Host: undefined }),
    /^HTTP\/1.1 400 /,
  ],
  [
    '4.2.1',
    'of HTTP/1.0',
    () => handshakeHead('', ride.riderToken, {}, `GET ${ride.followPath()} HTTP/1.0`),
    /^HTTP\/1.1 (400|505) /,
  ],
])('[H8] RFC 6455 %s: a handshake %s', async (_rule, _what, head, status) => {
  const socket = await dial(node.port);
  socket.write(head());
  expect((await readHead(socket)).head).toMatch(status);
  socket.destroy();
});

async function expectTo(outcome: Outcome, socket: RawSocket): Promise<void> {
  if (outcome === 'goes on') {
    socket.send({ opcode: ping, payload: 'alive?' });
    await socket.heard.untilAll(
      'a pong or the end',
      () => socket.isOver || pongsOf(socket).includes('alive?'),
    );
    expect(outcomeOf(socket)).toBe('goes on');
    socket.drop();
  } else {
    await socket.heard.untilAll('the end', () => socket.isOver);
    expect(outcomeOf(socket)).toEqual(outcome);
    expect(socket.frames.at(-1)?.opcode === close || outcome === 'cut').toBe(true); // nothing after a close
  }
}

function outcomeOf(socket: RawSocket): Outcome {
  const closed = socket.frames.find(({ opcode }) => opcode === close);
  if (closed) return { close: closed.payload.length >= 2 ? closed.payload.readUInt16BE() : undefined };
  return socket.isOver ? 'cut' : 'goes on';
}

function pongsOf(socket: RawSocket): string[] {
  return socket.frames.filter(({ opcode }) => opcode === pong).map(({ payload }) => payload.toString());
}

/** A message cut into frames of so many bytes. */
function fragments(opcode: number, payload: Buffer, bytesEach: number): Frame[] {
  const count = Math.ceil(payload.length / bytesEach);
  return numbers(count).map((index) => ({
    opcode: index === 0 ? opcode : continuation,
    payload: payload.subarray(index * bytesEach, (index + 1) * bytesEach),
    fin: index === count - 1,
  }));
}
