// A program of the world: started, told to go, frozen, killed, and gone at the end whatever happened.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** The line of its output that says that it is ready. */
  isReady: (line: string) => boolean;
}

const READY_WITHIN_MS = 30_000;
const GONE_WITHIN_MS = 15_000;
/** The last lines that it said are kept for the message when it fails. */
const LINES_KEPT = 40;

export class Child {
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  #lines: string[] = [];

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  /** `undefined` while it doesn't run. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** What it said last. */
  get words(): string {
    return this.#lines.join('\n');
  }

  /** Resolves to the line that says that it is ready. @throws Error with what it said, when it is not */
  async start(): Promise<string> {
    const { command, args, env, isReady } = this.#options;
    // A process group of its own: Ctrl-C reaches us alone, and we end the others in order.
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // a node goes when the channel says that we are gone
      detached: true,
    });
    this.#process = child;
    child.on('exit', () => {
      if (this.#process === child) this.#process = undefined;
    });
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${command} ${why}:\n${this.words}`));
      const timer = setTimeout(() => fail('was not ready in time'), READY_WITHIN_MS);
      child.on('error', (error) => fail(error.message));
      child.on('exit', () => {
        clearTimeout(timer);
        fail('ended');
      });
      for (const stream of [child.stdout!, child.stderr!]) {
        createInterface({ input: stream }).on('line', (line) => {
          this.#lines = [...this.#lines, line].slice(-LINES_KEPT);
          if (!isReady(line)) return;
          clearTimeout(timer);
          resolve(line);
        });
      }
    });
  }

  /** As a power cut would. Resolves when it has gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Tells it to go, and kills it when it doesn't. */
  async terminate(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Its connections stay open, and nothing answers. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), GONE_WITHIN_MS);
    await gone;
    clearTimeout(timer);
  }
}
