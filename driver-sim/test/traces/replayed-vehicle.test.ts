import { describe, expect, test } from '@jest/globals';
import type { Fix } from '@tripcast/protocol';
import { ReplayedVehicle, type Trace } from '../../src/traces/index.ts';

const START_MS = 1_800_000_000_000;
const THEN_MS = 1_400_000_000_000;
/** A gap of five seconds and a jump are the trace's own. */
const trace: Trace = {
  fixes: [0, 1_000, 6_000, 7_000].map((ms, index) => ({
    latitude: 48 + index ** 2 / 1_000,
    longitude: 11,
    time: THEN_MS + ms,
  })),
};

const vehicle = (ridesLimit = Number.POSITIVE_INFINITY) =>
  new ReplayedVehicle({ trace, startMs: START_MS, ridesLimit });

/** Everything up to a time, looked at every `everyMs`. */
function replayed(of: ReplayedVehicle, untilMs: number, everyMs: number) {
  const fixes: Fix[] = [];
  const news: string[] = [];
  for (let ms = 0; ms <= untilMs; ms += everyMs) {
    const happenings = of.advanceTo(START_MS + ms);
    fixes.push(...happenings.fixes);
    for (const item of happenings.news) {
      news.push(`${item.ride.number} ${item.type === 'status' ? item.status : item.type}`);
    }
  }
  return { fixes, news };
}

const A_RIDE = ['assigned', 'ENROUTE_TO_PICKUP', 'ARRIVED_AT_PICKUP', 'ENROUTE_TO_DROPOFF', 'COMPLETE'];

describe('a replayed vehicle', () => {
  test('measures now what was measured then, gaps and jumps as they were, and says that it is simulated', () => {
    const { fixes } = replayed(vehicle(1), 20_000, 100);
    expect(fixes).toEqual(
      trace.fixes.map((fix) => ({ ...fix, time: fix.time - THEN_MS + START_MS + 3_000, simulated: true })),
    );
  });

  test('is on a ride from the first place to the last, whose way nobody knows', () => {
    const of = vehicle();
    const { news } = of.advanceTo(START_MS);
    expect(of.ride).toEqual({
      number: 1,
      pickup: { coordinates: trace.fixes[0], name: undefined },
      dropoff: { coordinates: trace.fixes[3], name: undefined },
    });
    expect(news.at(-1)).toMatchObject({ status: 'ENROUTE_TO_DROPOFF', secondsLeft: 10 });
  });

  test('drives it again and again, a new ride each time, however often it is looked at', () => {
    const often = replayed(vehicle(), 40_000, 100);
    expect(often.news.slice(0, 10)).toEqual([
      ...A_RIDE.map((name) => `1 ${name}`),
      ...A_RIDE.map((name) => `2 ${name}`),
    ]);
    expect(often.fixes.map(({ time }) => time)).toEqual(
      often.fixes.map(({ time }) => time).toSorted((a, b) => a - b),
    );
    expect(replayed(vehicle(), 40_000, 20_000)).toEqual(often);
  });

  test('ends after as many rides as told', () => {
    const of = vehicle(2);
    const { news, fixes } = replayed(of, 100_000, 500);
    expect(news).toHaveLength(2 * A_RIDE.length);
    expect(fixes).toHaveLength(2 * trace.fixes.length);
    expect(of.isHome).toBe(true);
  });

  test('whose ride is called off drives on, completes nothing, and has another one later', () => {
    const of = vehicle();
    of.advanceTo(START_MS + 4_000);
    of.abandonRide(7);
    expect(of.ride?.number).toBe(1);
    of.abandonRide(1);
    expect(of.ride).toBeUndefined();
    expect(of.advanceTo(START_MS + 10_000)).toMatchObject({ news: [], fixes: [{}, {}] });
    expect(of.advanceTo(START_MS + 13_000).news[0]).toMatchObject({ type: 'assigned', ride: { number: 2 } });
  });

  test('stands still while the world does', () => {
    const of = vehicle();
    of.advanceTo(START_MS + 3_500);
    of.pause(60_000);
    expect(of.advanceTo(START_MS + 60_000).fixes).toEqual([]);
    expect(of.advanceTo(START_MS + 64_000).fixes.map(({ time }) => time)).toEqual([START_MS + 64_000]);
  });
});
