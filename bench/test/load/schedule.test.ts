import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../src/load/random.ts';
import { Schedule } from '../../src/load/schedule.ts';

/** Who sends when, looked at each millisecond up to `untilMs`. */
function sendings(schedule: Schedule, untilMs: number): { driver: number; atMs: number }[] {
  const sent: { driver: number; atMs: number }[] = [];
  for (let atMs = 0; atMs <= untilMs; atMs++) schedule.sendDue(atMs, (driver) => sent.push({ driver, atMs }));
  return sent;
}

describe('a schedule', () => {
  test('has each driver send at its interval, with a phase of its own', () => {
    const sent = sendings(new Schedule(50, 2, randomFrom(1), 0), 4_999);
    for (let driver = 0; driver < 50; driver++) {
      const times = sent.filter((one) => one.driver === driver).map(({ atMs }) => atMs);
      expect(times).toHaveLength(10);
      const gaps = times.slice(1).map((atMs, nth) => atMs - times[nth]!);
      expect(new Set(gaps)).toEqual(new Set([500]));
    }
    expect(new Set(sent.slice(0, 50).map(({ atMs }) => atMs)).size).toBeGreaterThan(40);
  });

  test('makes up for what it has missed', () => {
    const schedule = new Schedule(3, 10, randomFrom(1), 0);
    const sent: number[] = [];
    schedule.sendDue(1_000, (driver) => sent.push(driver));
    expect(sent).toHaveLength(30);
    expect(schedule.nextAt).toBeGreaterThan(1_000);
  });

  test('is the same for the same seed, and another one for another', () => {
    const once = sendings(new Schedule(20, 2, randomFrom(7), 0), 500);
    expect(sendings(new Schedule(20, 2, randomFrom(7), 0), 500)).toEqual(once);
    expect(sendings(new Schedule(20, 2, randomFrom(8), 0), 500)).not.toEqual(once);
  });

  test('without drivers is never due', () => {
    expect(new Schedule(0, 2, randomFrom(1), 0).nextAt).toBe(Number.POSITIVE_INFINITY);
  });
});
