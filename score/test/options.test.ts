import { describe, expect, test } from '@jest/globals';
import { main } from '../src/main.ts';
import { parseOptions } from '../src/options.ts';

describe('the command line', () => {
  test('names a scenario, and may say how', () => {
    expect(parseOptions(['city', '--seed', '7', '--scale', '0.1', '--json', 'out.json'])).toEqual({
      options: expect.objectContaining({ scenario: 'city', seed: 7, scale: 0.1, json: 'out.json' }),
    });
  });

  test('composes faults with any scenario, each for a share of the drivers', () => {
    expect(parseOptions(['calm', '--faults', 'flapping,bad-clock:0.5'])).toMatchObject({
      options: {
        faults: [
          { name: 'flapping', share: 1 },
          { name: 'bad-clock', share: 0.5 },
        ],
      },
    });
  });

  test('says how many look, or leaves that to what the run bears', () => {
    expect(parseOptions(['city', '--looking', '300'])).toMatchObject({ options: { looking: 300 } });
    expect(parseOptions(['city'])).toMatchObject({ options: { looking: undefined } });
    expect(parseOptions(['city', '--looking', '0'])).toMatchObject({
      mistakes: [expect.stringMatching(/--looking must be a number from 1/)],
    });
  });

  test('writes a report unless told not to', () => {
    const reportOf = (...args: string[]) => {
      const parsed = parseOptions(args);
      return 'options' in parsed && parsed.options.report;
    };
    expect(reportOf('city')).toBe('artifacts/score-city.html');
    expect(reportOf('city', '--report', 'out.html')).toBe('out.html');
    expect(reportOf('city', '--no-report')).toBeUndefined();
  });

  test.each([
    [[], /name one scenario: calm, city/],
    [['atlantis'], /not "atlantis"/],
    [['calm', 'city'], /not "calm city"/],
    [['calm', '--scale', '0'], /--scale must be a number from 0.001/],
    [['calm', '--seed', ''], /--seed must be a number/],
    [['calm', '--duration', '1'], /--duration must be/],
    [['calm', '--no-route'], /goes with --virtual/],
    [['calm', '--speed', '1'], /--speed/],
    [['calm', '--faults', 'rain'], /--faults must be one of: none, calm, city, tunnel/],
  ])('%j is answered with what to do instead', (args, mistake) => {
    const parsed = parseOptions(args);
    expect('mistakes' in parsed && parsed.mistakes.join('\n')).toMatch(mistake);
  });
});

describe('the command', () => {
  const run = async (...args: string[]) => {
    const [stdout, stderr]: [string[], string[]] = [[], []];
    const code = await main(args, {
      stdout: { write: (text) => stdout.push(text) },
      stderr: { write: (text) => stderr.push(text) },
      stop: new AbortController().signal,
    });
    return { code, stdout: stdout.join(''), stderr: stderr.join('') };
  };

  test('helps', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('node-killed');
  });

  test('says what is wrong with its arguments', async () => {
    const { code, stderr } = await run('nothing');
    expect(code).toBe(2);
    expect(stderr).toMatch(/name one scenario/);
  });
});
