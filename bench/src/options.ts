// The command line. Its manual is `HELP`; each mistake is answered with what to do instead.

import { parseArgs } from 'node:util';
import { MEASURES } from './measures/index.ts';
import { SYSTEMS } from './systems/index.ts';

export interface Options {
  measures: string[];
  systems: string[];
  rounds: number;
  /** How long what is measured over time is measured, s. */
  seconds: number;
  seed: number;
  loadProcesses: number;
  /** Where results go; a file of its own for each run without it. */
  out: string | undefined;
  /** A few ratios, each with its limit. */
  isQuick: boolean;
  /** Runs to publish, instead of a measurement. */
  publish: string[] | undefined;
}

export type Parsed = { options: Options } | { help: true } | { mistakes: string[] };

const list = (items: readonly { name: string; title: string }[]) =>
  items.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join('\n');

export const HELP = `What a rider costs: Tripcast beside peers and beside the limit, with one load client.

Usage: npm run bench -- [options]

  --measure <names>        what is measured, comma-separated                  (default all)
${list(MEASURES)}

  --systems <names>        what is compared, comma-separated                  (default all that run here)
${list(SYSTEMS)}

  --rounds <n>             each in so many rounds, in another order each time (default 3)
  --seconds <s>            what is measured over time is measured so long     (default 5)
  --load-processes <n>     share the load out                                 (default 1)
  --seed <n>               the same seed makes the same load                  (default 1)
  --out <file>             where results go                                   (default artifacts/bench/<time>.json)
  --quick                  in less than four minutes: ratios to peers and to the limit, in one run;
                           exit code 1 when one is lost
  --publish <files>        writes bench/results, and docs/benchmarks.md from it, from runs before
  --help                   this text

Needs Linux and redis-server 7 or later; nats-server and openssl where they are used. Servers
get one core, the load another. Exit code 2: it could not be run.`;

export function parseOptions(args: string[]): Parsed {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return { mistakes: [(error as Error).message.replace(/\. To specify.*$/s, '')] };
  }
  const { values, positionals } = parsed;
  if (values.help) return { help: true };

  const mistakes: string[] = [];
  const number = (flag: string, text: string, low: number, high: number): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(Number.isInteger(value) && value >= low && value <= high)) {
      mistakes.push(`--${flag} must be a whole number from ${low} to ${high}, not "${text}"`);
    }
    return value;
  };
  const names = (flag: string, text: string | undefined, known: readonly { name: string }[]): string[] => {
    const all = known.map(({ name }) => name);
    const named = text === undefined ? all : text.split(',');
    for (const name of named) {
      if (!all.includes(name)) mistakes.push(`--${flag} knows ${all.join(', ')}; not "${name}"`);
    }
    return named;
  };
  if (positionals.length > 0 && !values.publish) mistakes.push(`what is "${positionals[0]}"? See --help`);
  const options: Options = {
    measures: names('measure', values.measure, MEASURES),
    systems: names('systems', values.systems, SYSTEMS),
    rounds: number('rounds', values.rounds, 1, 100),
    seconds: number('seconds', values.seconds, 1, 3_600),
    seed: number('seed', values.seed, 0, 2 ** 31),
    loadProcesses: number('load-processes', values['load-processes'], 1, 64),
    out: values.out,
    isQuick: values.quick,
    publish: values.publish ? positionals : undefined,
  };
  return mistakes.length > 0 ? { mistakes } : { options };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      measure: { type: 'string' },
      systems: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      'load-processes': { type: 'string', default: '1' },
      out: { type: 'string' },
      quick: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
}
