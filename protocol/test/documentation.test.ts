// docs/protocol.md says what the tables of the source say: nothing is missing, nothing is there that isn't so.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { CLOSE, LIMITS, PROBLEMS, REFUSAL, TIMING } from '../src/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/protocol.md'), 'utf8');

describe('docs/protocol.md has each', () => {
  test('[C1] close code, with its name, reason and policy', () => {
    const closes = Object.entries(CLOSE).map(([name, { code, reason, policy }]) => [
      code,
      name,
      reason,
      policy,
    ]);
    const rows = tableAfter('[C1]').map(([code, name, ...others]) => [Number(code), name, ...others]);
    expect(rows).toEqual(closes);
  });

  test('[R2] problem code, with its status and title', () => {
    const problems = Object.entries(PROBLEMS).map(([code, { status, title }]) => [
      code,
      String(status),
      title,
    ]);
    expect(tableAfter('[R2]')).toEqual(problems);
  });

  test('[W7] refusal code', () => {
    expect(tableAfter('[W7]').map(([code]) => code)).toEqual(Object.keys(REFUSAL));
  });

  test.each([
    ['[L1]', LIMITS],
    ['[L2]', TIMING],
  ])('%s limit, with its value', (rule, limits) => {
    const rows = tableAfter(rule).map(([name, value]) => [name, Number(value!.replaceAll(',', ''))]);
    expect(rows).toEqual(Object.entries(limits));
  });
});

describe('rules', () => {
  const rules = [...page.matchAll(/^- \*\*\[([A-Z]\d+)\]\*\*/gm)].map(([, rule]) => rule!);

  test('are numbered without a gap, each once', () => {
    const counts = new Map<string, number>();
    for (const rule of rules) {
      const [group, number] = [rule[0]!, Number(rule.slice(1))];
      expect([rule, number]).toEqual([rule, (counts.get(group) ?? 0) + 1]);
      counts.set(group, number);
    }
    expect(rules.length).toBeGreaterThan(0);
  });

  test('that tests or the page itself cite are there', () => {
    const inTitles = testSources().flatMap((text) => [...text.matchAll(/['"`]\[([A-Z]\d{1,2})\]/g)]);
    const cited = [...inTitles, ...page.matchAll(/\[([A-Z]\d{1,2})\]/g)].map(([, rule]) => rule!);
    expect(cited.filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});

/** The rows of the first table after a rule's number, cells without backticks. */
function tableAfter(rule: string): string[][] {
  const from = page.slice(page.indexOf(`**${rule}**`));
  const table = /(?:^ *\|.*\|\n)+/m.exec(from)![0].trimEnd().split('\n').slice(2);
  return table.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

function testSources(): string[] {
  return ['protocol', 'client', 'server', 'driver-sim', 'rider-web', '.']
    .map((name) => join(root, name, 'test'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.test\.tsx?$/.test(file))
        .map((file) => readFileSync(join(folder, file), 'utf8')),
    );
}
