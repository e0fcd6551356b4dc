// A load process as its parent knows it: one order at a time goes to it, an answer comes back.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { arePinned, LOAD_CORE } from '../systems/cores.ts';
import type { FromLoad, ToLoad } from './load-message.ts';

const ENTRY = fileURLToPath(new URL('run.js', import.meta.url));

export class LoadProcess {
  readonly #process: ChildProcess;
  #waiting: { resolve: (answer: FromLoad) => void; reject: (error: Error) => void } | undefined;
  /** What went wrong while nobody asked. */
  #trouble: string | undefined;

  /** @param certificate a file with the servers' own, for TLS */
  constructor(certificate: string | undefined) {
    this.#process = fork(ENTRY, {
      detached: true,
      env: { PATH: process.env.PATH, ...(certificate !== undefined && { NODE_EXTRA_CA_CERTS: certificate }) },
      ...(arePinned && { execPath: 'taskset', execArgv: ['-c', String(LOAD_CORE), process.execPath] }),
    });
    this.#process.on('message', (answer: FromLoad) => {
      if (answer.type === 'failed') this.#fail(answer.why);
      else this.#waiting?.resolve(answer);
    });
    this.#process.on('exit', () => this.#fail('a load process ended'));
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** @throws Error when it fails, or has failed meanwhile */
  async tell(order: ToLoad): Promise<FromLoad> {
    if (this.#trouble !== undefined) throw new Error(this.#trouble);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#process.send(order);
      });
    } finally {
      this.#waiting = undefined;
    }
  }

  /** May be called twice. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  #fail(why: string): void {
    this.#trouble ??= why;
    this.#waiting?.reject(new Error(why));
  }
}
