// Every test: unit, contract, a million inputs of garbage, integration, end to end. Sees to what they need beyond npm's
// packages (a redis-server, a Chromium), builds, runs, and ends with the one line `N passed, N failed, N skipped`.
// Screenshots: artifacts/.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { provideTools } from './test-tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const artifacts = join(root, 'artifacts');
/** Ends what hangs, not what is slow. */
const STAGE_LIMIT_MS = 40 * 60_000;

/**
 * Tests with real nodes and servers wait most of their time, so two files run at once; what is promised in seconds they
 * measure by the time that they were given (test/support/fair-time.ts). What is to be seen in a browser has the machine to itself.
 */
const STAGES = [
  { projects: ['unit', 'contract'], flags: ['--maxWorkers=2'] },
  { projects: ['fuzz'], flags: ['--runInBand'] },
  { projects: ['integration'], flags: ['--maxWorkers=2'] },
  { projects: ['e2e'], flags: ['--runInBand'] },
];

/** By themselves, when they are asked for. */
const NAMED_STAGES = {
  browser: { projects: ['browser'], flags: ['--runInBand'] },
  faults: { projects: ['faults'], flags: ['--runInBand'] },
};

/** Runs one stage, reports as jest does, and returns its counts. */
function runStage({ projects, flags }, tools) {
  const output = join(artifacts, `jest-${projects.join('-')}.json`);
  rmSync(output, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      'scripts/jest.mjs',
      '--selectProjects',
      ...projects,
      '--passWithNoTests',
      '--json',
      `--outputFile=${output}`,
      ...flags,
    ],
    // With --json the readable report is on stderr; stdout has nothing to add.
    {
      cwd: root,
      env: { ...process.env, ...tools },
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: STAGE_LIMIT_MS,
    },
  );
  if (!existsSync(output)) {
    console.error(`${projects.join(', ')}: ended without results`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const results = JSON.parse(readFileSync(output, 'utf8'));
  listFailures(results);
  // A file that can't be loaded has no tests to count, but it has failed; so has a run that says so for itself.
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return {
    passed: results.numPassedTests,
    failed: status === 0 ? failed : Math.max(failed, 1),
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

function listFailures(results) {
  for (const { name, status, assertionResults } of results.testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const titles = failed.map((test) => test.fullName);
    if (status === 'failed' && titles.length === 0) titles.push('could not be loaded');
    for (const title of titles) console.error(`failed: ${relative(root, name)}: ${title}`);
  }
}

function runAll() {
  mkdirSync(artifacts, { recursive: true });
  const tools = provideTools();
  build();
  const named = process.argv.slice(2).map((name) => NAMED_STAGES[name] ?? complain(name));
  const counts = (named.length > 0 ? named : STAGES).map((stage) => runStage(stage, tools));
  const total = (key) => counts.reduce((sum, count) => sum + count[key], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

function complain(name) {
  throw new Error(`there is no stage "${name}"; there is: ${Object.keys(NAMED_STAGES).join(', ')}`);
}

function runAllOrExplain() {
  try {
    return runAll();
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failed: 1, skipped: 0 }; // tools or build are missing: that counts as a failure
  }
}

const { passed, failed, skipped } = runAllOrExplain();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
// In CI nothing may be missing, so a skipped test fails it.
process.exitCode = failed > 0 || passed === 0 || (process.env.CI && skipped > 0) ? 1 : 0;
