// A load process as its parent knows it: orders go to it, answers come back.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromLoad, LoadOrder, LoadReport, ToLoad } from '../load/load-message.ts';

const ENTRY = fileURLToPath(new URL('../load/run.js', import.meta.url));

/**
 * Room for what is thrown away soon, MB: with Node's own 16 a process of thousands collects it several times a second, and
 * what is in use is copied each time.
 */
const YOUNG_MB = 64;

export class LoadProcess {
  readonly #process: ChildProcess;
  readonly #onProblem: (text: string) => void;
  #isClosing = false;

  constructor(onProblem: (text: string) => void) {
    this.#onProblem = onProblem;
    // Helpers that collect side by side spend more than they save where nodes want the other core.
    const execArgv = [...process.execArgv, `--max-semi-space-size=${YOUNG_MB}`, '--no-parallel-scavenge'];
    this.#process = fork(ENTRY, { detached: true, env: { PATH: process.env.PATH }, execArgv });
    this.#process.on('message', (message: FromLoad) => {
      if (message.type === 'problem') this.#onProblem(message.text);
    });
    this.#process.on('exit', (code) => {
      if (!this.#isClosing) this.#onProblem(`a load process ended by itself (${code})`);
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves when all of its vehicles and riders have come. */
  async begin(order: LoadOrder): Promise<void> {
    await this.#ask({ type: 'begin', order }, 'ready');
  }

  /** For orders without an answer. */
  tell(message: Extract<ToLoad, { type: 'measure' | 'fault' | 'storm' }>): void {
    this.#process.send(message);
  }

  async pendingRiders(): Promise<number> {
    return (await this.#ask({ type: 'pending' }, 'pending')).riders;
  }

  async settle(untilMs: number): Promise<void> {
    await this.#ask({ type: 'settle', untilMs }, 'settled');
  }

  async report(): Promise<LoadReport> {
    return (await this.#ask({ type: 'report' }, 'report')).report;
  }

  /** May be called twice. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  /** @throws Error when the process ends instead of answering */
  #ask<T extends FromLoad['type']>(message: ToLoad, type: T): Promise<Extract<FromLoad, { type: T }>> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#process.off('message', hear);
        this.#process.off('exit', fail);
      };
      const hear = (answer: FromLoad): void => {
        if (answer.type !== type) return;
        settle();
        resolve(answer as Extract<FromLoad, { type: T }>);
      };
      const fail = (): void => {
        settle();
        reject(new Error('a load process ended'));
      };
      this.#process.on('message', hear);
      this.#process.on('exit', fail);
      this.#process.send(message);
    });
  }
}
