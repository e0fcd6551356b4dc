// The alerts, their explanations and the measurements are three files that must agree.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { idleNode } from './idle-node.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const rules = read('deploy/prometheus/alerts.yml');
const operations = read('docs/operations.md');

/** Names of measurements in a text. */
function namesIn(text: string): string[] {
  return [
    ...new Set([...text.matchAll(/\b(?:tripcast|process|nodejs)_[a-z][a-z0-9_]*\b/g)].map(([name]) => name)),
  ];
}

test('every alert is explained in docs/operations.md, with its severity, and every one explained there is', () => {
  const defined = [...rules.matchAll(/alert: (\w+)[\s\S]*?severity: (\w+)/g)].map(
    ([, name, severity]) => `${name} ${severity}`,
  );
  const explained = [...operations.matchAll(/^\| `(Tripcast\w+)` \| (\w+) \|/gm)].map(
    ([, name, severity]) => `${name} ${severity}`,
  );
  expect(defined.length).toBeGreaterThan(10);
  expect(explained).toEqual(defined);
});

test('alerts and the table of promises speak of nothing that is not measured', async () => {
  const text = await createMetrics(idleNode()).text();
  const measured = new Set(
    [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name, type]) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
  for (const where of [rules, operations]) {
    expect(namesIn(where).filter((name) => !measured.has(name))).toEqual([]);
  }
});
