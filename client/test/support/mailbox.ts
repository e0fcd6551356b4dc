/** What arrived and was not taken yet; taking waits for it. */
export class Mailbox<Item> {
  readonly #items: Item[] = [];
  #waiting: (() => void)[] = [];

  put(item: Item): void {
    this.#items.push(item);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Everything that has arrived and was not taken. */
  get items(): readonly Item[] {
    return this.#items;
  }

  /** The first that arrived, or arrives, for which `wanted` holds; those before it are thrown away. */
  async take<Wanted extends Item = Item>(
    wanted: (item: Item) => item is Wanted = (_item): _item is Wanted => true,
  ): Promise<Wanted> {
    for (;;) {
      while (this.#items.length > 0) {
        const item = this.#items.shift() as Item;
        if (wanted(item)) return item;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

/** The next event of a type. */
export async function next<Event extends { type: string }, Type extends Event['type']>(
  events: Mailbox<Event>,
  type: Type,
): Promise<Extract<Event, { type: Type }>> {
  return events.take((event): event is Extract<Event, { type: Type }> => event.type === type);
}
