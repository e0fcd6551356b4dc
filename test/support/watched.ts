import { fairMs } from './fair-time.ts';

/** How long anything that was not promised sooner may take on a busy machine, ms. */
const PATIENCE_MS = 30_000;

/** What was seen so far, in order, and can be waited for. */
export class Watched<Item> {
  readonly seen: Item[] = [];
  readonly #waiting = new Set<() => void>();

  add(item: Item): void {
    this.seen.push(item);
    for (const look of this.#waiting) look();
  }

  /**
   * The first item that fits, from index `from` on, whether it was seen before or comes yet.
   * @throws Error that names `what` and shows all that was seen, when none has come within `withinMs` by `fairMs`
   */
  async until<Fit extends Item>(
    what: string,
    fits: ((item: Item) => item is Fit) | ((item: Item) => boolean),
    { from = 0, withinMs = PATIENCE_MS } = {},
  ): Promise<Fit> {
    let next = from;
    return (await this.#look(what, withinMs, () => {
      while (next < this.seen.length) {
        const item = this.seen[next++]!;
        if (fits(item)) return item;
      }
      return undefined;
    })) as Fit;
  }

  /** Resolves when `holds` does, which is looked at now and whenever something is seen. */
  async untilAll(
    what: string,
    holds: (seen: readonly Item[]) => boolean,
    withinMs = PATIENCE_MS,
  ): Promise<void> {
    await this.#look(what, withinMs, () => (holds(this.seen) ? true : undefined));
  }

  #look<Found>(what: string, withinMs: number, find: () => Found | undefined): Promise<Found> {
    return new Promise((resolve, reject) => {
      const beganAt = performance.now();
      const look = () => {
        const found = find();
        if (found === undefined) return;
        settle();
        resolve(found);
      };
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const giveUp = () => {
        const leftMs = withinMs - fairMs(beganAt);
        if (leftMs > 0) {
          timer = setTimeout(giveUp, leftMs);
          return;
        }
        settle();
        reject(new Error(`waited ${withinMs} ms for ${what}; seen: ${shorten(JSON.stringify(this.seen))}`));
      };
      let timer = setTimeout(giveUp, withinMs);
      this.#waiting.add(look);
      look();
    });
  }
}

function shorten(text: string): string {
  return text.length <= 4_000 ? text : `${text.slice(0, 1_000)} … ${text.slice(-3_000)}`;
}
