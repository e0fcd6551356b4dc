import { describe, expect, test } from '@jest/globals';
import { metresBetween, turnBetween } from '../src/ground.ts';
import { advance, type Car, type Drive, driveOver, hasArrived, poseOf, STEP_MS } from '../src/motion.ts';
import { randomFrom } from '../src/random.ts';
import { encodeRoute, routeOver, segmentAt } from '../src/route.ts';
import { createRouter } from '../src/routing.ts';
import { COMFORT, secondsLeft } from '../src/speed-profile.ts';
import type { TrafficLights } from '../src/traffic-lights.ts';
import { drawnCity } from './drawn-city.ts';
import { montevideo } from './montevideo.ts';

const SECONDS = STEP_MS / 1000;
const HARD_BRAKING = 3;
const alwaysGreen: TrafficLights = () => false;
const alwaysRed: TrafficLights = () => true;

/** Every state of a car on its way, from a standing start; fails when it doesn't arrive within an hour. */
function drivenOver(drive: Drive, isRed: TrafficLights = alwaysGreen): Car[] {
  const cars: Car[] = [{ alongMetres: 0, speedMps: 0 }];
  for (let step = 0; step < 36_000; step++) {
    const car = advance(cars.at(-1)!, drive, isRed, step * STEP_MS, STEP_MS);
    cars.push(car);
    if (hasArrived(car, drive)) return cars;
  }
  throw new Error('the car did not arrive within an hour');
}

function realDrive(seed: number): Drive {
  const { network, route, pickSpot, centre } = montevideo;
  const random = randomFrom(seed, 'drive');
  const from = pickSpot(random, centre, { least: 0, most: 3_000 });
  const to = pickSpot(random, from.coordinates, { least: 1_000, most: 4_000 });
  expect(network.edges).not.toHaveLength(0);
  return driveOver(route(from.place, to.place));
}

/** A street of so many blocks, with a light at each crossing that the drawing gives one. */
function straight(drawing: string): Drive {
  const { network } = drawnCity(drawing);
  const stretches = network.edges
    .map(({ lengthMetres }, edge) => ({ edge, fromMetres: 0, toMetres: lengthMetres }))
    .filter(({ edge }) => network.edges[edge]!.to > network.edges[edge]!.from);
  return driveOver(routeOver(network, stretches));
}

describe.each([1, 2, 3, 4, 5, 6])('a car through Montevideo (seed %d)', (seed) => {
  const drive = realDrive(seed);
  const cars = drivenOver(drive, montevideo.isRed);
  const pairs = cars.slice(1).map((car, index) => ({ before: cars[index]!, car }));

  test('arrives, and stands at the very end', () => {
    expect(cars.at(-1)).toEqual({ alongMetres: drive.route.lengthMetres, speedMps: 0 });
  });

  test('gains and loses speed as an everyday car does', () => {
    const changes = pairs.map(({ before, car }) => (car.speedMps - before.speedMps) / SECONDS);
    expect(Math.max(...changes)).toBeLessThanOrEqual(COMFORT.acceleration + 1e-9);
    // Coming to a stand takes away what is left, at most 0.7 m/s in one step.
    const whileMoving = changes.filter((_, index) => pairs[index]!.car.speedMps > 0);
    expect(Math.min(...whileMoving)).toBeGreaterThanOrEqual(-HARD_BRAKING - 1e-9);
  });

  test('keeps each limit', () => {
    const excess = pairs.map(({ car }) => {
      const limit = drive.route.limitsMps[segmentAt(drive.route, car.alongMetres)]!;
      return car.speedMps - limit;
    });
    // Where the limit drops, a step may end just behind the sign.
    expect(Math.max(...excess)).toBeLessThanOrEqual(COMFORT.braking * SECONDS);
  });

  test('takes each bend no faster than is comfortable', () => {
    const excess = pairs.flatMap(({ before, car }) =>
      drive.route.alongMetres.flatMap((metres, index) =>
        before.alongMetres < metres && metres <= car.alongMetres
          ? [car.speedMps - drive.profile[index]!]
          : [],
      ),
    );
    expect(excess.length).toBeGreaterThan(10);
    expect(Math.max(...excess)).toBeLessThanOrEqual(COMFORT.acceleration * SECONDS + 1e-9);
  });

  test('moves as far as its speed says, and never back', () => {
    for (const { before, car } of pairs) {
      const metres = car.alongMetres - before.alongMetres;
      expect(metres).toBeGreaterThanOrEqual(0);
      expect(metres).toBeLessThanOrEqual(((before.speedMps + car.speedMps) / 2) * SECONDS + 0.301);
    }
  });

  test('is seen on its street, nose forward, without a jump', () => {
    const poses = cars.map((car) => poseOf(car, drive));
    for (let index = 1; index < poses.length; index++) {
      expect(metresBetween(poses[index - 1]!, poses[index]!)).toBeLessThan(2.5);
      // 170°: turning round on the spot takes one step where a route begins by it; nothing else turns so fast.
      const degrees = turnBetween(poses[index - 1]!.headingDegrees, poses[index]!.headingDegrees);
      const metres = cars[index]!.alongMetres - cars[index - 1]!.alongMetres;
      expect(degrees).toBeLessThanOrEqual(metres === 0 ? 0 : 170);
    }
  });

  test('needs about as long as was said at its start', () => {
    const seconds = (cars.length - 1) * SECONDS;
    const said = secondsLeft(drive.route, drive.profile, 0);
    expect(said / seconds).toBeGreaterThan(0.6);
    expect(said / seconds).toBeLessThan(1.6);
  });
});

