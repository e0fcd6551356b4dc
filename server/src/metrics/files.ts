import { closeSync, openSync } from 'node:fs';

/** Whether the process can open one more file. A socket is one, too: when there is none left, nobody can connect. */
export class Files {
  areOut = false;

  /** True when `areOut` has changed. */
  look(): boolean {
    const were = this.areOut;
    try {
      closeSync(openSync('/dev/null', 'r'));
      this.areOut = false;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.areOut = code === 'EMFILE' || code === 'ENFILE';
    }
    return this.areOut !== were;
  }
}
