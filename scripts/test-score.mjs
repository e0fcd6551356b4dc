// The scorecard's short forms, as CI runs them: small worlds, the faults that matter most, budgets held. What depends on
// a quiet machine (milliseconds) is printed, and breaks nothing.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { provideTools } from './test-tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const artifacts = join(root, 'artifacts');

/** Those of one line run at the same time. */
const ROUNDS = [
  [
    { scenario: 'tunnel', scale: 0.2, seconds: 80 },
    { scenario: 'node-killed', scale: 0.4, seconds: 50 },
  ],
  [
    { scenario: 'redis-restart', scale: 0.4, seconds: 75 },
    { scenario: 'calm', scale: 0.1, seconds: 40 },
  ],
];
const LIMIT_MS = 4 * 60_000;

/** Resolves to the run's output and whether it held its budgets. */
function run({ scenario, scale, seconds }, env) {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        'score/dist/run.js',
        scenario,
        '--any-machine',
        ...['--seed', 7, '--scale', scale, '--duration', seconds],
        ...['--json', join(artifacts, `score-${scenario}.json`)],
        ...['--report', join(artifacts, `score-${scenario}.html`)],
      ].map(String),
      { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('close', (code) => resolve({ scenario, held: code === 0, output }));
  });
}

async function runAll() {
  mkdirSync(artifacts, { recursive: true });
  const env = { ...process.env, ...provideTools() };
  build();
  let isHeld = true;
  for (const round of ROUNDS) {
    for (const { scenario, held, output } of await Promise.all(round.map((one) => run(one, env)))) {
      console.log(`${output}\n${scenario}: ${held ? 'held' : 'BROKEN'}\n`);
      isHeld &&= held;
    }
  }
  return isHeld;
}

try {
  process.exitCode = (await runAll()) ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
