// The compose files, for real: builds the images, then brings stacks up, breaks them and takes them down. Where
// `../shared/docker` is beside the checkout it builds stand-ins of the official images first, elsewhere Docker pulls them.
// Where Docker can't run, it says so and why. Ends with the line `N passed, N failed, N skipped`. With `--build` alone it only
// builds what the tests will need: that can be done while something else is.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideTools } from './test-tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const standIns = join(root, '..', 'shared', 'docker', 'build-standins');
const artifacts = join(root, 'artifacts');
const report = join(artifacts, 'jest-compose.json');
/** Of each stack that a failure is shown with. */
const LOG_LINES = 60;
const PROJECT = 'tripcast-test-';
const BUILD_LIMIT_MS = 8 * 60_000;
const TESTS_LIMIT_MS = 15 * 60_000;
const IMAGES = { GATEWAY_IMAGE: 'tripcast-test-gateway', SIMULATOR_IMAGE: 'tripcast-test-simulator' };
/** Whatever the compose files want to be told; the tests tell theirs. */
const SECRETS = { REDIS_PASSWORD: 'x', REDIS_OPERATOR_PASSWORD: 'x', GRAFANA_PASSWORD: 'x' };

function run(file, args, { env = {}, timeout = BUILD_LIMIT_MS, stdio = 'inherit' } = {}) {
  return spawnSync(file, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio,
    timeout,
    encoding: 'utf8',
  });
}

/** Why Docker can't be used; `undefined` when it can. */
function dockerIsMissing() {
  const { status, stderr, error } = run('docker', ['info', '--format', '{{.ServerVersion}}'], {
    stdio: 'pipe',
  });
  if (status !== 0) return error?.message ?? stderr.trim();
  const compose = run('docker', ['compose', 'version'], { stdio: 'pipe' });
  return compose.status === 0 ? undefined : 'docker has no "compose" (2.24 or later)';
}

/** Takes down whatever a run, this one or an earlier one, has left. */
function cleanUp() {
  const ls = run('docker', ['compose', 'ls', '--all', '--quiet', '--filter', `name=${PROJECT}`], {
    stdio: 'pipe',
  });
  for (const project of ls.stdout.split('\n').filter((name) => name.startsWith(PROJECT)))
    run(
      'docker',
      ['compose', '--project-name', project, 'down', '--volumes', '--remove-orphans', '--timeout', '1'],
      {
        env: { COMPOSE_PROFILES: '*', ...SECRETS },
        stdio: 'ignore',
        timeout: 60_000,
      },
    );
}

/** The files in which the stacks have left what their containers logged. */
function logs() {
  const names = readdirSync(artifacts).filter((name) => /^compose-.*\.log$/.test(name));
  return names.map((name) => join(artifacts, name));
}

function printLogs() {
  for (const file of logs()) {
    console.error(`\n--- the end of ${file}`);
    console.error(readFileSync(file, 'utf8').split('\n').slice(-LOG_LINES).join('\n'));
  }
}

function countTests(status) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const results = JSON.parse(readFileSync(report, 'utf8'));
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return {
    passed: results.numPassedTests,
    failed: status === 0 ? failed : Math.max(failed, 1),
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

/** Why nothing can be tested, as counts; `undefined` when there is an engine that has all images. */
function buildImages() {
  if (existsSync(standIns) && run(standIns, []).status !== 0) console.error('no stand-ins: see above');
  const because = dockerIsMissing();
  if (because) {
    console.error(`compose files are not tested, as Docker can't run here: ${because}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const build = ['compose', '--profile', 'demo', 'build'];
  if (run('docker', build, { env: { ...IMAGES, ...SECRETS } }).status === 0) return undefined;
  console.error('the images do not build');
  return { passed: 0, failed: 1, skipped: 0 };
}

function runAll() {
  const because = buildImages();
  if (because) return because;
  const tools = provideTools();
  cleanUp();
  mkdirSync(artifacts, { recursive: true });
  for (const file of [report, ...logs()]) rmSync(file, { force: true });
  try {
    // Two stacks at a time: most of it is waiting for containers.
    const jest = ['scripts/jest.mjs', '--selectProjects', 'compose', '--maxWorkers=2', '--forceExit'];
    const options = ['--json', `--outputFile=${report}`, ...process.argv.slice(2)];
    const { status } = run(process.execPath, [...jest, ...options], {
      env: { ...tools, ...IMAGES },
      timeout: TESTS_LIMIT_MS,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const counts = countTests(status);
    if (counts.failed > 0) printLogs();
    return counts;
  } finally {
    cleanUp();
  }
}

let counts;
try {
  counts = process.argv[2] === '--build' ? (buildImages() ?? { passed: 0, failed: 0, skipped: 0 }) : runAll();
} catch (error) {
  console.error(error.message);
  counts = { passed: 0, failed: 1, skipped: 0 };
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
// In CI nothing may be missing, so a skipped test fails it.
process.exitCode = counts.failed > 0 || (process.env.CI && counts.skipped > 0) ? 1 : 0;
