/** Bytes that a node may hold at once for one purpose, whoever makes it hold them. */
export class ByteBudget {
  readonly #limit: number;
  readonly #onMet: () => void;
  #held = 0;

  /** @param onMet somebody was refused bytes */
  constructor(limit: number, onMet: () => void) {
    this.#limit = limit;
    this.#onMet = onMet;
  }

  /** False, and nothing is taken, when there are too few left. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.#limit) {
      this.#onMet();
      return false;
    }
    this.#held += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#held -= bytes;
  }
}
