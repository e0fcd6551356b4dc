// `npm run sim`: reads the command line, drives a fleet, and leaves politely.

import type { Clock } from '@tripcast/client';
import { composedProfile } from './faults/index.ts';
import { Fleet } from './fleet.ts';
import { HELP, type Options, parseOptions } from './options.ts';
import { type Output, StatusLine } from './status-line.ts';
import { readSecret, tokensFrom } from './tokens.ts';
import { loadTrace, Recorder, TraceError } from './traces/index.ts';
import { createWorld } from './world.ts';

/** What of the process is used. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  stdout: Output;
  stderr: Output;
  clock: Clock;
  /** Where a gateway on this machine keeps its secret. */
  secretFile: URL;
  /** Aborted by the first signal to stop. */
  stop: AbortSignal;
}

/** Trips are canceled within this time of Ctrl-C, ms. */
const FAREWELL_LIMIT_MS = 3_000;
/** A gateway that has not answered for this long is worth a word, ms; and how often it is looked for. */
const UNREACHABLE = { afterMs: 3_000, againMs: 30_000 };

/**
 * Runs the simulation to its end. Returns the exit code: 0; 1 when the gateway sent drivers away; 2 for a command line
 * or setting that can't be used.
 */
export async function main(args: string[], surroundings: Surroundings): Promise<number> {
  const { env, stdout, stderr } = surroundings;
  const parsed = parseOptions(args);
  if ('help' in parsed) {
    stdout.write(`${HELP}\n`);
    return 0;
  }
  if ('mistakes' in parsed) {
    for (const mistake of parsed.mistakes) stderr.write(`${mistake}\n`);
    stderr.write('"npm run sim -- --help" tells what there is.\n');
    return 2;
  }
  const secret = readSecret(env, surroundings.secretFile);
  if (secret === undefined) {
    stderr.write(
      'There is no secret to sign tokens with: start a gateway on this machine first ("npm run gateway"), or set TRIPCAST_JWT_SECRET to the one that the gateway has.\n',
    );
    return 2;
  }
  try {
    return await drive(parsed.options, secret, surroundings);
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function drive(options: Options, secret: string, surroundings: Surroundings): Promise<number> {
  const { clock, stdout, stderr, stop } = surroundings;
  let status: StatusLine | undefined;
  const say = (text: string): void => {
    if (status) status.say(text);
    else stderr.write(`${text}\n`);
  };
  const { record } = options;
  const traces = options.replay.map(loadTrace);
  const recorder = record === undefined ? undefined : new Recorder(record);
  const fleet = new Fleet({
    world: createWorld(options.city, options.seed),
    urls: options.urls,
    drivers: options.drivers,
    speedup: options.speedup,
    ridesLimit: options.tripsPerDriver,
    faults: composedProfile(options.faults),
    traces,
    liveFaults: options.liveFaults,
    ...(recorder && { recorder }),
    tokens: tokensFrom(secret),
    clock,
    onProblem: seldom(say, clock),
  });
  const line = (): string => fleet.statistics.line(fleet.snapshot);
  if (!options.quiet) status = new StatusLine(stdout, clock, line);
  const stopWatching = watchForSilence(fleet, options.urls, clock, say);

  await untilOver(fleet, clock, stop);
  if (stop.aborted) say('Leaving: canceling the trips under way. Ctrl-C again leaves at once.');
  stopWatching();
  await fleet.close(FAREWELL_LIMIT_MS);
  recorder?.close();
  status?.close();
  if (!options.quiet) stdout.write(`${line()}\n`);
  if (fleet.refusedDrivers === 0) return 0;
  stderr.write(
    `${fleet.refusedDrivers} of ${options.drivers} drivers were sent away: either another simulation with --seed ${options.seed} drives the same vehicles, or the gateway's secret is not the one that signed the tokens (TRIPCAST_JWT_SECRET).\n`,
  );
  return 1;
}

/** Says the same thing at most once in ten seconds: what one driver meets, a thousand meet. */
function seldom(say: (text: string) => void, clock: Clock): (text: string) => void {
  const saidMs = new Map<string, number>();
  return (text) => {
    const nowMs = clock.now();
    if (nowMs - (saidMs.get(text) ?? Number.NEGATIVE_INFINITY) < 10_000) return;
    saidMs.set(text, nowMs);
    say(text);
  };
}

function untilOver(fleet: Fleet, clock: Clock, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (stop.aborted || fleet.isOver) resolve();
      else timer = clock.setTimeout(look, 500);
    };
    let timer = clock.setTimeout(look, 500);
    stop.addEventListener('abort', () => {
      clock.clearTimeout(timer);
      resolve();
    });
  });
}

/** Says so when no driver is connected. Returns how to stop that. */
function watchForSilence(
  fleet: Fleet,
  urls: readonly string[],
  clock: Clock,
  say: (line: string) => void,
): () => void {
  let isSilent = false;
  const look = (): void => {
    const wasSilent = isSilent;
    isSilent = fleet.snapshot.connected === 0;
    if (isSilent) {
      say(
        `No gateway answers at ${urls.join(', ')}: is one running ("npm run gateway", or "npm start")? Trying again; fixes are kept meanwhile.`,
      );
    } else if (wasSilent) {
      say('Connected.');
    }
    timer = clock.setTimeout(look, isSilent ? UNREACHABLE.againMs : UNREACHABLE.afterMs);
  };
  let timer = clock.setTimeout(look, UNREACHABLE.afterMs);
  return () => clock.clearTimeout(timer);
}
