import { describe, expect, test } from '@jest/globals';
import { encodeFixes, type Fix } from '@tripcast/protocol';
import { currentRide } from '../src/driver.ts';
import { metresBetween } from '../src/ground.ts';
import { SimulatedVehicle, type VehicleOptions } from '../src/simulated-vehicle.ts';
import { createWorld, type World } from '../src/world.ts';
import { montevideo } from './montevideo.ts';

const START_MS = 1_800_000_000_000;

function vehicle(options: Partial<VehicleOptions> = {}): SimulatedVehicle {
  return new SimulatedVehicle({
    world: montevideo,
    index: 0,
    startMs: START_MS,
    speedup: 1,
    ridesLimit: Number.POSITIVE_INFINITY,
    ...options,
  });
}

/** All fixes of the first `seconds`, looked at every `everyMs`. */
function morning(of: SimulatedVehicle, seconds: number, everyMs = 1_000): Fix[] {
  const fixes: Fix[] = [];
  for (let ms = 0; ms <= seconds * 1_000; ms += everyMs) fixes.push(...of.advanceTo(START_MS + ms).fixes);
  return fixes;
}

describe('a simulated vehicle', () => {
  test('the same seed drives the same morning, byte for byte', () => {
    const again = createWorld('montevideo', 1);
    expect(encodeFixes(morning(vehicle(), 600))).toEqual(
      encodeFixes(morning(vehicle({ world: again }), 600)),
    );
  });

  test('however often it is looked at', () => {
    const fixes = morning(vehicle(), 600, 100);
    expect(morning(vehicle(), 600, 7_000)).toEqual(fixes.slice(0, morning(vehicle(), 600, 7_000).length));
    expect(morning(vehicle(), 600, 1_000)).toEqual(fixes);
  });

  test('another seed or another driver drives another one', () => {
    const other: World = createWorld('montevideo', 2);
    const mornings = [vehicle(), vehicle({ world: other }), vehicle({ index: 1 })].map((of) =>
      morning(of, 60),
    );
    expect(new Set(mornings.map((fixes) => JSON.stringify(fixes[10]))).size).toBe(3);
  });

  test('measures each second, not in step with others', () => {
    const fixes = morning(vehicle(), 100);
    for (let index = 1; index < fixes.length; index++) {
      expect(fixes[index]!.time - fixes[index - 1]!.time).toBe(1_000);
    }
    const phases = Array.from({ length: 20 }, (_, index) => morning(vehicle({ index }), 2)[0]!.time % 1_000);
    expect(new Set(phases).size).toBeGreaterThan(15);
  });

  test('is measured where it is at that moment, not where it was at its last step', () => {
    const car = vehicle({ index: 3 });
    const shares: number[] = [];
    let before = { at: car.truth, ms: START_MS };
    for (let ms = START_MS; ms < START_MS + 120_000; ms += 100) {
      const { fixes, truths } = car.advanceTo(ms);
      const driven = metresBetween(before.at, car.truth);
      if (truths[0] && driven > 0.8) {
        const inTime = (fixes[0]!.time - before.ms) / 100;
        shares.push(metresBetween(before.at, truths[0]) / driven - inTime);
      }
      before = { at: car.truth, ms };
    }
    expect(shares.length).toBeGreaterThan(20);
    expect(Math.max(...shares.map(Math.abs))).toBeLessThan(0.1);
  });

  test('measures near the truth', () => {
    const of = vehicle();
    for (let second = 1; second < 300; second++) {
      const [fix] = of.advanceTo(START_MS + second * 1_000).fixes;
      // Truth is read up to a second after the fix, at up to 22 m/s; the error is beyond 16 m once in 100,000 fixes.
      expect(metresBetween(fix!, of.truth)).toBeLessThan(22 + 16);
    }
  });

  test('with a speed-up covers more ground between fixes, and says so in their speed', () => {
    const ground = (fixes: Fix[]) =>
      fixes.slice(1).reduce((sum, fix, index) => sum + metresBetween(fixes[index]!, fix), 0);
    const top = (fixes: Fix[]) => Math.max(...fixes.map(({ speed }) => speed!));
    const [plain, fast] = [1, 4].map((speedup) => morning(vehicle({ speedup }), 300));
    expect(plain!.map(({ time }) => time)).toEqual(fast!.map(({ time }) => time));
    expect(ground(fast!)).toBeGreaterThan(2 * ground(plain!));
    expect(top(fast!)).toBeGreaterThan(2 * top(plain!));
  });

  test('stands still while the world does', () => {
    const [paused, plain] = [vehicle(), vehicle()];
    paused.advanceTo(START_MS + 60_000);
    plain.advanceTo(START_MS + 60_000);
    paused.pause(3_600_000);
    const later = paused.advanceTo(START_MS + 3_600_000 + 70_000);
    const { fixes } = plain.advanceTo(START_MS + 70_000);
    expect(later.fixes).toEqual(fixes.map((fix) => ({ ...fix, time: fix.time + 3_600_000 })));
  });

  test('whose ride is called off gets another one later', () => {
    const of = vehicle();
    let nowMs = START_MS;
    const until = (done: () => boolean) => {
      for (; !done(); nowMs += 1_000) of.advanceTo(nowMs);
    };
    until(() => of.driver.activity.kind === 'toPickup');
    const { number } = currentRide(of.driver)!;
    of.abandonRide(number + 1);
    expect(currentRide(of.driver)?.number).toBe(number);
    of.abandonRide(number);
    expect(currentRide(of.driver)).toBeUndefined();
    until(() => currentRide(of.driver) !== undefined);
    expect(currentRide(of.driver)?.number).toBe(number + 1);
  });
});
