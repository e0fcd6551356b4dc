import { describe, expect, test } from '@jest/globals';
import { FAULT_PROFILES } from '../src/faults/index.ts';
import { HELP, parseOptions } from '../src/options.ts';

const mistakes = (...args: string[]) => {
  const parsed = parseOptions(args);
  return 'mistakes' in parsed ? parsed.mistakes : [];
};

describe('the command line', () => {
  test('needs nothing', () => {
    expect(parseOptions([])).toEqual({
      options: {
        urls: ['http://localhost:8080'],
        drivers: 25,
        seed: 1,
        speedup: 1,
        city: 'montevideo',
        tripsPerDriver: Number.POSITIVE_INFINITY,
        quiet: false,
        faults: [{ name: 'calm', share: 1 }],
        replay: [],
        liveFaults: false,
      },
    });
  });

  test('takes several nodes, and all else', () => {
    const line = '--url http://a:1,https://b --drivers 3 --seed 9 --speedup 2.5 --trips-per-driver 4 --quiet';
    expect(parseOptions(line.split(' '))).toMatchObject({
      options: {
        urls: ['http://a:1', 'https://b'],
        drivers: 3,
        seed: 9,
        speedup: 2.5,
        tripsPerDriver: 4,
        quiet: true,
      },
    });
  });

  test.each([
    [['--drivers', 'many'], '--drivers must be a whole number from 1 to 10000, not "many"'],
    [['--drivers', '0'], '--drivers must be a whole number from 1 to 10000, not "0"'],
    [['--drivers', ''], '--drivers must be a whole number from 1 to 10000, not ""'],
    [['--seed', '1.5'], '--seed must be a whole number from 0 to 2147483648, not "1.5"'],
    [['--speedup', '0'], '--speedup must be a number from 0.1 to 60, not "0"'],
    [['--trips-per-driver', 'x'], '--trips-per-driver must be a whole number from 1 to 1000000, not "x"'],
    [['--url', 'localhost:8080'], '--url must be like http://localhost:8080, not "localhost:8080"'],
    [['--url', 'http://a:1,'], '--url must be like http://localhost:8080, not ""'],
    [['--city', 'atlantis'], '--city must be one of: montevideo; not "atlantis"'],
    [['--faults', 'rain'], '--faults must be one of: none, calm, city, tunnel, flapping,'],
    [['--faults', 'calm,tunnel:2'], 'tunnel may be for a share of the drivers, above 0 up to 1; not "2"'],
    [['--faults', 'calm,'], '--faults must be one of: none, calm, city, tunnel, flapping,'],
    [['--replay', 'a.gpx', '--speedup', '2'], 'leave --speedup out'],
    [['--speed', '2'], "Unknown option '--speed'"],
    [['8080'], "Unexpected argument '8080'"],
  ])('%j is answered with what is wrong', (args, mistake) => {
    expect(mistakes(...args)).toEqual([expect.stringContaining(mistake)]);
  });

  test('composes faults, each for a share of the drivers', () => {
    expect(parseOptions(['--faults', 'city,tunnel:0.3'])).toMatchObject({
      options: {
        faults: [
          { name: 'city', share: 1 },
          { name: 'tunnel', share: 0.3 },
        ],
      },
    });
  });

  test('replays with one driver for each file, unless told how many', () => {
    const parsed = (line: string) => parseOptions(line.split(' '));
    expect(parsed('--replay a.gpx --replay b.geojson --record c.gpx')).toMatchObject({
      options: { drivers: 2, replay: ['a.gpx', 'b.geojson'], record: 'c.gpx' },
    });
    expect(parsed('--replay a.gpx --drivers 5')).toMatchObject({ options: { drivers: 5 } });
  });

  test('its manual tells every fault profile', () => {
    for (const [name, { description }] of Object.entries(FAULT_PROFILES)) {
      expect(HELP).toMatch(new RegExp(`^    ${name} `, 'm'));
      expect(HELP).toContain(description.split(' ').slice(0, 4).join(' '));
    }
    for (const line of HELP.split('\n')) expect(line.length).toBeLessThan(96);
  });

  test('tells all mistakes at once', () => {
    expect(mistakes('--drivers', 'x', '--seed', 'y')).toHaveLength(2);
  });

  test('its manual names every option', () => {
    for (const flag of [
      'url',
      'drivers',
      'seed',
      'speedup',
      'city',
      'trips-per-driver',
      'faults',
      'replay',
      'record',
      'quiet',
      'help',
    ]) {
      expect(HELP).toContain(`--${flag}`);
    }
    expect(parseOptions(['--help', '--drivers', 'x'])).toEqual({ help: true });
  });
});
