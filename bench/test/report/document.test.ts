import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { writeDocuments } from '../../src/report/document.ts';
import { type Published, publish } from '../../src/report/published.ts';
import { heldAt, rampSteps, rampTable, shapeTable } from '../../src/report/tables.ts';
import type { RunResult, Sample } from '../../src/results.ts';

const ROOT = new URL('../../../', import.meta.url);

function sample(measure: string, system: string, round: number, values: Record<string, number>): Sample {
  return { measure, system, round, at: '2026-01-01T00:00:00Z', values };
}

function run(startedAt: string, cpu: string, samples: Sample[]): RunResult {
  const machine = { cpu, cores: 2, memoryBytes: 2 ** 33, kernel: '6.1', arePinned: true };
  const about = { format: 1 as const, command: 'npm run bench --', commit: 'abc', isDirty: false };
  return { ...about, startedAt, machine, versions: { node: '20' }, samples };
}

describe('docs/benchmarks.md', () => {
  test('and its pictures are what the published results say: nobody wrote in them by hand', () => {
    const published = JSON.parse(
      readFileSync(new URL('bench/results/latest.json', ROOT), 'utf8'),
    ) as Published;
    for (const [name, text] of writeDocuments(published)) {
      expect(readFileSync(new URL(`docs/${name}`, ROOT), 'utf8')).toBe(text);
    }
  });
});

describe('published results', () => {
  test('hold all samples of all runs, in order, rounded', () => {
    const later = run('2026-01-02', 'x', [sample('shape-i', 'ws', 1, { cpuMicros: 123.456_78 })]);
    const earlier = run('2026-01-01', 'x', [sample('shape-i', 'ws', 1, { cpuMicros: 1 })]);
    const { runs, samples } = publish([later, earlier]);
    expect(runs.map(({ startedAt }) => startedAt)).toEqual(['2026-01-01', '2026-01-02']);
    expect(samples.map(({ values }) => values.cpuMicros)).toEqual([1, 123.5]);
    expect(new Set(samples.map(({ round }) => round)).size).toBe(2);
  });

  test('are of one machine', () => {
    expect(() => publish([run('a', 'x', []), run('b', 'y', [])])).toThrow('different machines');
    expect(() => publish([])).toThrow('name the files');
  });
});

describe('tables', () => {
  test('show the median, its spread and what each process has of it', () => {
    const samples = [90, 100, 200].map((cpuMicros, nth) =>
      sample('shape-i', 'tripcast', nth, { cpuMicros, 'cpuMicros.a': 60, 'cpuMicros.redis': 40, lost: nth }),
    );
    const row = shapeTable(samples, 'shape-i').split('\n').at(-1);
    expect(row).toContain('| 100 [90.0 to 200] | a 60.0, redis 40.0 |');
    expect(row).toMatch(/\| 3 \|$/);
  });

  test('know the highest step that was held in each ramp, and no cost of a step that was not', () => {
    const samples = [
      sample('ramp', 'nats', 1, { offered: 4_000, held: 1, cpuMicros: 80 }),
      sample('ramp', 'nats', 1, { offered: 8_000, held: 0, cpuMicros: 10 }),
      sample('ramp', 'nats', 2, { offered: 6_000, held: 1, cpuMicros: 70, serversBusy: 0.42 }),
    ];
    expect(rampTable(samples)).toContain('≥ **6,000**, 4,000 (42 %)');
    expect(rampSteps(samples)).toEqual([4_000, 6_000]);
    expect(heldAt(samples, 'nats', 8_000, 'cpuMicros')).toEqual([]);
  });
});
