import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onCore, SERVERS_CORE } from './cores.ts';

export interface ServerProcessOptions {
  /** What it is in results: `a`, `b`, `redis`. */
  name: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** The line of its output that says that it is ready. */
  isReady: (line: string) => boolean;
}

const READY_WITHIN_MS = 20_000;
/** The last lines that it said are kept for the message when it fails. */
const LINES_KEPT = 20;

/** A program under test, on the servers' core. */
export class ServerProcess {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];

  /** Resolves when it is ready. @throws Error with what it said, when it is not */
  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const server = new ServerProcess(options);
    try {
      await server.#untilReady(options);
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  private constructor({ name, command, args, env }: ServerProcessOptions) {
    this.name = name;
    const [program, rest] = onCore(SERVERS_CORE, command, args);
    this.#process = spawn(program, rest, {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // nodes go when the channel says that we are gone
      detached: true,
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** May be called twice. */
  async close(): Promise<void> {
    if (
      this.#process.pid === undefined ||
      this.#process.exitCode !== null ||
      this.#process.signalCode !== null
    )
      return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  #untilReady({ command, isReady }: ServerProcessOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`${this.name}: ${command} ${why}\n${this.#lines.join('\n')}`));
      const timer = setTimeout(() => fail('was not ready in time'), READY_WITHIN_MS);
      this.#process.on('error', (error) => fail(error.message));
      this.#process.on('exit', () => {
        clearTimeout(timer);
        fail('ended');
      });
      for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
        createInterface({ input: stream }).on('line', (line) => {
          this.#lines.push(line);
          if (this.#lines.length > LINES_KEPT) this.#lines.shift();
          if (!isReady(line)) return;
          clearTimeout(timer);
          resolve();
        });
      }
    });
  }
}
