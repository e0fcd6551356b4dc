// What must hold before a commit: format and lint, types, unit tests. Needs nothing but npm's packages and loopback.
// Stops at the first step that fails.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const STEPS = [
  {
    name: 'format and lint',
    command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
    remedy: 'npm run fix',
  },
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '-b'] },
  { name: 'types of the tests', command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json'] },
  { name: 'unit tests', command: ['scripts/jest.mjs', '--selectProjects', 'unit', '--silent'] },
];

/** Runs the steps whose names are given, or all. Returns the process's exit code. */
export function check(names = STEPS.map((step) => step.name)) {
  for (const { name, command, remedy } of STEPS.filter((step) => names.includes(step.name))) {
    const startedAt = performance.now();
    const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
    if (status !== 0) {
      console.error(`check: ${name} failed${remedy ? `; try: ${remedy}` : ''}`);
      return 1;
    }
    console.log(`check: ${name} ok (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exit(
    check(process.argv.includes('--static') ? ['format and lint', 'types', 'types of the tests'] : undefined),
  );
}
