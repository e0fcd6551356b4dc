// jest's globalSetup for the tests that start gateways: the built server is that of these sources.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

// jest takes the default export only.
// biome-ignore lint/style/noDefaultExport: see above
export default function buildServer() {
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'server'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the server does not build');
}
