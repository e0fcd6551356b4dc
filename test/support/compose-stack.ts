import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Trip } from '@tripcast/protocol';
import type { Followable } from './returning-follower.ts';
import { operatorToken, SECRET } from './tokens.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Every project of ours begins so: whoever cleans up finds them. */
const PROJECT = 'tripcast-test-';
const COMMAND_LIMIT_MS = 150_000;
const execute = promisify(execFile);

/** The compose files, for real, under a project name and on ports of their own. */
export class ComposeStack {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  readonly secureUrl: string;
  readonly prometheusUrl: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(name: string, env: Record<string, string>, ports: number[]) {
    const [http, https, prometheus] = ports.map(String) as [string, string, string];
    this.name = name;
    this.port = Number(http);
    this.url = `http://127.0.0.1:${http}`;
    this.secureUrl = `https://localhost:${https}`;
    this.prometheusUrl = `http://127.0.0.1:${prometheus}`;
    this.env = {
      ...process.env,
      COMPOSE_PROJECT_NAME: PROJECT + name,
      COMPOSE_DISABLE_ENV_FILE: '1',
      TRIPCAST_JWT_SECRET: SECRET,
      REDIS_PASSWORD: 'of-the-gateways',
      REDIS_OPERATOR_PASSWORD: 'of-the-operators',
      GRAFANA_PASSWORD: 'of-the-onlookers',
      TRIPCAST_DEMO: 'public',
      TRIPCAST_DRAIN_MS: '4000',
      HTTP_PORT: http,
      HTTPS_PORT: https,
      PROMETHEUS_PORT: prometheus,
      REDIS_SUBNET: `10.${213 + (process.pid % 40)}.${http.length + (Number(http) % 200)}`,
      ...env,
    };
  }

  /** Brings these services up; resolves when all are healthy. */
  static async up(
    name: string,
    services: string[],
    { gateways, env = {} }: { gateways: number; env?: Record<string, string> },
  ): Promise<ComposeStack> {
    const stack = new ComposeStack(name, { GATEWAYS: String(gateways), ...env }, await freePorts(3));
    await stack.compose('down', '--volumes', '--remove-orphans', '--timeout', '1');
    try {
      await stack.compose('up', '--detach', '--no-build', '--wait', ...services);
    } catch (error) {
      await stack.close();
      throw error;
    }
    return stack;
  }

  /** Resolves to what `docker compose` printed. @throws Error with what it said */
  compose(...args: string[]): Promise<string> {
    return this.#run('docker', ['compose', '--ansi', 'never', '--profile', '*', ...args]);
  }

  /** The bytes that `docker compose` writes. @throws Error with what it said */
  async output(...args: string[]): Promise<Buffer> {
    const { stdout } = await execute('docker', ['compose', ...args], {
      ...this.#options(),
      encoding: 'buffer',
    });
    return stdout;
  }

  /** Gives these bytes to `docker compose`. @throws Error with what it said */
  async input(bytes: Buffer, ...args: string[]): Promise<void> {
    const running = execute('docker', ['compose', ...args], this.#options());
    running.child.stdin!.end(bytes);
    await running;
  }

  docker(...args: string[]): Promise<string> {
    return this.#run('docker', args);
  }

  /** @param env settings that differ from the stack's, as of somebody who has changed .env */
  script(name: string, env: Record<string, string> = {}): Promise<string> {
    return this.#run(process.execPath, [`scripts/${name}`], env);
  }

  async scale(gateways: number, ...services: string[]): Promise<void> {
    const scale = ['--scale', `gateway=${gateways}`];
    await this.compose('up', '--detach', '--no-build', '--no-recreate', '--wait', ...scale, ...services);
  }

  /** The names of a service's containers, in their order. @param which those that run, when not said */
  async containers(service: string, ...which: string[]): Promise<string[]> {
    const chosen = which.length > 0 ? which : ['--status', 'running'];
    const names = await this.compose('ps', ...chosen, '--format', '{{.Name}}', service);
    return names.split('\n').filter(Boolean).sort();
  }

  /** How many trips have simulated drivers and riders who may follow. */
  async trips(): Promise<(Followable & { trip: Trip })[]> {
    const answer = await fetch(`${this.url}/v1/demo/trips`);
    const { trips } = (await answer.json()) as { trips: { trip: Trip; riderToken: string }[] };
    return trips.map(({ trip, riderToken }) => ({ id: trip.id, riderToken, trip }));
  }

  /** The times of a trip's stored track, ms. */
  async track(id: string): Promise<number[]> {
    const answer = await fetch(`${this.url}/v1/trips/${id}/track`, {
      headers: { authorization: `Bearer ${operatorToken()}` },
    });
    const { features } = (await answer.json()) as { features: { properties: { time: number } }[] };
    return features.map(({ properties }) => properties.time);
  }

  /** Sockets of each node, by what each says of itself. */
  sockets(): Promise<number[]> {
    return this.measured('tripcast_connections');
  }

  /** What each node has measured, summed over all labels. */
  async measured(metric: string): Promise<number[]> {
    const nodes = await this.containers('gateway');
    return Promise.all(
      nodes.map(async (node) => {
        const text = await this.docker('exec', node, 'node', '-e', PRINT_METRICS);
        const values = [...text.matchAll(new RegExp(`^${metric}(?:{.*})? ([\\d.]+)$`, 'gm'))];
        return values.reduce((sum, [, value]) => sum + Number(value), 0);
      }),
    );
  }

  /** What the containers have logged is kept in `artifacts/`. */
  async close(): Promise<void> {
    const lines = (await this.compose('logs', '--timestamps')).split('\n');
    const timeOf = (line: string) => /\| (\S+Z) /.exec(line)?.[1] ?? '';
    lines.sort((one, other) => timeOf(one).localeCompare(timeOf(other)));
    mkdirSync(join(ROOT, 'artifacts'), { recursive: true });
    writeFileSync(join(ROOT, 'artifacts', `compose-${this.name}.log`), lines.join('\n'));
    await this.compose('down', '--volumes', '--remove-orphans', '--timeout', '5');
  }

  async #run(file: string, args: string[], env: Record<string, string> = {}): Promise<string> {
    const { stdout } = await execute(file, args, this.#options(env));
    return stdout.trim();
  }

  #options(env: Record<string, string> = {}) {
    return {
      cwd: ROOT,
      env: { ...this.env, ...env },
      timeout: COMMAND_LIMIT_MS,
      maxBuffer: 64 * 2 ** 20,
    };
  }
}

const PRINT_METRICS =
  "fetch('http://127.0.0.1:8080/metrics').then(a=>a.text()).then(t=>process.stdout.write(t))";

/** All at once, so that none comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
