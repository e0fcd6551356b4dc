// What a node counts, kept as plain numbers and written down when Prometheus asks: on the hot path a measurement is an
// addition. Text format: https://prometheus.io/docs/instrumenting/exposition_formats/

type Labels = Readonly<Record<string, string | number>>;

/** One line: what is behind the family's name, what tells it from its sisters, and the value. */
export interface Sample {
  suffix?: string;
  labels?: Labels;
  value: number;
}

/** Measurements of one name. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  samples(): readonly Sample[];
}

/** Something that only grows. */
export class Counter {
  value = 0;

  add(count = 1): void {
    this.value += count;
  }

  samples(): Sample[] {
    return [{ value: this.value }];
  }
}

/**
 * Counters told apart by labels whose values are few and known. Each combination counts from 0 on: what appears with its
 * first event already counted is no increase to Prometheus.
 */
export class Counters {
  readonly #names: readonly string[];
  readonly #counts = new Map<string, { labels: Labels; value: number }>();

  /** @param values of each label, by its name */
  constructor(values: Readonly<Record<string, readonly (string | number)[]>>) {
    this.#names = Object.keys(values);
    const combinations = Object.values(values).reduce<(string | number)[][]>(
      (before, ofLabel) => before.flatMap((some) => ofLabel.map((value) => [...some, value])),
      [[]],
    );
    for (const combination of combinations) this.add(combination, 0);
  }

  /** @param values of the labels, in order */
  add(values: readonly (string | number)[], count = 1): void {
    const key = values.join();
    const there = this.#counts.get(key);
    if (there) there.value += count;
    else {
      const labels = Object.fromEntries(this.#names.map((name, index) => [name, values[index]!]));
      this.#counts.set(key, { labels, value: count });
    }
  }

  samples(): Sample[] {
    return [...this.#counts.values()];
  }
}

/** How often a value was how great. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** For each bound, how many were at most so great and greater than the bound before; the last: greater than all. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number, times = 1): void {
    let index = 0;
    while (index < this.#bounds.length && value > this.#bounds[index]!) index++;
    this.#counts[index] = this.#counts[index]! + times;
    this.#sum += value * times;
  }

  samples(): Sample[] {
    let count = 0;
    const buckets = Array.from(this.#counts, (inBucket, index) => {
      count += inBucket;
      return { suffix: '_bucket', labels: { le: this.#bounds[index] ?? '+Inf' }, value: count };
    });
    return [...buckets, { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: count }];
  }
}

/** The families as Prometheus reads them. */
export function writeFamilies(families: readonly Family[]): string {
  return families
    .map((family) => {
      const { name, type, help } = family;
      const lines = family.samples().map(({ suffix = '', labels = {}, value }) => {
        return `${name}${suffix}${writeLabels(labels)} ${value}`;
      });
      return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
    })
    .join('');
}

function writeLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${String(value).replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join()}}`;
}
