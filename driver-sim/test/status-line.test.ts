import { describe, expect, test } from '@jest/globals';
import { StatusLine } from '../src/status-line.ts';
import { SteppedClock } from './stepped-clock.ts';

function shown(terminal: { isTTY?: boolean; columns?: number }) {
  const clock = new SteppedClock();
  const written: string[] = [];
  let count = 0;
  const output = { ...terminal, write: (text: string) => written.push(text) };
  return { clock, written, line: new StatusLine(output, clock, () => `status ${++count}`) };
}

describe('the status line', () => {
  test('is rewritten in place each second on a terminal', async () => {
    const { clock, written } = shown({ isTTY: true, columns: 80 });
    await clock.pass(2_000);
    expect(written).toEqual(['\r\x1b[2Kstatus 1', '\r\x1b[2Kstatus 2']);
  });

  test('never wraps', async () => {
    const { clock, written } = shown({ isTTY: true, columns: 6 });
    await clock.pass(1_000);
    expect(written).toEqual(['\r\x1b[2Kstatu']);
  });

  test('is a new line every ten seconds elsewhere', async () => {
    const { clock, written } = shown({});
    await clock.pass(20_000);
    expect(written).toEqual(['status 1\n', 'status 2\n']);
  });

  test('makes room for a message, and goes when it is closed', async () => {
    const { clock, written, line } = shown({ isTTY: true });
    await clock.pass(1_000);
    line.say('hello');
    line.close();
    line.close();
    await clock.pass(10_000);
    expect(written.slice(1)).toEqual(['\r\x1b[2K', 'hello\n']);
  });
});
