import { describe, expect, test } from '@jest/globals';
import { isTransition, type TripStatus } from '@tripcast/protocol';
import { currentRide, type Driver, type News, startOfDay, stepDriver, truthOf } from '../src/driver.ts';
import { headingBetween, metresBetween, turnBetween } from '../src/ground.ts';
import { STEP_MS } from '../src/motion.ts';
import { randomFrom } from '../src/random.ts';
import { montevideo } from './montevideo.ts';

interface Moment {
  timeMs: number;
  driver: Driver;
  news: News;
}

/** What others are told of a driver's day, and where the driver was then. */
function dayOf(index: number, hours: number, ridesLimit = Number.POSITIVE_INFINITY): Moment[] {
  const random = randomFrom(1, 'day', index);
  const moments: Moment[] = [];
  let { driver, news } = startOfDay(montevideo, random);
  if (news) moments.push({ timeMs: 0, driver, news });
  for (let timeMs = 0; timeMs < hours * 3_600_000; timeMs += STEP_MS) {
    ({ driver, news } = stepDriver(driver, montevideo, timeMs, random, ridesLimit));
    if (news) moments.push({ timeMs, driver, news });
  }
  return moments;
}

const days = [0, 1, 2, 3].map((index) => dayOf(index, 1));

describe('a driver’s day', () => {
  test('has several rides an hour', () => {
    for (const day of days) {
      const rides = day.filter(({ news }) => news.type === 'assigned');
      expect(rides.length).toBeGreaterThanOrEqual(3);
      expect(rides.length).toBeLessThanOrEqual(20);
    }
  });

  test('takes each ride through its states in order, one ride at a time', () => {
    for (const day of days) {
      let status: TripStatus = 'COMPLETE';
      let number = 0;
      for (const { news } of day) {
        if (news.type === 'assigned') {
          expect(status).toBe('COMPLETE');
          expect(news.ride.number).toBe(++number);
          status = 'NEW';
        } else if (news.type === 'status') {
          expect(isTransition(status, news.status)).toBe(true);
          expect(news.ride.number).toBe(number);
          status = news.status;
        }
      }
    }
  });

  test('brings the car to where the rider waits, and the rider to where the ride goes', () => {
    for (const { news, driver } of days.flat()) {
      if (news.type !== 'status') continue;
      const { pickup, dropoff } = news.ride;
      if (news.status === 'ARRIVED_AT_PICKUP') {
        expect(metresBetween(truthOf(driver), pickup.coordinates)).toBeLessThan(0.5);
      }
      if (news.status === 'COMPLETE') {
        expect(metresBetween(truthOf(driver), dropoff.coordinates)).toBeLessThan(0.5);
      }
    }
  });

  test('sets off the way that its car looks: one that has to drive back turns round as it drives', () => {
    let back = 0;
    for (const day of days) {
      for (const [index, { news, driver }] of day.entries()) {
        if (news.type !== 'status' || news.status !== 'ENROUTE_TO_DROPOFF') continue;
        const waiting = day.findLast((moment, earlier) => earlier < index && moment.news.type === 'status')!;
        const { points, plannedPoints = points } = news.ride.toDropoff.route;
        const looks = truthOf(waiting.driver).headingDegrees;
        expect(turnBetween(looks, truthOf(driver).headingDegrees)).toBeLessThan(30);
        if (turnBetween(looks, headingBetween(plannedPoints[0]!, plannedPoints[1]!)) > 150) back++;
      }
    }
    expect(back).toBeGreaterThan(0);
  });

  test('waits 5 to 20 s for the rider', () => {
    for (const day of days) {
      const arrivals = day.filter(
        ({ news }) => news.type === 'status' && news.status === 'ARRIVED_AT_PICKUP',
      );
      for (const { timeMs, news } of arrivals) {
        const left = day.find(
          (moment) =>
            moment.news.type === 'status' &&
            moment.news.status === 'ENROUTE_TO_DROPOFF' &&
            moment.news.ride === news.ride,
        );
        if (!left) continue; // the hour was over
        expect(left.timeMs - timeMs).toBeGreaterThanOrEqual(5_000);
        expect(left.timeMs - timeMs).toBeLessThanOrEqual(20_100);
      }
    }
  });

  test('tells a new arrival time only when it has changed by 20 s or more', () => {
    for (const day of days) {
      let toldMs = 0;
      for (const { timeMs, news } of day) {
        if (news.type === 'assigned' || news.secondsLeft === undefined) continue;
        const arrivalMs = timeMs + news.secondsLeft * 1_000;
        if (news.type === 'eta') expect(Math.abs(arrivalMs - toldMs)).toBeGreaterThanOrEqual(20_000);
        toldMs = arrivalMs;
      }
    }
  });

  test('is the same day for the same chance, another for another', () => {
    expect(dayOf(0, 0.2)).toEqual(dayOf(0, 0.2));
    expect(dayOf(0, 0.2)).not.toEqual(dayOf(9, 0.2));
  });

  test('ends after the last ride', () => {
    const day = dayOf(0, 1, 2);
    expect(day.filter(({ news }) => news.type === 'assigned')).toHaveLength(2);
    expect(day.at(-1)).toMatchObject({
      news: { status: 'COMPLETE' },
      driver: { activity: { kind: 'home' } },
    });
  });
});

test('most drivers have a ride when the day begins, some none', () => {
  const starts = Array.from({ length: 100 }, (_, index) =>
    startOfDay(montevideo, randomFrom(1, 'day', index)),
  );
  const riding = starts.filter(({ driver }) => currentRide(driver)).length;
  expect(riding).toBeGreaterThan(50);
  expect(riding).toBeLessThan(95);
});
