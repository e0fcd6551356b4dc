import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ErrorReply, type Reply, ReplyReader } from '../../../src/redis/resp/reply-reader.ts';

type Heard = Reply | { channel: string; payload: string };

/** What is heard when bytes come in these pieces, each of which is overwritten when it has been read. */
function heard(pieces: Buffer[]): Heard[] {
  const all: Heard[] = [];
  const reader = new ReplyReader({
    reply: (reply) => all.push(reply),
    message: (channel, payload) => all.push({ channel, payload: Buffer.from(payload).toString('latin1') }),
  });
  for (const piece of pieces) {
    const taken = Buffer.from(piece);
    reader.read(taken);
    taken.fill(0xff);
  }
  return all;
}

/** Writes a reply as Redis does. */
function written(reply: Reply): Buffer {
  if (reply === null) return Buffer.from('$-1\r\n');
  if (typeof reply === 'number') return Buffer.from(`:${reply}\r\n`);
  if (typeof reply === 'string') return Buffer.from(`+${reply}\r\n`);
  if (reply instanceof ErrorReply) return Buffer.from(`-${reply.message}\r\n`);
  if (Buffer.isBuffer(reply))
    return Buffer.concat([Buffer.from(`$${reply.length}\r\n`), reply, Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map(written)]);
}

function message(channel: string, payload: Buffer): Buffer {
  return written([Buffer.from('smessage'), Buffer.from(channel), payload]);
}

const line = fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ' '));
const { reply } = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small' },
    line,
    fc.maxSafeInteger(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    line.map((text) => new ErrorReply(`ERR ${text}`)),
    fc.array(tie('reply'), { maxLength: 5 }),
  ),
}));

describe('what Redis answers', () => {
  test('is read, whatever it is, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(reply, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (replies, cuts) => {
          const whole = Buffer.concat(replies.map(written));
          const places = [
            0,
            ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b),
            whole.length,
          ];
          const pieces = places.slice(1).map((end, nth) => whole.subarray(places[nth], end));
          expect(heard(pieces)).toEqual(replies);
        },
      ),
    );
  });

  test('is read byte by byte, messages of channels among it', () => {
    const whole = Buffer.concat([
      written([1, Buffer.from('one'), null]),
      message('live:{a}', Buffer.from('\r\n$3\r\n*1')),
      message('live:{b}', Buffer.alloc(0)),
      written('OK'),
      message('live:{a}', Buffer.alloc(70_000, 7)),
      written([Buffer.from('ssubscribe'), Buffer.from('live:{c}'), 3]),
    ]);
    const expected = [
      [1, Buffer.from('one'), null],
      { channel: 'live:{a}', payload: '\r\n$3\r\n*1' },
      { channel: 'live:{b}', payload: '' },
      'OK',
      { channel: 'live:{a}', payload: '\x07'.repeat(70_000) },
      [Buffer.from('ssubscribe'), Buffer.from('live:{c}'), 3],
    ];
    expect(heard([whole])).toEqual(expected);
    for (let cut = 1; cut < 200; cut++) {
      expect(heard([whole.subarray(0, cut), whole.subarray(cut)])).toEqual(expected);
    }
    const small = whole.subarray(0, 150);
    expect(heard(Array.from(small, (byte) => Buffer.from([byte])))).toEqual(heard([small]));
  });

  test('nil, negative and empty ones are told apart', () => {
    expect(heard([Buffer.from('*-1\r\n$-1\r\n*0\r\n$0\r\n\r\n:-7\r\n+\r\n')])).toEqual([
      null,
      null,
      [],
      Buffer.alloc(0),
      -7,
      '',
    ]);
  });

  test('that is no RESP throws, rather than be waited for', () => {
    expect(() => heard([Buffer.from('HTTP/1.1 400 Bad Request\r\n')])).toThrow('no reply of Redis');
  });
});
