// One line about the fleet: rewritten in place each second on a terminal, else a new line every ten seconds.

import type { Clock } from '@tripcast/client';

const EVERY_MS = { terminal: 1_000, log: 10_000 };

/** What is written to: a terminal or a file. */
export interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export class StatusLine {
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #text: () => string;
  #timer: unknown;
  #isShown = false;

  /** @param text the line as it is now */
  constructor(output: Output, clock: Clock, text: () => string) {
    this.#output = output;
    this.#clock = clock;
    this.#text = text;
    this.#wait();
  }

  /** Writes a line of its own, above the status. */
  say(line: string): void {
    this.#erase();
    this.#output.write(`${line}\n`);
  }

  /** Takes the line away. May be called twice. */
  close(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#erase();
  }

  #wait(): void {
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#show();
        this.#wait();
      },
      this.#output.isTTY ? EVERY_MS.terminal : EVERY_MS.log,
    );
  }

  #show(): void {
    const text = this.#text();
    if (!this.#output.isTTY) {
      this.#output.write(`${text}\n`);
      return;
    }
    // A line that wraps could not be rewritten in place.
    this.#output.write(`\r\x1b[2K${text.slice(0, (this.#output.columns ?? 80) - 1)}`);
    this.#isShown = true;
  }

  #erase(): void {
    if (this.#isShown) this.#output.write('\r\x1b[2K');
    this.#isShown = false;
  }
}
