import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { main } from '../src/main.ts';
import { SteppedClock } from './stepped-clock.ts';

async function run(...args: string[]) {
  return runWith({}, ...args);
}

async function runWith(env: Record<string, string>, ...args: string[]) {
  const written = { out: '', err: '' };
  const code = await main(args, {
    env,
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
    clock: new SteppedClock(),
    secretFile: pathToFileURL('/nonexistent/secret'),
    stop: new AbortController().signal,
  });
  return { code, ...written };
}

test('--help prints the manual and ends well', async () => {
  const { code, out, err } = await run('--help');
  expect(code).toBe(0);
  expect(out).toContain('Usage: npm run sim');
  expect(err).toBe('');
});

test('a mistake on the command line is said, with where to look, and ends with 2', async () => {
  expect(await run('--drivers', '-1')).toEqual({
    code: 2,
    out: '',
    err: expect.stringMatching(/--drivers.*\n"npm run sim -- --help"/),
  });
});

test('without a secret it says in one sentence where one comes from, and ends with 2', async () => {
  expect(await run()).toEqual({ code: 2, out: '', err: expect.stringMatching(/^There is no secret.*\n$/) });
});

test.each([
  [['--replay', '/nonexistent/drive.gpx'], '/nonexistent/drive.gpx: there is no such file\n'],
  [['--replay', 'drive.csv'], "drive.csv: a trace's name ends in .gpx or .geojson\n"],
  [['--record', '/nonexistent/drive.gpx'], "/nonexistent/drive.gpx: can't be written (ENOENT)\n"],
])('%j is answered with what is wrong, and ends with 2', async (args, err) => {
  expect(await runWith({ TRIPCAST_JWT_SECRET: 'x'.repeat(40) }, ...args)).toEqual({ code: 2, out: '', err });
});
