// On what a run was taken: machine, versions, commit.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Machine } from './results.ts';
import { arePinned } from './systems/cores.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = [
  'uWebSockets.js',
  'ws',
  'ioredis',
  'redis',
  'socket.io',
  '@socket.io/redis-adapter',
  'bufferutil',
];
const PROGRAMS = { 'redis-server': process.env.REDIS_SERVER ?? 'redis-server', 'nats-server': 'nats-server' };

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    arePinned,
  };
}

export function describeVersions(): Record<string, string> {
  const packages = PACKAGES.map((name) => [name, packageVersion(name)]);
  const programs = Object.entries(PROGRAMS).map(([name, program]) => [name, programVersion(program)]);
  return Object.fromEntries(
    [['node', process.versions.node], ...packages, ...programs].filter(([, version]) => version),
  );
}

export function describeCommit(): { commit: string; isDirty: boolean } {
  const changed = said('git', ['status', '--porcelain', '--untracked-files=no']);
  return { commit: said('git', ['rev-parse', '--short=12', 'HEAD']) || 'unknown', isDirty: changed !== '' };
}

function packageVersion(name: string): string | undefined {
  try {
    const file = `${ROOT}/node_modules/${name}/package.json`;
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  } catch {
    return undefined; // not installed: what needs it says so
  }
}

function programVersion(program: string): string | undefined {
  return /\d+\.\d+\.\d+/.exec(said(program, ['--version']))?.[0];
}

function said(program: string, args: string[]): string {
  try {
    return execFileSync(program, args, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return ''; // there is none
  }
}
