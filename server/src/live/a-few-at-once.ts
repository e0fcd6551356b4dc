/**
 * Work to be done for many, a few at a time: what a herd of them asks for must not crowd out what is live. Each is done once,
 * however often it is added before its turn comes.
 */
export class AFewAtOnce<Item> {
  readonly #atOnce: number;
  readonly #work: (item: Item) => Promise<void>;
  readonly #waiting = new Set<Item>();
  #underWay = 0;

  /** @param atOnce for how many `work` may be under way */
  constructor(atOnce: number, work: (item: Item) => Promise<void>) {
    this.#atOnce = atOnce;
    this.#work = work;
  }

  add(item: Item): void {
    this.#waiting.add(item);
    this.#begin();
  }

  /** It is not to be done any more, unless it has begun. */
  delete(item: Item): void {
    this.#waiting.delete(item);
  }

  #begin(): void {
    for (const item of this.#waiting) {
      if (this.#underWay >= this.#atOnce) return;
      this.#waiting.delete(item);
      this.#underWay++;
      void this.#work(item).finally(() => {
        this.#underWay--;
        this.#begin();
      });
    }
  }
}
