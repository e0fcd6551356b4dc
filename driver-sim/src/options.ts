// The command line. Its manual is `HELP`; each mistake is answered with what to do instead.

import { parseArgs } from 'node:util';
import { FAULT_PROFILES, type NamedFaults, namedFaultsIn } from './faults/index.ts';
import { CITIES, type City, isCity } from './world.ts';

export interface Options {
  urls: string[];
  drivers: number;
  seed: number;
  speedup: number;
  city: City;
  tripsPerDriver: number;
  quiet: boolean;
  /** What phones suffer, all of it at once. */
  faults: NamedFaults[];
  /** Files with recorded drives. */
  replay: string[];
  record?: string;
  /** Takes up the faults that operators inject. */
  liveFaults: boolean;
}

export type Parsed = { options: Options } | { help: true } | { mistakes: string[] };

export const HELP = `Drives simulated cars through a real city and sends their GPS fixes to a Tripcast gateway.

Usage: npm run sim -- [options]

  --url <url>[,<url>…]   the gateway's nodes; drivers are spread over them, and go on
                         with the next when one is gone      (default http://localhost:8080)
  --drivers <n>          how many drivers, 1 to 10000                         (default 25,
                         or one for each file to replay)
  --seed <n>             the same seed drives the same day: places, routes, traffic lights,
                         GPS errors, cars                                      (default 1)
  --speedup <n>          the day goes by n times as fast, 0.1 to 60. Fix times stay those of
                         the clock, since a gateway takes no fixes from the future: so at 4,
                         cars do 180 km/h where the limit is 45               (default 1)
  --city <name>          ${Object.keys(CITIES).join(', ')}                                     (default montevideo)
  --trips-per-driver <n> ends when each driver has driven so many trips  (default: no end)
  --faults <name>[,<name>…]
                         what phones and their radios suffer, by chance from the seed. Several
                         add up; tunnel:0.3 is for 30 % of the drivers:
${Object.entries(FAULT_PROFILES)
  .map(([name, { description }]) => wrapped(name, description))
  .join('\n')}
                                                                     (default calm)
  --live-faults          takes up the faults that operators inject on the fleet page of a node
                         in demo mode; every phone then has a radio of its own to fail
  --replay <file>        drives recorded traces (.gpx, .geojson with a time for each point)
                         instead: their times are moved to now, gaps and jumps stay, and
                         each time through is a trip without a route; again and again, or
                         --trips-per-driver times. May be given several times
  --record <file>        writes down what the first driver's phone measures, before any
                         fault, as .gpx or .geojson; with the true place at each moment
                         where it is known. .geojson keeps the accuracy, too
  --quiet                no status line; problems only
  --help                 this text

Tokens are signed with TRIPCAST_JWT_SECRET or, without it, with the secret that a gateway
on this machine keeps in .tripcast/secret.

Each driver begins part-way to its first rider or idle, drives to the pickup, waits for the
rider, drives to the drop-off, and waits for the next trip. Trips are made with
"simulated": true, and every fix says so too. A driver measures once a second and sends at
the pace that the gateway asks for: each second while somebody watches, else every five.

A gateway that is not there yet, or that restarts, is waited for: fixes are kept (the oldest
are dropped after two hours) and calls repeated. Ctrl-C cancels the trips under way and
ends within a few seconds; a second Ctrl-C ends at once.

The status line: fixes sent and acknowledged; the round trip from sending a fix to its
acknowledgement (which a gateway may hold back for up to 2 s to answer several at once);
reconnects; fixes not yet acknowledged (outbox); fixes lost because the outbox was full.

Street data © OpenStreetMap contributors, ODbL.`;

/** A name and its description, in the manual's columns. */
function wrapped(name: string, description: string): string {
  const lines = description.match(/.{1,50}(?: |$)/g) ?? [];
  return lines
    .map((line, index) => `    ${(index === 0 ? name : '').padEnd(20)} ${line.trimEnd()}`)
    .join('\n');
}

export function parseOptions(args: string[]): Parsed {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return { mistakes: [(error as Error).message.replace(/\. To specify.*$/s, '')] };
  }
  if (values.help) return { help: true };

  const mistakes: string[] = [];
  const number = (flag: string, text: string, low: number, high: number, whole: boolean): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) {
      mistakes.push(
        `--${flag} must be a ${whole ? 'whole ' : ''}number from ${low} to ${high}, not "${text}"`,
      );
    }
    return value;
  };
  const trips = values['trips-per-driver'];
  const options: Options = {
    urls: values.url.split(',').map((text) => originOf(text.trim(), mistakes)),
    drivers: number('drivers', values.drivers ?? String(values.replay.length || 25), 1, 10_000, true),
    seed: number('seed', values.seed, 0, 2 ** 31, true),
    speedup: number('speedup', values.speedup, 0.1, 60, false),
    city: isCity(values.city) ? values.city : 'montevideo',
    tripsPerDriver:
      trips === undefined ? Number.POSITIVE_INFINITY : number('trips-per-driver', trips, 1, 1_000_000, true),
    quiet: values.quiet,
    faults: namedFaultsIn(values.faults, mistakes),
    replay: values.replay,
    liveFaults: values['live-faults'],
    ...(values.record !== undefined && { record: values.record }),
  };
  if (!isCity(values.city)) {
    mistakes.push(`--city must be one of: ${Object.keys(CITIES).join(', ')}; not "${values.city}"`);
  }
  if (values.replay.length > 0 && options.speedup !== 1) {
    mistakes.push('--replay drives at the speed that was driven: leave --speedup out');
  }
  return mistakes.length > 0 ? { mistakes } : { options };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      url: { type: 'string', default: 'http://localhost:8080' },
      drivers: { type: 'string' },
      seed: { type: 'string', default: '1' },
      speedup: { type: 'string', default: '1' },
      city: { type: 'string', default: 'montevideo' },
      'trips-per-driver': { type: 'string' },
      faults: { type: 'string', default: 'calm' },
      replay: { type: 'string', multiple: true, default: [] },
      record: { type: 'string' },
      'live-faults': { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  }).values;
}

function originOf(text: string, mistakes: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.username) {
    mistakes.push(`--url must be like http://localhost:8080, not "${text}"`);
    return '';
  }
  return url.origin;
}
