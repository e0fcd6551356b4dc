import { describe, expect, test } from '@jest/globals';
import { CLEAR_CONDITIONS, conditionsUnder, type RadioFault } from '../../src/faults/radio-conditions.ts';
import { playRadioFaults } from '../../src/faults/radio-schedule.ts';
import { randomFrom } from '../../src/random.ts';
import { SteppedClock } from '../stepped-clock.ts';

/** What a link was told, and when. */
async function played(faults: RadioFault[], forMs: number, seed = 1): Promise<[number, string][]> {
  const clock = new SteppedClock();
  const told: [number, string][] = [];
  const tell = (text: string) => told.push([Math.round(clock.now()), text]);
  const stop = playRadioFaults({
    link: {
      setConditions: ({ coverage, bytesPerSecond }) => tell(`${coverage} ${bytesPerSecond}`),
      cut: () => tell('cut'),
      forget: () => tell('forget'),
    },
    faults,
    clock,
    random: randomFrom(seed),
    startMs: 0,
  });
  await clock.pass(forMs);
  stop();
  const soFar = told.length;
  await clock.pass(forMs);
  expect(told).toHaveLength(soFar);
  return told;
}

describe('the conditions under several faults', () => {
  test('none: a clear link', () => {
    expect(conditionsUnder([])).toEqual(CLEAR_CONDITIONS);
  });

  test('latencies add up, the slowest counts, a tunnel beats a refusal in either order', () => {
    expect(
      conditionsUnder([
        { kind: 'latency', leastMs: 10, mostMs: 20 },
        { kind: 'slow', bytesPerSecond: 1_000 },
        { kind: 'latency', leastMs: 100, mostMs: 300 },
        { kind: 'slow', bytesPerSecond: 5_000 },
        { kind: 'stalled-reader' },
      ]),
    ).toEqual({
      latencyMs: { least: 110, most: 320 },
      bytesPerSecond: 1_000,
      coverage: 'clear',
      isReaderStalled: true,
    });
    expect(conditionsUnder([{ kind: 'tunnel' }, { kind: 'refusing' }]).coverage).toBe('none');
    expect(conditionsUnder([{ kind: 'refusing' }, { kind: 'tunnel' }]).coverage).toBe('none');
  });
});

describe('radio faults in their time', () => {
  test('begin and end when they are to, also where they overlap; stopping stops them', async () => {
    const told = await played(
      [
        { kind: 'slow', bytesPerSecond: 1_000, when: { fromMs: 5_000 } },
        { kind: 'tunnel', when: { fromMs: 10_000, untilMs: 70_000 } },
        { kind: 'cut', when: { fromMs: 80_000, untilMs: 80_001 } },
        { kind: 'half-open', when: { fromMs: 90_000, untilMs: 90_001 } },
      ],
      5_000_000,
    );
    expect(told).toEqual([
      [0, 'clear Infinity'],
      [5_000, 'clear 1000'],
      [10_000, 'none 1000'],
      [70_000, 'clear 1000'],
      [80_000, 'cut'],
      [90_000, 'forget'],
    ]);
  });

  test('flap as often as told, by chance; the same seed flaps the same', async () => {
    const flapping: RadioFault[] = [
      { kind: 'refusing', when: { everyMs: 20_000, lastsMs: { least: 1_000, most: 5_000 } } },
    ];
    const told = await played(flapping, 4_000_000);
    const begins = told.filter(([, text]) => text.startsWith('refused')).length;
    expect(begins).toBeGreaterThan(150); // 200 ± 14
    expect(begins).toBeLessThan(250);
    expect(await played(flapping, 4_000_000)).toEqual(told);
    expect(await played(flapping, 4_000_000, 2)).not.toEqual(told);
  });
});
