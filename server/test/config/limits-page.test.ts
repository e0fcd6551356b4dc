// docs/operations.md has every limit of a node, with its default.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { projectRoot } from '../../src/config/read-config.ts';
import { NODE_LIMITS } from '../../src/limits/node-limits.ts';

test('docs/operations.md lists the limits of a node as they are', () => {
  const page = readFileSync(join(projectRoot(), 'docs/operations.md'), 'utf8');
  const section = page.slice(page.indexOf('\n## Limits'));
  const rows = [...section.matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)].map(([, name, value]) => [
    name,
    Number(value!.replaceAll(',', '')),
  ]);
  expect(rows).toEqual(Object.entries(NODE_LIMITS));
});
