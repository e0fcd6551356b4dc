import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SECRET } from './tokens.ts';

const ENTRY = fileURLToPath(new URL('../../driver-sim/dist/run.js', import.meta.url));

/** A simulated fleet in a process of its own. */
export class SimulatorProcess {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(url: string, ...options: string[]) {
    this.#process = spawn(process.execPath, [ENTRY, '--url', url, '--quiet', ...options], {
      env: { PATH: process.env.PATH, TRIPCAST_JWT_SECRET: SECRET },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#ended = once(this.#process, 'close');
  }

  /** As a phone that runs out of battery. May be called twice. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}
