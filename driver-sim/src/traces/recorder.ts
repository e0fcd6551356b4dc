// Writes down what one vehicle measured, and the truth of those moments.

import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { Fix } from '@tripcast/protocol';
import type { Pose } from '../motion.ts';
import type { Recorded } from './measured.ts';
import { TraceError, type TraceFormat, traceFormatOf } from './trace.ts';

export class Recorder {
  readonly #path: string;
  readonly #format: TraceFormat;
  readonly #recording: Recorded[] = [];
  #isClosed = false;

  /** @throws TraceError when the name tells no format, or the file can't be written: better now than after an hour */
  constructor(path: string) {
    this.#path = path;
    this.#format = traceFormatOf(path);
    try {
      closeSync(openSync(path, 'a'));
    } catch (error) {
      throw new TraceError(`${path}: can't be written (${(error as NodeJS.ErrnoException).code})`);
    }
  }

  /** @param truths where the vehicle was at each of these times, or nothing */
  add(fixes: readonly Fix[], truths: readonly Pose[]): void {
    fixes.forEach((fix, index) => {
      const truth = truths[index];
      this.#recording.push({ fix, ...(truth && { truth }) });
    });
  }

  /** Writes the file. May be called twice. @throws Error when it can't be written any more */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    writeFileSync(this.#path, this.#format.write(this.#recording));
  }
}
