// The images hold what runs, and nothing else. And what the compose files say before anything runs.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BASE = 'node:24-trixie-slim';
const MB = 1e6;

function docker(args: string[], env: Record<string, string> = {}): string {
  return execFileSync('docker', args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  }).trim();
}

/** Paths in the image that have such a name. */
function filesIn(image: string, ...names: string[]): string[] {
  const find = [
    '/',
    '-xdev',
    '-path',
    '/usr/local',
    '-prune',
    '-o',
    '-type',
    'f',
    '(',
    ...names,
    ')',
    '-print',
  ];
  const run = ['run', '--rm', '--user', 'root', '--entrypoint', 'find', image];
  return docker([...run, ...find])
    .split('\n')
    .filter(Boolean);
}

describe.each([
  ['gateway', process.env.GATEWAY_IMAGE!, 1],
  ['simulator', process.env.SIMULATOR_IMAGE!, 0],
])('the image of the %s', (name, image, addons) => {
  test('adds no more to its base than docs/operations.md says', () => {
    const bytes = (one: string) => Number(docker(['image', 'inspect', '--format', '{{.Size}}', one]));
    const told = new RegExp(`(\\d+) MB \\(${name}\\)`).exec(
      readFileSync(`${ROOT}docs/operations.md`, 'utf8'),
    );
    const added = (bytes(image) - bytes(BASE)) / MB;
    expect(added).toBeLessThan(Number(told![1]));
    expect(added).toBeGreaterThan(Number(told![1]) - 3);
  });

  test('runs as a user without rights', () => {
    expect(docker(['image', 'inspect', '--format', '{{.Config.User}}', image])).toBe('node');
  });

  test('has the native addon for this platform alone, and nothing for compilers, debuggers or developers', () => {
    expect(filesIn(image, '-name', '*.node')).toHaveLength(addons);
    expect(filesIn(image, '-name', '*.ts', '-o', '-name', '*.map')).toEqual([]);
    const { devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    const tools = Object.keys(devDependencies).filter((tool) => tool !== 'ws'); // which the simulator runs on
    expect(tools.length).toBeGreaterThan(10);
    const manifests = tools.flatMap((tool) => ['-o', '-path', `*/node_modules/${tool}/package.json`]);
    expect(filesIn(image, ...manifests.slice(1))).toEqual([]);
  });
});

describe('what the compose files say', () => {
  interface Service {
    image: string;
    healthcheck?: { start_period?: string };
    ports?: { host_ip: string; target: number }[];
  }
  const secrets = { REDIS_PASSWORD: 'x', REDIS_OPERATOR_PASSWORD: 'x', GRAFANA_PASSWORD: 'x' };
  const services = (env: Record<string, string> = {}) => {
    const config = ['compose', '--profile', '*', 'config', '--format', 'json'];
    const all = { COMPOSE_DISABLE_ENV_FILE: '1', ...secrets, ...env };
    return (JSON.parse(docker(config, all)) as { services: Record<string, Service> }).services;
  };

  test('whatever reads files or makes a database before it answers is not called unhealthy meanwhile', () => {
    const checked = Object.entries(services()).filter(([, { healthcheck }]) => healthcheck);
    expect(checked.map(([name]) => name).sort()).toEqual(['grafana', 'haproxy', 'prometheus', 'redis']);
    for (const [, { healthcheck }] of checked) expect(healthcheck!.start_period).toMatch(/^\d+m/);
  });

  test('ports are for this machine alone, and TLS can be for everybody without plain HTTP', () => {
    const published = (env: Record<string, string>) =>
      Object.values(services(env)).flatMap(({ ports = [] }) => ports);
    expect(new Set(published({}).map((port) => port.host_ip))).toEqual(new Set(['127.0.0.1']));
    const open = published({ HTTPS_BIND: '0.0.0.0' }).filter((port) => port.host_ip !== '127.0.0.1');
    expect(open.map(({ target }) => target)).toEqual([8443]);
  });

  test('without its secrets nothing starts, and it says which is missing', () => {
    for (const secret of Object.keys(secrets))
      expect(() => services({ [secret]: '' })).toThrow(new RegExp(`${secret} is missing a value`));
  });
});
