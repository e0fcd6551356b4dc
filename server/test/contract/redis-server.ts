import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A real redis-server of the test's own, on a free port, its files in a directory of its own. */
export class RedisServer {
  readonly url: string;
  readonly port: number;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, directory: string) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#directory = directory;
  }

  /** A server that is not running yet, to be started with `start`. */
  static async prepare(): Promise<RedisServer> {
    return new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'tripcast-redis-')));
  }

  /** A server that takes commands. */
  static async start(): Promise<RedisServer> {
    const server = await RedisServer.prepare();
    await server.start();
    return server;
  }

  /** Resolves when it takes commands; what an earlier run has written is there again. */
  async start(...options: string[]): Promise<void> {
    const settings = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--dir',
      this.#directory,
      '--save',
      '',
    ];
    const durability = ['--appendonly', 'yes', '--appendfsync', 'always'];
    const server = spawn('redis-server', [...settings, ...durability, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = server;
    const heard: string[] = [];
    for await (const line of createInterface({ input: server.stdout })) {
      heard.push(line);
      if (line.includes('Ready to accept connections')) {
        server.stdout.resume();
        return;
      }
    }
    throw new Error(`redis-server did not start:\n${heard.join('\n')}`);
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
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
