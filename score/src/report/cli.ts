// node score/dist/report/cli.js RESULT.json OUT.html: the report of a result that `npm run score -- --json` has written.

import { readFileSync, writeFileSync } from 'node:fs';
import type { ScoreResult } from '../result.ts';
import { writeReport } from './write-report.ts';

const FORMAT: ScoreResult['format'] = 1;

const [source, target] = process.argv.slice(2);
if (!source || !target) {
  console.error('usage: node score/dist/report/cli.js RESULT.json OUT.html');
  process.exit(2);
}
try {
  const result: ScoreResult = JSON.parse(readFileSync(source, 'utf8'));
  if (result.format !== FORMAT) throw new Error(`not a result of format ${FORMAT}`);
  writeFileSync(target, writeReport(result));
} catch (error) {
  console.error(`${source}: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
