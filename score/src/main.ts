// `npm run score`: reads the command line, runs the scenario, prints the card.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HELP, parseOptions } from './options.ts';
import { writeReport } from './report/index.ts';
import { redRows } from './result.ts';
import { SCENARIOS, scaled } from './scenarios/index.ts';
import { tableOf } from './table.ts';
import { runVirtual } from './virtual/run-virtual.ts';
import { runReal } from './world/run-real.ts';

/** What of the process is used. */
export interface Surroundings {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  /** Aborted by the first signal to stop. */
  stop: AbortSignal;
}

/** Returns the exit code: 0; 1 when a budget is broken; 2 when the scenario could not be run. */
export async function main(args: string[], { stdout, stderr, stop }: Surroundings): Promise<number> {
  const parsed = parseOptions(args);
  if ('help' in parsed) {
    stdout.write(`${HELP}\n`);
    return 0;
  }
  if ('mistakes' in parsed) {
    for (const mistake of parsed.mistakes) stderr.write(`${mistake}\n`);
    stderr.write('"npm run score -- --help" tells what there is.\n');
    return 2;
  }
  const {
    scenario: name,
    seed,
    scale,
    duration,
    faults,
    looking,
    json,
    report,
    virtual,
    isRouteKnown,
    anyMachine,
  } = parsed.options;
  const known = SCENARIOS.get(name)!;
  const scenario = { ...known, seconds: duration ?? known.seconds };
  const result = virtual
    ? await runVirtual(scenario, {
        seed,
        cars: scaled(scenario, scale).drivers,
        seconds: scenario.seconds,
        faults,
        isRouteKnown,
      })
    : await runReal({
        scenario,
        scale,
        seed,
        faults,
        looking,
        stop,
        say: (text) => stderr.write(`${text}\n`),
      });
  if (!result) {
    stderr.write('Stopped before the end: nothing is scored.\n');
    return 2;
  }
  stdout.write(`${tableOf(result)}\n`);
  if (json !== undefined) await write(json, `${JSON.stringify(result, undefined, 2)}\n`);
  if (report !== undefined) {
    await write(report, writeReport(result));
    stderr.write(`with pictures: ${report}\n`);
  }
  return redRows(result, { onQuietMachine: !anyMachine }).length > 0 ? 1 : 0;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
