import { rest } from './rest-client.ts';

/** A node's measurements at one moment: the value of each line, by its name with its labels. */
export class Scrape {
  readonly #values: ReadonlyMap<string, number>;

  private constructor(text: string) {
    this.#values = new Map(
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => {
          const space = line.lastIndexOf(' ');
          return [line.slice(0, space), Number(line.slice(space + 1))];
        }),
    );
  }

  static async of(url: string): Promise<Scrape> {
    return new Scrape((await rest<string>(url, '/metrics')).body);
  }

  /** 0 for what was not measured yet. @param name without `tripcast_`, with its labels */
  value(name: string): number {
    return this.#values.get(`tripcast_${name}`) ?? 0;
  }

  /** By how much some of them have grown since. */
  since(before: Scrape, names: readonly string[]): Record<string, number> {
    return Object.fromEntries(names.map((name) => [name, this.value(name) - before.value(name)]));
  }

  /** How many of all that a histogram has seen were at most so great. */
  atMost(name: string, bound: number): number {
    return this.value(`${name}_bucket{le="${bound}"}`);
  }
}
