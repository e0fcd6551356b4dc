import { describe, expect, test } from '@jest/globals';
import { type Cost, rowsOf } from '../../src/grade/rows.ts';
import { Tally } from '../../src/grade/tally.ts';
import { SCENARIOS } from '../../src/scenarios/index.ts';

const COST: Cost = {
  gatewayCpu: 4_000,
  redisCpu: 1_000,
  loadCpu: 30_000_000,
  elapsed: 60_000_000,
  gatewayGrowth: 300 * 1_024 * 100,
  loadMemory: { drivers: 100 * 1_024 * 160, riders: 200 * 1_024 * 80 },
  drivers: 100,
  riders: 200,
};

function measured(id: string, tally: Tally, cost?: Cost): number | null | undefined {
  return rowsOf(tally, cost, {}).find((row) => row.id === id)?.value;
}

describe('rows', () => {
  test('each has an id of its own, that begins with its group', () => {
    const rows = rowsOf(new Tally(), COST, {});
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { id, group } of rows) expect(id.startsWith(`${group}.`)).toBe(true);
  });

  test('every budget of every scenario is that of a row', () => {
    const ids = new Set(rowsOf(new Tally(), COST, {}).map(({ id }) => id));
    for (const { name, budgets } of SCENARIOS.values()) {
      expect([name, Object.keys(budgets).filter((id) => !ids.has(id))]).toEqual([name, []]);
    }
  });

  test('a run in which nothing happened holds no budget', () => {
    for (const { name, budgets } of SCENARIOS.values()) {
      const held = rowsOf(new Tally(), undefined, budgets).filter(({ pass }) => pass);
      // That nobody waits for ever is true of nobody.
      expect([name, held.map(({ id }) => id).filter((id) => id !== 'latency.neverLiveAgain')]).toEqual([
        name,
        [],
      ]);
    }
  });

  test('costs are spread over the fixes that riders were given, and over those who were there', () => {
    const tally = new Tally();
    tally.count('fixesReceived', 100);
    tally.count('riderBytes', 3_000);
    tally.count('riderMs', 1_800_000);
    expect(measured('cost.gatewayCpu', tally, COST)).toBe(40);
    expect(measured('cost.redisCpu', tally, COST)).toBe(10);
    expect(measured('cost.wirePerFix', tally, COST)).toBe(30);
    expect(measured('cost.wirePerHour', tally, COST)).toBeCloseTo(6_000 / 1_024);
    expect(measured('cost.loadLoad', tally, COST)).toBe(50);
    expect(measured('cost.rssPerFollower', tally, COST)).toBe(100);
    expect(measured('cost.loadPerDriver', tally, COST)).toBe(160);
    expect(measured('cost.loadPerFollower', tally, COST)).toBe(80);
  });

  test('what a few weigh is not told: a heap grows and shrinks by as much', () => {
    const few = { ...COST, drivers: 20, riders: 40 };
    const shrunk = { ...COST, loadMemory: { drivers: 1_024, riders: -1_024 } };
    expect(measured('cost.loadPerDriver', new Tally(), few)).toBeNull();
    expect(measured('cost.rssPerFollower', new Tally(), few)).toBeNull();
    expect(measured('cost.loadPerFollower', new Tally(), shrunk)).toBeNull();
  });

  test('whose pictures were graded is told beside how many there were, where riders were counted', () => {
    const tally = new Tally();
    expect(measured('truth.riders', tally)).toBeUndefined();
    tally.count('riders', 10_000);
    tally.count('ridersGraded', 500);
    expect(measured('truth.riders', tally)).toBe(10_000);
    expect(measured('truth.ridersGraded', tally)).toBe(500);
  });

  test('shares are of the time that was looked', () => {
    const tally = new Tally();
    tally.count('lookedMs', 10_000);
    tally.count('wronglyLiveMs', 500);
    expect(measured('truth.wronglyLive', tally)).toBe(5);
  });
});
