import { expect, jest, test } from '@jest/globals';
import type { ScoreResult } from '../../src/result.ts';
import { SCENARIOS } from '../../src/scenarios/index.ts';
import { runVirtual } from '../../src/virtual/run-virtual.ts';

jest.setTimeout(600_000); // worlds of minutes, on machines that may be busy

const rowValue = ({ rows }: ScoreResult, id: string): number => rows.find((row) => row.id === id)!.value!;
const baselinesOf = ({ rows }: ScoreResult, id: string) => rows.find((row) => row.id === id)!.baselines!;

test('city, seed 7: what is shown is near the truth, soon, and moves as a car does', async () => {
  const card = await runVirtual(SCENARIOS.get('city')!, { seed: 7, cars: 30, seconds: 120 });
  expect(rowValue(card, 'truth.errorShown.median')).toBeLessThanOrEqual(3);
  expect(rowValue(card, 'truth.errorShown.p95')).toBeLessThanOrEqual(10);
  expect(rowValue(card, 'truth.displayDelay.median')).toBeLessThanOrEqual(1_000);
  expect(rowValue(card, 'truth.backwardMoves')).toBe(0);
  expect(rowValue(card, 'truth.unexplainedJumps')).toBe(0);
  expect(rowValue(card, 'truth.wronglyLive')).toBe(0);
  expect(rowValue(card, 'truth.creeping')).toBeLessThan(0.5);
  expect(rowValue(card, 'truth.speedSpikes')).toBeLessThan(1);
  for (const id of ['errorShown.median', 'errorShown.p95', 'errorNow.median', 'errorNow.p95']) {
    expect(rowValue(card, `truth.${id}`)).toBeLessThan(baselinesOf(card, `truth.${id}`).raw!);
    expect(rowValue(card, `truth.${id}`)).toBeLessThan(baselinesOf(card, `truth.${id}`).lerp!);
  }
});

test('calm, seed 7: on a good network it is half a second behind, and better than the GPS', async () => {
  const card = await runVirtual(SCENARIOS.get('calm')!, { seed: 7, cars: 30, seconds: 60 });
  expect(rowValue(card, 'truth.displayDelay.median')).toBeLessThanOrEqual(500);
  expect(rowValue(card, 'truth.backwardMoves')).toBe(0);
  expect(rowValue(card, 'truth.unexplainedJumps')).toBe(0);
  expect(rowValue(card, 'truth.fades')).toBe(0);
  for (const id of ['errorShown.median', 'errorShown.p95', 'errorNow.median', 'errorNow.p95']) {
    expect(rowValue(card, `truth.${id}`)).toBeLessThan(baselinesOf(card, `truth.${id}`).raw!);
  }
});

test('calm, seed 7, without a route: the car keeps to its streets, and is nearer the truth than the GPS', async () => {
  const card = await runVirtual(SCENARIOS.get('calm')!, {
    seed: 7,
    cars: 30,
    seconds: 60,
    isRouteKnown: false,
  });
  expect(rowValue(card, 'truth.errorShown.median')).toBeLessThan(
    baselinesOf(card, 'truth.errorShown.median').raw!,
  );
  expect(rowValue(card, 'truth.errorShown.p95')).toBeLessThanOrEqual(12);
  expect(rowValue(card, 'truth.offStreet.p95')).toBeLessThanOrEqual(4);
  expect(rowValue(card, 'truth.creeping')).toBeLessThan(0.5);
});

test('city, seed 7, without a route: what is shown is near the truth, on a street, and never goes back', async () => {
  const card = await runVirtual(SCENARIOS.get('city')!, {
    seed: 7,
    cars: 20,
    seconds: 120,
    isRouteKnown: false,
  });
  expect(rowValue(card, 'truth.errorShown.median')).toBeLessThan(
    baselinesOf(card, 'truth.errorShown.median').raw!,
  );
  expect(rowValue(card, 'truth.errorShown.p95')).toBeLessThanOrEqual(15);
  expect(rowValue(card, 'truth.errorNow.p95')).toBeLessThan(baselinesOf(card, 'truth.errorNow.p95').raw!);
  expect(rowValue(card, 'truth.offStreet.p95')).toBeLessThanOrEqual(4);
  expect(rowValue(card, 'truth.backwardMoves')).toBe(0);
  expect(rowValue(card, 'truth.unexplainedJumps')).toBe(0);
  expect(rowValue(card, 'truth.wronglyLive')).toBe(0);
});

test('the same seed gives the same card', async () => {
  const [one, other, third] = await Promise.all(
    [7, 7, 8].map((seed) => runVirtual(SCENARIOS.get('city')!, { seed, cars: 4, seconds: 30 })),
  );
  expect(other!.rows).toEqual(one!.rows);
  expect(third!.rows).not.toEqual(one!.rows);
});
