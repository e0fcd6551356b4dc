import { rest } from './rest-client.ts';

/** So many ask at a time: what goes wrong for a few milliseconds is met by somebody. */
const ASKERS = 4;

/** Asks the same again and again, as apps do, and keeps what was not answered as it should be. */
export class RestProbe {
  /** Statuses, or why there was none. */
  readonly failures: string[] = [];
  asked = 0;
  readonly #url: string;
  readonly #path: string;
  readonly #done: Promise<unknown>;
  #isOver = false;

  constructor(url: string, path: string) {
    this.#url = url;
    this.#path = path;
    this.#done = Promise.all(Array.from({ length: ASKERS }, () => this.#askOn()));
  }

  /** Resolves when the last answer is there. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #askOn(): Promise<void> {
    while (!this.#isOver) {
      this.asked++;
      try {
        const { status, body } = await rest(this.#url, this.#path);
        if (status !== 200) this.failures.push(`${status} ${JSON.stringify(body)}`);
      } catch (error) {
        this.failures.push(String((error as Error).cause ?? error));
      }
    }
  }
}
