// `npm run soak`: the floods of test/integration for ten minutes and a million trips, with the node's memory watched.
// SOAK_SECONDS and SOAK_TRIPS change that.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  ['scripts/jest.mjs', '--selectProjects', 'integration', '--testPathPatterns', 'integration/floods'],
  { cwd: root, env: { SOAK_SECONDS: '600', SOAK_TRIPS: '1000000', ...process.env }, stdio: 'inherit' },
);
process.exit(status ?? 1);
