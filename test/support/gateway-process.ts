import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SECRET } from './tokens.ts';
import { Watched } from './watched.ts';

const ENTRY = fileURLToPath(new URL('node-entry.mjs', import.meta.url));
const SEVERAL = fileURLToPath(new URL('../../server/dist/run.js', import.meta.url));
const PAGES = fileURLToPath(new URL('pages', import.meta.url));

/** A line of a node's log. */
export interface LogLine {
  level: number;
  msg: string;
  [field: string]: unknown;
}

/** Node.js itself takes long to start when several do, and the machine is busy. */
const START_WITHIN_MS = 60_000;
/** pino's number. */
const ERROR_LEVEL = 50;

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

interface StartOptions {
  /** How many files it may open. */
  openFiles?: number;
  /** Several processes on one port, `PORT`, under one that is their parent. */
  processes?: number;
}

/** A gateway node of the test's own, in a process of its own, on a free port. */
export class GatewayProcess {
  readonly log = new Watched<LogLine>();
  /** What was written to stderr, or to stdout without being a log line. */
  readonly words: string[] = [];
  readonly exit: Promise<Exit>;
  #url = '';
  readonly #process: ChildProcess;

  private constructor(env: Record<string, string>, { openFiles, processes }: StartOptions = {}) {
    const [command, ...args] =
      processes !== undefined
        ? [process.execPath, SEVERAL, '--processes', String(processes)]
        : openFiles === undefined
          ? [process.execPath, ENTRY]
          : ['sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$1"`, process.execPath, ENTRY];
    this.#process = spawn(command!, args, {
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        TRIPCAST_JWT_SECRET: SECRET,
        TRIPCAST_SITE_DIR: PAGES,
        TRIPCAST_REBALANCE: 'off', // clients of most tests stay where they are
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exit = once(this.#process, 'close').then(([code, signal]) => ({ code, signal }) as Exit);
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      if (line.startsWith('{')) this.log.add(JSON.parse(line) as LogLine);
      else this.words.push(line);
    });
    createInterface({ input: this.#process.stderr! }).on('line', (line) => this.words.push(line));
  }

  /** Runs a node with these variables until it ends by itself or is ended. */
  static spawn(env: Record<string, string>, options: StartOptions = {}): GatewayProcess {
    return new GatewayProcess(env, options);
  }

  /** A node that is ready; of several processes, the first one of them is. */
  static async start(env: Record<string, string> = {}, options: StartOptions = {}): Promise<GatewayProcess> {
    const node = new GatewayProcess(env, options);
    const ready = node.log.until('the node to be ready', ({ msg }) => msg === 'ready', {
      withinMs: START_WITHIN_MS,
    });
    const ended = node.exit.then((exit) => {
      throw new Error(`the node ended: ${JSON.stringify(exit)}\n${node.told()}`);
    });
    node.#url = (await Promise.race([ready, ended])).url as string;
    return node;
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exit;
  }

  /** Tells it to leave. */
  terminate(): void {
    this.#process.kill('SIGTERM');
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** A signal that the test has given a meaning. */
  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Its connections stay open, and nothing answers. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  /** All that it said, for the message of a failure. */
  told(): string {
    return [...this.log.seen.map((line) => JSON.stringify(line)), ...this.words].join('\n');
  }

  /**
   * May be called twice, and on one that has ended.
   * @throws Error when the node had logged a mistake of its own
   */
  async close(): Promise<void> {
    await this.kill();
    const mistakes = this.log.seen.filter(({ level }) => level >= ERROR_LEVEL);
    if (mistakes.length > 0) throw new Error(`the node logged mistakes: ${JSON.stringify(mistakes)}`);
  }
}
