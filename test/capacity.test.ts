// What `npm run capacity` says follows from its figures, and from nothing else.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { figuresOf } from '../capacity/benchmarked.mjs';
import { planFor } from '../capacity/plan.mjs';
import { tableOf } from '../capacity/table.mjs';

interface Figure {
  value: number;
  what: string;
  by?: string;
}

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const { measured, chosen } = JSON.parse(read('capacity/figures.json')) as Record<
  'measured' | 'chosen',
  Record<string, Figure>
>;
const FIGURES = Object.fromEntries(
  Object.entries({ ...measured, ...chosen }).map(([name, { value }]) => [name, value]),
);
const FLEET = { drivers: 1e6, riders: 2e6, rate: 1 };

/** Figures that make sums easy. */
const ROUND = {
  ...FIGURES,
  nodeUsPerFixIn: 100,
  nodeUsPerFixHeard: 10,
  nodeUsPerDelivery: 1,
  redisUsPerFix: 50,
  redisShardGain: 0.5,
  busyPart: 0.5,
  socketsPerNode: 1e9,
  redisGibPerShard: 1e9,
  underWayPart: 1,
  unwatchedIntervalS: 5,
};

test('each figure has a positive value and says what it is; a measured one says by what command or table', () => {
  for (const figure of Object.values({ ...measured, ...chosen })) {
    expect(figure.value).toBeGreaterThan(0);
    expect(figure.what).not.toBe('');
  }
  for (const { by } of Object.values(measured)) expect(by).toMatch(/docs\/benchmarks\.md|node capacity\//);
});

test('work is what each fix, each hearing and each delivery costs; a core is busy by half', () => {
  const plan = planFor({ drivers: 10_000, riders: 20_000, rate: 1 }, ROUND);
  expect(plan.fixesPerS).toBe(10_000);
  expect(plan.deliveriesPerS).toBe(20_000);
  expect(plan.nodeCores).toBeCloseTo(1 + 0.1 + 0.02);
  expect(plan).toMatchObject({ nodes: 3 + 1, nodesBy: 'CPU' });
  expect(plan.redisCores).toBeCloseTo(0.5);
  expect(plan.shards).toBe(1);
});

test('a second master adds what the measured gain says, not a whole one', () => {
  // Twice what the first may do: with half a gain, two more masters.
  expect(planFor({ drivers: 20_000, riders: 20_000, rate: 1 }, ROUND).shards).toBe(1 + 2);
});

test('drivers whom nobody watches send less often', () => {
  expect(planFor({ drivers: 10_000, riders: 0, rate: 1 }, ROUND).fixesPerS).toBe(2_000);
  expect(planFor({ drivers: 10_000, riders: 5_000, rate: 1 }, ROUND).fixesPerS).toBe(6_000);
});

test.each(Object.keys(FIGURES))('the figure %s counts', (name) => {
  // Whatever is full first: sockets, memory or CPU.
  const plans = (change: Record<string, number>) => [
    planFor(FLEET, { ...FIGURES, keptHours: 240, socketsPerNode: 1_000, ...change }),
    planFor(FLEET, { ...FIGURES, keptHours: 0.01, socketsPerNode: 1e6, ...change }),
  ];
  expect(plans({ [name]: FIGURES[name]! * 1.5 })).not.toEqual(plans({}));
});

test('the measured figures are those of docs/benchmarks.md; `node capacity/benchmarked.mjs` takes new ones over', () => {
  const benchmarked = figuresOf(read('docs/benchmarks.md'));
  expect(Object.keys(benchmarked).length).toBeGreaterThan(5);
  expect(FIGURES).toMatchObject(benchmarked);
});

test('every figure that names docs/benchmarks.md is taken from there', () => {
  const named = Object.entries(measured).filter(([, { by }]) => by!.includes('docs/benchmarks.md'));
  expect(named.map(([name]) => name).sort()).toEqual(
    Object.keys(figuresOf(read('docs/benchmarks.md'))).sort(),
  );
});

test('docs/capacity.md has the table that the figures give: npm run capacity -- --table', () => {
  expect(read('docs/capacity.md')).toContain(tableOf(FIGURES));
});
