import type { Log } from '../../src/log.ts';

/** A log that can be waited for. */
export class StateLog implements Log {
  readonly lines: { level: string; message: string; fields: object }[] = [];
  #wake = () => {};

  info(fields: object, message: string): void {
    this.#add('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#add('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#add('error', fields, message);
  }

  /** How many lines have said this. */
  count(message: string): number {
    return this.lines.filter((line) => line.message.includes(message)).length;
  }

  /** Resolves when the message has come for the `times`-th time. */
  async until(message: string, times = 1): Promise<void> {
    while (this.count(message) < times) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #add(level: string, fields: object, message: string): void {
    this.lines.push({ level, message, fields });
    this.#wake();
  }
}
