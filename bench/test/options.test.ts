import { describe, expect, test } from '@jest/globals';
import { HELP, parseOptions } from '../src/options.ts';

describe('the command line', () => {
  test('measures everything when nothing is said', () => {
    expect(parseOptions([])).toMatchObject({
      options: {
        measures: expect.arrayContaining(['shape-i', 'ramp', 'memory']),
        systems: expect.arrayContaining(['tripcast', 'socket-io', 'uws']),
        rounds: 3,
        isQuick: false,
      },
    });
  });

  test('takes some measures of some systems', () => {
    expect(parseOptions(['--measure', 'shape-i,ramp', '--systems', 'nats', '--rounds', '1'])).toMatchObject({
      options: { measures: ['shape-i', 'ramp'], systems: ['nats'], rounds: 1 },
    });
  });

  test.each([
    [['--measure', 'speed'], '--measure knows'],
    [['--systems', 'kafka'], '--systems knows'],
    [['--rounds', '0'], '--rounds must be'],
    [['--seconds', 'x'], '--seconds must be'],
    [['--fast'], '--fast'],
    [['shape-i'], 'what is "shape-i"?'],
  ])('%j is answered with what to do', (args, words) => {
    expect(parseOptions(args)).toEqual({ mistakes: [expect.stringContaining(words)] });
  });

  test('--help names each measure and each system', () => {
    expect(parseOptions(['--help'])).toEqual({ help: true });
    for (const name of ['shape-iii', 'resume', 'socket-io-sharded', 'tripcast-cluster'])
      expect(HELP).toContain(name);
  });
});
