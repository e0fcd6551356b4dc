import { describe, expect, test } from '@jest/globals';
import {
  composedProfile,
  deviceFaults,
  FAULT_PROFILES,
  type FaultProfile,
  faultsOf,
  playRadioFaults,
} from '../../src/faults/index.ts';
import { randomFrom } from '../../src/random.ts';
import { SteppedClock } from '../stepped-clock.ts';

const profiles: [string, FaultProfile][] = Object.entries(FAULT_PROFILES);

describe.each(profiles)('the faults of %s', (_name, profile) => {
  test('are the same for the same seed, and hold for an hour', async () => {
    for (let vehicle = 0; vehicle < 10; vehicle++) {
      const faults = faultsOf(profile, randomFrom('faults', vehicle));
      expect(faultsOf(profile, randomFrom('faults', vehicle))).toEqual(faults);
      const device = deviceFaults(faults.device, randomFrom('device', vehicle), 0);
      let earliestMs = Number.POSITIVE_INFINITY;
      for (let ms = 0; ms < 3_600_000; ms += 1_000) {
        const deliveries = device({ latitude: 1, longitude: 2, time: ms });
        for (const { atMs } of deliveries) earliestMs = Math.min(earliestMs, atMs - ms);
      }
      expect(earliestMs).toBeGreaterThanOrEqual(0); // nothing is delivered before it is measured
      const clock = new SteppedClock();
      const link = { setConditions: () => {}, cut: () => {}, forget: () => {} };
      const stop = playRadioFaults({ link, faults: faults.radio, clock, random: randomFrom(1), startMs: 0 });
      await clock.pass(3_600_000);
      stop();
    }
  });
});

test('a part with a share strikes that share of the vehicles, others all', () => {
  const profile: FaultProfile = {
    description: '',
    parts: [
      { device: [{ kind: 'lost', share: 1 }] },
      { share: 0.2, radio: [{ kind: 'slow', bytesPerSecond: 1_000 }] },
    ],
  };
  const struck = Array.from({ length: 4_000 }, (_, vehicle) =>
    faultsOf(profile, randomFrom('faults', vehicle)),
  );
  expect(struck.every(({ device }) => device.length === 1)).toBe(true);
  const slow = struck.filter(({ radio }) => radio.length === 1).length;
  expect(Math.abs(slow / 4_000 - 0.2)).toBeLessThan(0.026); // 4 σ
});

test('composed profiles add up, and each one is suffered whole by its share of the vehicles', () => {
  const profile = composedProfile([
    { name: 'slow-phone', share: 1 },
    { name: 'flapping', share: 0.2 },
  ]);
  const of = (vehicle: number) => faultsOf(profile, randomFrom('faults', vehicle));
  const vehicles = Array.from({ length: 4_000 }, (_, vehicle) => of(vehicle));
  const has = ({ radio }: (typeof vehicles)[number], kind: string) => radio.some((one) => one.kind === kind);
  expect(vehicles.every((faults) => has(faults, 'slow'))).toBe(true);
  const flapping = vehicles.filter((faults) => has(faults, 'cut'));
  expect(flapping.every((faults) => has(faults, 'half-open') && has(faults, 'tunnel'))).toBe(true);
  expect(Math.abs(flapping.length / 4_000 - 0.2)).toBeLessThan(0.026); // 4 σ
  expect(of(17)).toEqual(vehicles[17]);
});

test('one profile for all is what it is alone', () => {
  expect(composedProfile([{ name: 'city', share: 1 }])).toBe(FAULT_PROFILES.city);
});
