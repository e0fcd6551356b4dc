// Builds what is older than its sources: the packages (tsc -b, incremental) and the pages (vite). Safe to run from
// several processes at once: a lock folder lets one build while the others wait.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const LOCK = join(root, 'node_modules', '.tripcast-build');
const LOCK_STALE_MS = 120_000;

/** Builds what is stale. @throws Error with the compiler's output when the sources don't build */
export function build() {
  if (!existsSync(join(root, 'node_modules', 'typescript'))) {
    throw new Error('dependencies are missing: run "npm install" first');
  }
  const packagesStale = ['protocol', 'client', 'server', 'driver-sim', 'rider-web', 'score', 'bench'].some(
    (name) =>
      isStale(
        [join(root, name, 'src'), join(root, name, 'package.json')],
        join(root, name, 'dist', '.tsbuildinfo'),
      ),
  );
  const pagesStale = isStale(
    [
      'rider-web/src',
      'rider-web/public',
      'rider-web/index.html',
      'rider-web/vite.config.ts',
      'protocol/src',
      'client/src',
    ].map((path) => join(root, path)),
    join(root, 'rider-web', 'site', '.built'),
  );
  if (!packagesStale && !pagesStale) return;
  withLock(() => {
    if (packagesStale) run('node_modules/typescript/bin/tsc', ['-b'], root);
    if (pagesStale && existsSync(join(root, 'rider-web', 'scripts', 'build-site.mjs'))) {
      run('scripts/build-site.mjs', [], join(root, 'rider-web'));
    }
  });
}

function run(script, args, cwd) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(cwd, script), ...args], {
    cwd,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${script} failed:\n${stdout}${stderr}`);
}

function withLock(work) {
  const deadline = Date.now() + LOCK_STALE_MS;
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      if (age > LOCK_STALE_MS || Date.now() > deadline) rmSync(LOCK, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    work();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function isStale(sources, product) {
  const built = statSync(product, { throwIfNoEntry: false })?.mtimeMs;
  return built === undefined || sources.some((source) => newest(source) > built);
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    build();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