describe('a corner', () => {
  const { network, at, edge } = drawnCity(`
    o - o
        |
        o
  `);
  const drive = driveOver(
    routeOver(network, [
      { edge: edge(at(0, 0), at(0, 1)), fromMetres: 0, toMetres: 100 },
      { edge: edge(at(0, 1), at(1, 1)), fromMetres: 0, toMetres: 100 },
    ]),
  );

  test('is taken at a corner’s speed, and the straight streets are not', () => {
    const cars = drivenOver(drive);
    const atCorner = cars.find(({ alongMetres }) => alongMetres >= 100)!;
    expect(atCorner.speedMps).toBeGreaterThan(2);
    expect(atCorner.speedMps).toBeLessThan(5.5);
    expect(Math.max(...cars.map(({ speedMps }) => speedMps))).toBeGreaterThan(10);
  });
});

describe('a car that has to drive back', () => {
  const { network, at, edge } = drawnCity('o - o - o');
  const planned = createRouter(network)(
    { edge: edge(at(0, 1), at(0, 2)), alongMetres: 50 },
    { edge: edge(at(0, 1), at(0, 0)), alongMetres: 50 },
  );
  const drive = driveOver(planned);
  const poses = drivenOver(drive).map((car) => poseOf(car, drive));

  test('turns round on an arc that a car can drive, and nobody is told of it', () => {
    expect(poses[0]!.headingDegrees).toBeGreaterThan(60); // as it stood: eastward
    expect(poses[0]!.headingDegrees).toBeLessThan(120);
    expect(poses.at(-1)!.headingDegrees).toBeCloseTo(270, 0);
    for (const [index, pose] of poses.slice(1).entries()) {
      const metres = metresBetween(poses[index]!, pose);
      expect(turnBetween(poses[index]!.headingDegrees, pose.headingDegrees)).toBeLessThan(20 * metres + 1);
    }
    expect(encodeRoute(drive.route)).toBe(encodeRoute(planned));
  });

  test('is on its line again after 15 m', () => {
    const far = poses.filter((pose) => metresBetween(poses[0]!, pose) > 16);
    const line = planned.points[0]!.latitude;
    expect(far.length).toBeGreaterThan(10);
    expect(Math.max(...far.map(({ latitude }) => Math.abs(latitude - line)))).toBeLessThan(1e-6);
  });
});

describe('a red light', () => {
  const drive = straight('o - * - o');

  test('is waited for, before the crossing, until it turns green', () => {
    let car: Car = { alongMetres: 0, speedMps: 0 };
    for (let step = 0; step < 600; step++) car = advance(car, drive, alwaysRed, step * STEP_MS, STEP_MS);
    expect(car.speedMps).toBe(0);
    expect(car.alongMetres).toBeGreaterThan(90);
    expect(car.alongMetres).toBeLessThan(98);
    for (let step = 0; step < 600; step++) car = advance(car, drive, alwaysGreen, step * STEP_MS, STEP_MS);
    expect(hasArrived(car, drive)).toBe(true);
  });

  test('that comes too late to stop is driven through', () => {
    const car = advance({ alongMetres: 88, speedMps: 12 }, drive, alwaysRed, 0, STEP_MS);
    expect(car.speedMps).toBeGreaterThan(11.7);
  });

  test('costs nothing when it is green', () => {
    expect(drivenOver(drive)).toEqual(drivenOver(straight('o - o - o')));
  });
});

test('several steps at once are the same as one after the other', () => {
  const drive = realDrive(1);
  const atOnce = advance({ alongMetres: 0, speedMps: 0 }, drive, montevideo.isRed, 0, 600 * STEP_MS);
  const stepwise = drivenOver(drive, montevideo.isRed)[600];
  expect(atOnce).toEqual(stepwise);
});

test('a car with nowhere to go stands', () => {
  const { network } = drawnCity('o - o');
  const drive = driveOver(routeOver(network, [{ edge: 0, fromMetres: 30, toMetres: 30 }]));
  expect(hasArrived({ alongMetres: 0, speedMps: 0 }, drive)).toBe(true);
  expect(poseOf({ alongMetres: 0, speedMps: 0 }, drive)).toMatchObject({ speedMps: 0, headingDegrees: 0 });
});
