import { describe, expect, test } from '@jest/globals';
import { decodeFixes, encodeFixes, type Fix } from '@tripcast/protocol';
import fc from 'fast-check';
import {
  clockSkewMs,
  type Delivery,
  type DeviceFault,
  deviceFaults,
} from '../../src/faults/device-faults.ts';
import { FAULT_PROFILES } from '../../src/faults/fault-profiles.ts';
import { metresBetween } from '../../src/ground.ts';
import { randomFrom } from '../../src/random.ts';

const START_MS = 1_800_000_000_000;
const HOUR_S = 3_600;

/** A car that drives east at 10 m/s, once a second. */
function drive(seconds: number, from = { latitude: -34.9, longitude: -56.17 }): Fix[] {
  const metresPerDegree = 111_195 * Math.cos((from.latitude * Math.PI) / 180);
  return Array.from({ length: seconds }, (_, second) => ({
    latitude: from.latitude,
    longitude: from.longitude + (second * 10) / metresPerDegree,
    heading: 90,
    speed: 10,
    accuracy: 5,
    time: START_MS + second * 1_000,
    simulated: true,
  }));
}

function suffer(faults: readonly DeviceFault[], fixes: Fix[], seed = 1): Delivery[] {
  const step = deviceFaults(faults, randomFrom(seed, 'device'), START_MS);
  return fixes.flatMap(step);
}

/** As the app gets them. */
function arrivals(deliveries: Delivery[]): Fix[] {
  return deliveries.toSorted((a, b) => a.atMs - b.atMs).map(({ fix }) => fix);
}

const shareOf = (count: number, all: number) => count / all;
const fixes = drive(4 * HOUR_S);
const anyFault: fc.Arbitrary<DeviceFault> = fc.constantFrom(
  ...Object.values(FAULT_PROFILES).flatMap(({ parts }) =>
    parts.flatMap((part): readonly DeviceFault[] => ('device' in part ? part.device : [])),
  ),
);

describe('a phone without faults', () => {
  test('delivers each fix as it is, at its own time', () => {
    expect(suffer([], fixes)).toEqual(fixes.map((fix) => ({ fix, atMs: fix.time })));
  });

  test('and so does one whose faults are not now', () => {
    const when = { fromMs: 24 * HOUR_S * 1_000 };
    const later: DeviceFault[] = [
      { kind: 'dead', when },
      { kind: 'noisy', radiusMetres: 50, when },
      { kind: 'displaced', metres: 500, when },
      { kind: 'frozen', when },
      { kind: 'missing', fields: ['heading'], when },
      { kind: 'skewed', ms: 1_000, when },
      { kind: 'lost', share: 1, when },
      { kind: 'jittered', leastMs: 10, mostMs: 20, when },
      { kind: 'reordered', share: 1, leastMs: 10, mostMs: 20, when },
      { kind: 'duplicated', share: 1, leastMs: 10, mostMs: 20, when },
    ];
    expect(suffer(later, fixes)).toEqual(suffer([], fixes));
  });
});

