import { expect, test } from '@jest/globals';
import { socketsThatFit } from '../../src/limits/open-files.ts';

const NAMES = 'Limit                     Soft Limit           Hard Limit           Units\n';
const files = (soft: string) =>
  `${NAMES}Max open files            ${soft.padEnd(20)} 1048576              files\n`;

function fit(wanted: number, limits: string) {
  const told: string[] = [];
  const log = {
    info: (_: object, text: string) => void told.push(`info: ${text}`),
    warn: (_: object, text: string) => void told.push(`warn: ${text}`),
    error() {},
  };
  return { sockets: socketsThatFit(wanted, log, limits), told };
}

test.each([
  ['there are enough', 1_000, files('65536')],
  ['there is no limit', 1_000, files('unlimited')],
  ['nobody tells', 1_000, ''],
])('all sockets that are wanted fit when %s', (_, wanted, limits) => {
  expect(fit(wanted, limits)).toEqual({ sockets: wanted, told: [] });
});

test('fewer files mean fewer sockets, and the log says what to do', () => {
  expect(fit(100_000, files('1024'))).toEqual({
    sockets: 768,
    told: [expect.stringMatching(/^warn: only 1024 files may be open: the node takes 768 sockets; raise it/)],
  });
  expect(fit(100_000, files('20000')).told).toEqual([expect.stringMatching(/^info: /)]);
});
