// The programs that tests need beyond npm's packages: a redis-server of version 7 or later and a Chromium.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const OLDEST_REDIS = 7; // sharded channels

const TOOLS = [
  {
    name: `redis-server ${OLDEST_REDIS} or later`,
    variable: 'REDIS_SERVER',
    package: 'redis-server',
    commands: ['redis-server'],
    folders: ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin'],
    fits: (version) => Number(/ v=(\d+)\./.exec(version)?.[1]) >= OLDEST_REDIS,
  },
  {
    name: 'Chromium',
    variable: 'CHROMIUM',
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
 * The environment for tests: `REDIS_SERVER` and `CHROMIUM` name each tool's path, and `PATH` leads to both. A variable
 * that is set already wins. What is missing is installed where that is this process's to do: as root, with apt-get.
 * @throws Error with the command to run
 */
export function provideTools() {
  const missing = TOOLS.filter((tool) => !find(tool));
  if (missing.length > 0) install(missing.map((tool) => tool.package));
  const paths = TOOLS.map((tool) => find(tool) ?? complain(tool));
  return {
    ...Object.fromEntries(TOOLS.map(({ variable }, index) => [variable, paths[index]])),
    PATH: [...new Set([...foldersOnPath(), ...paths.map(dirname)])].join(delimiter),
  };
}

function find({ variable, commands, folders, fits }) {
  const candidates = process.env[variable]
    ? [process.env[variable]]
    : [...foldersOnPath(), ...folders].flatMap((folder) => commandsIn(folder, commands));
  return candidates.find((path) => isExecutable(path) && fits(versionOf(path)));
}

function foldersOnPath() {
  return (process.env.PATH ?? '').split(delimiter).filter(Boolean);
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

function complain({ name, variable, package: packageName }) {
  const remedy =
    process.platform === 'darwin'
      ? `brew install ${packageName === 'redis-server' ? 'redis' : '--cask chromium'}`
      : `sudo apt-get install ${packageName}`;
  throw new Error(`tests need ${name}; run: ${remedy} (or set ${variable} to its path)`);
}
