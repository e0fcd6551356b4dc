import { describe, expect, test } from '@jest/globals';
import { decodeFixes, encodeFixes } from '@tripcast/protocol';
import { firstError, type GpsError, nextError, observe, PHONE_GPS } from '../src/gps-error.ts';
import { metresBetween } from '../src/ground.ts';
import type { Pose } from '../src/motion.ts';
import { randomFrom } from '../src/random.ts';

/** The errors of many phones, each for so long at 1 Hz: phones are independent, seconds of one are not. */
function errors(phones: number, seconds: number): GpsError[][] {
  return Array.from({ length: phones }, (_, phone) => {
    const random = randomFrom(phone, 'gps');
    const series = [firstError(PHONE_GPS, random)];
    while (series.length < seconds) series.push(nextError(series.at(-1)!, PHONE_GPS, 1, random));
    return series;
  });
}

const driving: Pose = { latitude: -34.9, longitude: -56.17, headingDegrees: 359.9, speedMps: 10 };

describe('the error of a phone’s GPS', () => {
  test('is within 5 m for 68 % of the fixes, at the start as well as later', () => {
    const series = errors(4_000, 61);
    for (const second of [0, 60]) {
      const within = series.filter(
        (error) => Math.hypot(error[second]!.eastMetres, error[second]!.northMetres) <= 5,
      );
      expect(Math.abs(within.length / series.length - 0.68)).toBeLessThan(0.03); // 4 σ
    }
  });

  test.each([1, 10, 30, 60])(
    'is after %d s as much like itself as a Gauss-Markov process with 30 s',
    (lag) => {
      const series = errors(4_000, lag + 1);
      const mean = (product: (error: GpsError[]) => number) =>
        series.reduce((sum, error) => sum + product(error), 0) / series.length;
      const correlation =
        mean((error) => error[0]!.eastMetres * error[lag]!.eastMetres) /
        mean((error) => error[0]!.eastMetres ** 2);
      expect(Math.abs(correlation - Math.exp(-lag / 30))).toBeLessThan(0.07); // 4 σ
    },
  );

  test('wanders: one second apart, two fixes of a parked car are closer than a metre and a half', () => {
    const steps = errors(200, 60).flatMap((error) =>
      error
        .slice(1)
        .map((next, index) =>
          Math.hypot(
            next.eastMetres - error[index]!.eastMetres,
            next.northMetres - error[index]!.northMetres,
          ),
        ),
    );
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(1.5);
  });
});

describe('a fix', () => {
  test('is as far from the truth as the error says', () => {
    const error = { eastMetres: 3, northMetres: -4, estimate: 0 };
    const fix = observe(driving, error, PHONE_GPS, 1_000, randomFrom(1));
    expect(metresBetween(driving, fix)).toBeCloseTo(5, 2);
    expect(fix).toMatchObject({ accuracy: 5, time: 1_000, simulated: true });
  });

  test('has a heading and a speed near the true ones, also through north', () => {
    const random = randomFrom(1);
    const fixes = Array.from({ length: 500 }, () =>
      observe(driving, { eastMetres: 0, northMetres: 0, estimate: 0 }, PHONE_GPS, 0, random),
    );
    for (const { heading, speed } of fixes) {
      expect(heading).toBeGreaterThanOrEqual(0);
      expect(heading).toBeLessThan(360);
      expect(Math.min(heading!, 360 - heading!)).toBeLessThan(5);
      expect(Math.abs(speed! - 10)).toBeLessThan(0.6);
    }
  });

  test('of a parked car has no heading', () => {
    const parked = { ...driving, speedMps: 0 };
    const fix = observe(parked, { eastMetres: 0, northMetres: 0, estimate: 0 }, PHONE_GPS, 0, randomFrom(1));
    expect(fix).not.toHaveProperty('heading');
    expect(fix.speed).toBeLessThan(0.8);
  });

  test('fits on the wire, whatever the error', () => {
    const random = randomFrom(5);
    let error = firstError(PHONE_GPS, random);
    for (let second = 0; second < 1_000; second++) {
      error = nextError(error, PHONE_GPS, 1, random);
      const fix = observe(driving, error, PHONE_GPS, second, random);
      expect(decodeFixes(encodeFixes([fix]))).toHaveLength(1);
    }
  });
});
