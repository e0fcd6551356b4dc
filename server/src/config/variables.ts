export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads an environment and gathers what is wrong with it, rather than stop at the first. A variable that is empty or
 * blank counts as not set. After a problem the reader returns something usable: whoever reads on looks at `problems`.
 */
export class Variables {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #env: Environment;
  readonly #known = new Set<string>();

  constructor(env: Environment) {
    this.#env = env;
  }

  isSet(name: string): boolean {
    return this.text(name) !== undefined;
  }

  text(name: string): string | undefined {
    this.#known.add(name);
    return this.#env[name]?.trim() || undefined;
  }

  integer(name: string, fallback: number, low: number, high: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    this.problem(`${name}: must be a whole number from ${low} to ${high} (default ${fallback}): "${text}"`);
    return fallback;
  }

  oneOf<const Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    if (text === undefined || words.includes(text as Word)) return text as Word | undefined;
    this.problem(`${name}: must be one of ${words.join(', ')}, or not set: "${text}"`);
    return undefined;
  }

  matching(name: string, pattern: RegExp, inWords: string): string | undefined {
    const text = this.text(name);
    if (text === undefined || pattern.test(text)) return text;
    this.problem(`${name}: must be ${inWords}: "${text}"`);
    return undefined;
  }

  /** The value is not repeated in the problem: a URL may hold a password. */
  url(name: string, schemes: readonly string[]): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (URL.canParse(text) && schemes.includes(new URL(text).protocol) && new URL(text).host !== '')
      return text;
    this.problem(
      `${name}: must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    );
    return undefined;
  }

  warn(text: string): void {
    this.warnings.push(text);
  }

  problem(text: string): void {
    this.problems.push(text);
  }

  /** Names that are set, begin with `prefix`, and that nobody has asked for. */
  unknown(prefix: string): string[] {
    return Object.keys(this.#env).filter((name) => name.startsWith(prefix) && !this.#known.has(name));
  }
}
