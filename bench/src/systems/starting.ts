import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerProcess } from './server-process.ts';
import type { RunningSystem } from './system.ts';

/** Remembers what was started, so that all of it ends, also when only half of it could be started. */
export class Starting {
  readonly folder: string;
  readonly #processes: ServerProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Has `begin` start servers. When it throws, those that run are ended. */
  static async system(
    begin: (starting: Starting) => Promise<Omit<RunningSystem, 'processes' | 'close'>>,
  ): Promise<RunningSystem> {
    const starting = new Starting(await mkdtemp(join(tmpdir(), 'tripcast-bench-')));
    try {
      const where = await begin(starting);
      return { ...where, processes: starting.#processes, close: () => starting.#close() };
    } catch (error) {
      await starting.#close();
      throw error;
    }
  }

  /** Waits for it, and keeps it. */
  async add(process: Promise<ServerProcess>): Promise<void> {
    this.#processes.push(await process);
  }

  async #close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.close()));
    await rm(this.folder, { recursive: true, force: true });
  }
}