describe('any faults', () => {
  test('come again from the same seed, and differ with another', () => {
    const { device } = FAULT_PROFILES.city.parts[0];
    expect(suffer(device, fixes)).toEqual(suffer(device, fixes));
    expect(suffer(device, fixes)).not.toEqual(suffer(device, fixes, 2));
  });

  test('in whatever order kinds are listed, the same happens; and every fix still fits on the wire', () => {
    const some = drive(600);
    fc.assert(
      fc.property(
        fc.uniqueArray(anyFault, { selector: ({ kind }) => kind, maxLength: 8 }),
        fc.integer(),
        fc.integer(),
        (faults, seed, order) => {
          const random = randomFrom(order);
          const shuffled = faults
            .map((fault) => ({ fault, at: random() }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ fault }) => fault);
          const deliveries = suffer(faults, some, seed);
          expect(suffer(shuffled, some, seed)).toEqual(deliveries);
          for (const { fix } of deliveries) expect(decodeFixes(encodeFixes([fix]))).toHaveLength(1);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('one more of another kind changes nothing in the others', () => {
    const lost: DeviceFault = { kind: 'lost', share: 0.3 };
    const times = (deliveries: Delivery[]) => deliveries.map(({ fix }) => fix.time);
    const noisy: DeviceFault = { kind: 'noisy', radiusMetres: 9 };
    expect(times(suffer([lost, noisy], fixes))).toEqual(times(suffer([lost], fixes)));
  });

  test('happen in their order: a clock stamps what was lost before or comes late, and a frozen place is a wrong one', () => {
    const faults: DeviceFault[] = [
      { kind: 'skewed', ms: 5_000 },
      { kind: 'frozen', when: { fromMs: 10_000, untilMs: 20_000 } },
      { kind: 'displaced', metres: 100, when: { fromMs: 9_000, untilMs: 10_000 } },
      { kind: 'jittered', leastMs: 300, mostMs: 300 },
    ];
    const got = suffer(faults, drive(12));
    const displaced = metresBetween(got[9]!.fix, fixes[9]!);
    expect(displaced).toBeCloseTo(100, 0);
    expect(got[11]).toEqual({
      fix: { ...got[9]!.fix, time: START_MS + 11_000 + 5_000 },
      atMs: START_MS + 11_000 + 300,
    });
  });
});

describe('each fault', () => {
  test('lost: the share is right, and what is left is as it was', () => {
    const left = suffer([{ kind: 'lost', share: 0.1 }], fixes);
    expect(Math.abs(shareOf(left.length, fixes.length) - 0.9)).toBeLessThan(0.01); // 4 σ
    const given = new Set(fixes);
    for (const { fix } of left) expect(given.has(fix)).toBe(true);
  });

  test('duplicated: so many come twice, the same fix, a moment later', () => {
    const got = suffer([{ kind: 'duplicated', share: 0.05, leastMs: 100, mostMs: 900 }], fixes);
    const copies = got.filter(({ fix }, index) => got[index - 1]?.fix === fix);
    expect(Math.abs(shareOf(copies.length, fixes.length) - 0.05)).toBeLessThan(0.0075);
    for (const { fix, atMs } of copies) {
      expect(atMs - fix.time).toBeGreaterThanOrEqual(100);
      expect(atMs - fix.time).toBeLessThanOrEqual(900);
    }
  });

  test('jittered: delays fill their range, and none overtakes another', () => {
    const got = suffer([{ kind: 'jittered', leastMs: 0, mostMs: 2_000 }], fixes);
    expect(arrivals(got)).toEqual(fixes);
    const delays = got.map(({ fix, atMs }) => atMs - fix.time);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2_000);
    expect(Math.max(...delays)).toBeGreaterThan(1_990);
  });

  test('reordered: so many arrive after a later one, none more than the bound after its turn', () => {
    const got = suffer([{ kind: 'reordered', share: 0.05, leastMs: 1_001, mostMs: 2_000 }], fixes);
    let newest = 0;
    let late = 0;
    for (const { time } of arrivals(got)) {
      if (time < newest) late++;
      newest = Math.max(newest, time);
    }
    // One that is followed by another late one may still be in order: 0.05 × (1 − 0.05 / 2).
    expect(Math.abs(shareOf(late, fixes.length) - 0.0488)).toBeLessThan(0.0075);
    for (const { fix, atMs } of got) expect(atMs - fix.time).toBeLessThanOrEqual(2_000);
  });

  test('noisy: 68 % are within the radius, it wanders, and the receiver says so', () => {
    const within: boolean[] = [];
    const accuracies = new Set<number>();
    for (let phone = 0; phone < 3_000; phone++) {
      const [first, second] = suffer([{ kind: 'noisy', radiusMetres: 12 }], drive(2), phone);
      within.push(metresBetween(first!.fix, fixes[0]!) <= 12);
      const moved = metresBetween(first!.fix, fixes[0]!) - metresBetween(second!.fix, fixes[1]!);
      expect(Math.abs(moved)).toBeLessThan(12); // σ of a second is some 2 m
      accuracies.add(first!.fix.accuracy!);
    }
    expect(Math.abs(shareOf(within.filter(Boolean).length, within.length) - 0.68)).toBeLessThan(0.035);
    expect([...accuracies]).toEqual([13]);
  });

  test('displaced: each episode lies as far off as told, in its own direction; outside nothing does', () => {
    const when = { everyMs: 300_000, lastsMs: 20_000 };
    const got = suffer([{ kind: 'displaced', metres: 20, when }], fixes);
    const directions = new Set<string>();
    let displaced = 0;
    got.forEach(({ fix }, index) => {
      const metres = metresBetween(fix, fixes[index]!);
      if (fix.latitude === fixes[index]!.latitude) return;
      displaced++;
      expect(metres).toBeCloseTo(20, 1);
      directions.add((fix.latitude - fixes[index]!.latitude).toFixed(8));
    });
    expect(shareOf(displaced, fixes.length)).toBeGreaterThan(0.03); // 20 s of 300 are 6.7 %, in some 48 episodes
    expect(shareOf(displaced, fixes.length)).toBeLessThan(0.1);
    expect(directions.size).toBeGreaterThan(25);
  });

  test('displaced: over the date line too', () => {
    const [car] = drive(1, { latitude: 10, longitude: 179.999 });
    const longitudes = Array.from({ length: 20 }, (_, seed) => {
      const [moved] = suffer([{ kind: 'displaced', metres: 2_000, when: {} }], [car!], seed);
      return moved!.fix.longitude;
    });
    for (const longitude of longitudes) expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
    expect(longitudes.some((longitude) => longitude < 0)).toBe(true);
  });

  test('frozen: place, heading and speed stay, times go on', () => {
    const when = { fromMs: 100_000, untilMs: 110_000 };
    const got = suffer([{ kind: 'frozen', when }], fixes).map(({ fix }) => fix);
    expect(got.map(({ time }) => time)).toEqual(fixes.map(({ time }) => time));
    for (let second = 100; second < 110; second++) {
      expect(got[second]).toEqual({ ...fixes[99], time: fixes[second]!.time });
    }
    expect(got[110]).toEqual(fixes[110]);
  });

  test('missing: what is missing is absent, not 0, in the share of fixes', () => {
    const all = suffer([{ kind: 'missing', fields: ['heading', 'speed'] }], drive(100));
    for (const { fix } of all) {
      expect(fix).not.toHaveProperty('heading');
      expect(fix).not.toHaveProperty('speed');
      expect(fix).toHaveProperty('accuracy');
    }
    const some = suffer([{ kind: 'missing', fields: ['speed'], share: 0.5 }], fixes);
    const without = some.filter(({ fix }) => fix.speed === undefined);
    expect(Math.abs(shareOf(without.length, fixes.length) - 0.5)).toBeLessThan(0.02);
  });

  test('skewed: constant, drifting and stepped add up; delivery follows the right clock', () => {
    const faults: DeviceFault[] = [
      { kind: 'skewed', ms: 45_000 },
      { kind: 'skewed', ms: 0, driftPpm: 200 },
      { kind: 'skewed', ms: -30_000, when: { fromMs: 600_000 } },
    ];
    const skews = suffer(faults, fixes).map(({ fix, atMs }) => fix.time - atMs);
    expect(skews[0]).toBe(45_000);
    expect(skews[599]).toBe(45_000 + 120);
    expect(skews[600]).toBe(45_000 + 120 - 30_000);
    expect(skews[HOUR_S]).toBe(15_000 + 720);
    expect(clockSkewMs(faults, 600_000)).toBe(15_120);
  });

  test('dead: nothing is measured until the phone is charged', () => {
    const got = suffer([{ kind: 'dead', when: { fromMs: 60_000, untilMs: 120_000 } }], fixes);
    expect(got.map(({ fix }) => fix)).toEqual([...fixes.slice(0, 60), ...fixes.slice(120)]);
  });
});

test('the city loses 10 %, reorders 5 %, delays up to 2 s', () => {
  const got = suffer(FAULT_PROFILES.city.parts[0].device, fixes);
  const distinct = new Set(got.map(({ fix }) => fix.time));
  expect(Math.abs(shareOf(distinct.size, fixes.length) - 0.9)).toBeLessThan(0.01);
  let newest = 0;
  let late = 0;
  for (const { time } of arrivals(got)) {
    if (time < newest) late++;
    newest = Math.max(newest, time);
  }
  expect(Math.abs(shareOf(late, got.length) - 0.05)).toBeLessThan(0.01);
});
