import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';

const READY = 'Ready to accept connections';

/** A real redis-server of the test's own, on a free port, its files in a directory of its own. */
export class RedisServer {
  readonly url: string;
  readonly port: number;
  readonly directory: string;
  readonly #settings: string[];
  readonly #readyLine: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, directory: string, settings: string[], readyLine: string) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.directory = directory;
    this.#settings = settings;
    this.#readyLine = readyLine;
  }

  /** A server that is not running yet, to be started with `start`. It writes down all that it takes. */
  static async prepare(...settings: string[]): Promise<RedisServer> {
    const durability = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    return RedisServer.#make([...durability, ...settings], READY);
  }

  /** A server that takes commands. */
  static async start(...settings: string[]): Promise<RedisServer> {
    const server = await RedisServer.prepare(...settings);
    await server.start();
    return server;
  }

  /** A sentinel, not running yet. @param lines of its configuration */
  static async prepareSentinel(lines: string[]): Promise<RedisServer> {
    const server = await RedisServer.#make(['--sentinel'], '+monitor master');
    await writeFile(join(server.directory, 'sentinel.conf'), `${lines.join('\n')}\n`);
    server.#settings.unshift(join(server.directory, 'sentinel.conf'));
    return server;
  }

  static async #make(settings: string[], readyLine: string): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), 'tripcast-redis-'));
    return new RedisServer(await freePort(), directory, settings, readyLine);
  }

  /** Adds settings for every start from now on. */
  set(...settings: string[]): void {
    this.#settings.push(...settings);
  }

  /** Resolves when it takes commands; what an earlier run has written is there again. */
  async start(...more: string[]): Promise<void> {
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.directory];
    // A configuration file comes first on the command line.
    const server = spawn('redis-server', [...this.#settings, ...place, ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = server;
    const heard: string[] = [];
    for await (const line of createInterface({ input: server.stdout })) {
      heard.push(line);
      if (line.includes(this.#readyLine)) {
        server.stdout.resume();
        return;
      }
    }
    throw new Error(`redis-server did not start:\n${heard.join('\n')}`);
  }

  /** Has it carry out one command, as a user who may do everything. Rejects when it doesn't within five seconds. */
  async call(command: string, ...args: (string | number)[]): Promise<unknown> {
    const admin = new Redis(this.port, '127.0.0.1', {
      ...{ retryStrategy: () => null, maxRetriesPerRequest: 0, connectTimeout: 5_000, commandTimeout: 5_000 },
    });
    admin.on('error', () => {}); // the command rejects, too
    try {
      return await admin.call(command, ...args);
    } finally {
      admin.disconnect();
    }
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (!server || server.exitCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  /** Its connections stay open, and nothing answers. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}

const taken = new Set<number>();
/** Two files are tested at a time: a server that is killed must find its port free when it comes back. */
const LOWEST_PORT = Number(process.env.JEST_WORKER_ID ?? 1) % 2 === 0 ? 10_000 : 20_000;

/** A port below those that the system gives to outgoing connections: nobody else comes upon it by chance. */
export async function freePort(): Promise<number> {
  while (true) {
    const port = LOWEST_PORT + Math.floor(Math.random() * 10_000);
    if (!taken.has(port) && (await isFree(port))) {
      taken.add(port);
      return port;
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  const bound = new Promise<boolean>((resolve) => {
    probe.once('listening', () => resolve(true)).once('error', () => resolve(false));
  });
  probe.listen(port, '127.0.0.1');
  if (!(await bound)) return false;
  probe.close();
  await once(probe, 'close');
  return true;
}
