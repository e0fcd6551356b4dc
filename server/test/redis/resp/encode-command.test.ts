import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeCommand } from '../../../src/redis/resp/encode-command.ts';

test('a command is an array of bulk strings, lengths in bytes', () => {
  const bytes = encodeCommand(['SET', 'plaça', Buffer.from([0x0d, 0x0a, 0xff])]);
  expect(bytes.toString('latin1')).toBe(
    `*3\r\n$3\r\nSET\r\n$6\r\n${Buffer.from('plaça').toString('latin1')}\r\n$3\r\n\r\n\xff\r\n`,
  );
});

test('any arguments, however many and long, are written as the plain way writes them', () => {
  const argument = fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 2_000 }));
  fc.assert(
    fc.property(fc.array(argument, { minLength: 1, maxLength: 600 }), (args) => {
      const plain = args.flatMap((arg) => {
        const bytes = Buffer.from(arg as string);
        return [Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')];
      });
      const expected = Buffer.concat([Buffer.from(`*${args.length}\r\n`), ...plain]);
      expect(encodeCommand(args).equals(expected)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
