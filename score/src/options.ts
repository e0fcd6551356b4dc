// The command line. Its manual is `HELP`; each mistake is answered with what to do instead.

import { parseArgs } from 'node:util';
import { FAULT_PROFILES, type NamedFaults, namedFaultsIn } from '@tripcast/driver-sim';
import { SCENARIOS } from './scenarios/index.ts';

export interface Options {
  scenario: string;
  seed: number;
  scale: number;
  /** Instead of the scenario's own, s. */
  duration: number | undefined;
  /** What drivers' phones and radios suffer besides. */
  faults: NamedFaults[];
  /** So many riders look at their pages; `undefined`: as many as a small machine bears. */
  looking: number | undefined;
  /** Files to write. */
  json: string | undefined;
  /** `undefined`: none is wanted. */
  report: string | undefined;
  /** Logic alone: no sockets, no processes, no waiting. */
  virtual: boolean;
  /** Riders are told the planned way. */
  isRouteKnown: boolean;
  /** Red is what counts and metres say, whatever the machine. */
  anyMachine: boolean;
}

export type Parsed = { options: Options } | { help: true } | { mistakes: string[] };

export const HELP = `Makes a world with faults, follows it with riders, and grades what they were shown.

Usage: npm run score -- <scenario> [options]

${[...SCENARIOS.values()].map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join('\n')}

  --seed <n>        the same seed makes the same world                      (default 1)
  --scale <n>       so many times as many drivers and riders, 0.001 to 10    (default 1)
  --duration <s>    measure so long instead; faults keep their times
  --faults <name>[,<name>…]
                    give drivers' phones and radios these faults too; tunnel:0.3 is for 30 % of them:
                    ${Object.keys(FAULT_PROFILES).join(', ')}
                    (npm run sim -- --help tells what they are)
  --looking <n>     so many riders, by the seed, look at their pages and are graded; what all were given is
                    audited          (default 2000, or 500 where there are more: the load's CPU is the limit)
  --json <file>     write the result as JSON
  --report <file>   write the page with pictures there       (default artifacts/score-<scenario>.html)
  --no-report       write no page
  --virtual         in virtual time: drivers' phones and riders' pages alone, without nodes, Redis
                    or radio; the same seed gives the same card, in seconds; a rider a driver
  --no-route        with --virtual: riders are not told the planned way
  --any-machine     budgets that depend on a quiet machine break nothing
  --help            this text

A redis-server, the gateway nodes and the load are processes of their own, on free ports; they
end with this one. Exit code: 0; 1 when a budget is broken; 2 when it could not be run.`;

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
    if (!(value >= low && value <= high)) {
      mistakes.push(`--${flag} must be a number from ${low} to ${high}, not "${text}"`);
    }
    return value;
  };
  const [scenario = '', ...more] = positionals;
  if (!SCENARIOS.has(scenario) || more.length > 0) {
    mistakes.push(`name one scenario: ${[...SCENARIOS.keys()].join(', ')}; not "${positionals.join(' ')}"`);
  }
  const options: Options = {
    scenario,
    seed: number('seed', values.seed, 0, 2 ** 31),
    scale: number('scale', values.scale, 0.001, 10),
    duration: values.duration === undefined ? undefined : number('duration', values.duration, 5, 86_400),
    faults: values.faults === undefined ? [] : namedFaultsIn(values.faults, mistakes),
    looking: values.looking === undefined ? undefined : number('looking', values.looking, 1, 1_000_000),
    json: values.json,
    report: values['no-report'] ? undefined : (values.report ?? `artifacts/score-${scenario}.html`),
    virtual: values.virtual,
    isRouteKnown: !values['no-route'],
    anyMachine: values['any-machine'],
  };
  if (values['no-route'] && !values.virtual)
    mistakes.push('--no-route goes with --virtual: real drivers tell their way');
  return mistakes.length > 0 ? { mistakes } : { options };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      scale: { type: 'string', default: '1' },
      duration: { type: 'string' },
      faults: { type: 'string' },
      looking: { type: 'string' },
      json: { type: 'string' },
      report: { type: 'string' },
      'no-report': { type: 'boolean', default: false },
      virtual: { type: 'boolean', default: false },
      'no-route': { type: 'boolean', default: false },
      'any-machine': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
}
