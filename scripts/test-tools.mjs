// The programs that tests need beyond npm's packages: a redis-server of version 7 or later and a Chromium.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const OLDEST_REDIS = 7; // sharded channels

const TOOLS = [
  {
    name: `redis-server ${OLDEST_REDIS} or later`,
    variable: 'TRIPCAST_REDIS_SERVER',
    package: 'redis-server',
    commands: ['redis-server', 'valkey-server'],
    folders: ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin'],
    fits: (version) => Number(/ v=(\d+)\./.exec(version)?.[1]) >= OLDEST_REDIS,
  },
  {
    name: 'Chromium',
    variable: 'TRIPCAST_CHROMIUM',
    package: 'chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    folders: [
      '/usr/bin',
      '/snap/bin',
      '/Applications/Google Chrome.app/Contents/MacOS',
      '/Applications/Chromium.app/Contents/MacOS',
    ],
    fits: (version) => /Chrom/.test(version),
  },
];

/**
 * The environment variables that name each tool's path: `TRIPCAST_REDIS_SERVER`, `TRIPCAST_CHROMIUM`. A variable that
 * is set already wins. What is missing is installed where that is this process's to do: as root with apt-get.
 * @throws Error with the command to run
 */
export function provideTools() {
  const missing = TOOLS.filter((tool) => !find(tool));
  if (missing.length > 0) install(missing.map((tool) => tool.package));
  return Object.fromEntries(
    TOOLS.map((tool) => {
      const path = find(tool);
      if (!path)
        throw new Error(
          `tests need ${tool.name}. ${remedy([tool.package])}, or set ${tool.variable} to its path`,
        );
      return [tool.variable, path];
    }),
  );
}

function find({ variable, commands, folders, fits }) {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = process.env[variable]
    ? [process.env[variable]]
    : [...onPath, ...folders].flatMap((folder) => commandsIn(folder, commands));
  return candidates.find((path) => isExecutable(path) && fits(versionOf(path)));
}

function commandsIn(folder, commands) {
  const names = folder.endsWith('/MacOS') ? ['Google Chrome', 'Chromium'] : commands;
  return names.map((name) => join(folder, name));
}

function versionOf(path) {
  return spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 }).stdout ?? '';
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not for us: the next candidate
  }
}

function install(packages) {
  if (process.getuid?.() !== 0 || !isDebian()) return;
  console.log(`installing ${packages.join(' and ')} for the tests`);
  const options = {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  // --no-install-recommends: no service is set up beyond the package itself
  if (spawnSync('apt-get', ['update', '-qq'], options).status !== 0) return;
  spawnSync('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...packages], options);
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false; // no such file: another system
  }
}

function remedy(packages) {
  if (process.platform === 'darwin') {
    return `Run: brew install ${packages.map((name) => (name === 'redis-server' ? 'redis' : '--cask chromium')).join(' ')}`;
  }
  return `Run: sudo apt-get install ${packages.join(' ')}`;
}
