// The benchmark as a program: reads the command line, measures, keeps, judges.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inWords, judge, QUICK_PLAN } from './guard.ts';
import { HELP, type Options, parseOptions } from './options.ts';
import { writeDocuments } from './report/document.ts';
import { publish, textOf } from './report/published.ts';
import type { RunResult, Sample } from './results.ts';
import { runRounds } from './run-rounds.ts';
import { describeCommit, describeMachine, describeVersions } from './surroundings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RUNS = join(ROOT, 'artifacts', 'bench');
const PUBLISHED = join(ROOT, 'bench', 'results', 'latest.json');

export interface Terminal {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  stop: AbortSignal;
}

/** Resolves to the exit code. */
export async function main(args: string[], { stdout, stderr, stop }: Terminal): Promise<number> {
  const parsed = parseOptions(args);
  if ('help' in parsed) {
    stdout.write(`${HELP}\n`);
    return 0;
  }
  if ('mistakes' in parsed) {
    stderr.write(`${parsed.mistakes.join('\n')}\nnpm run bench -- --help tells more.\n`);
    return 2;
  }
  const { options } = parsed;
  if (options.publish) {
    for (const file of await publishRuns(options.publish)) stdout.write(`${file}\n`);
    return 0;
  }
  const { file, samples } = await measure(options, args, stderr, stop);
  stdout.write(`${file}\n`);
  if (!options.isQuick) return 0;
  const judgements = judge(samples);
  stdout.write(`${judgements.map(inWords).join('\n')}\n`);
  return judgements.every(({ isHeld }) => isHeld) ? 0 : 1;
}

/** Measures, and keeps what there is after each step: resolves to the file, and what is in it. */
async function measure(
  options: Options,
  args: readonly string[],
  stderr: Terminal['stderr'],
  stop: AbortSignal,
): Promise<{ file: string; samples: Sample[] }> {
  const startedAt = new Date().toISOString();
  const file = options.out ?? join(RUNS, `${startedAt.replace(/[:.]/g, '-')}.json`);
  await mkdir(dirname(file), { recursive: true });
  const about: Omit<RunResult, 'samples'> = {
    format: 1,
    startedAt,
    command: ['npm run bench --', ...withoutFile(args)].join(' '),
    ...describeCommit(),
    machine: describeMachine(),
    versions: describeVersions(),
  };
  const samples = await runRounds(options.isQuick ? QUICK_PLAN : options, {
    say: (text) => stderr.write(`${text}\n`),
    keep: (all) =>
      writeFile(file, `${JSON.stringify({ ...about, samples: all } satisfies RunResult, undefined, 1)}\n`),
    stop,
  });
  return { file, samples };
}

/** Where results went says nothing about them. */
function withoutFile(args: readonly string[]): string[] {
  return args.filter((arg, nth) => arg !== '--out' && args[nth - 1] !== '--out');
}

/** Resolves to the files that were written. */
async function publishRuns(files: readonly string[]): Promise<string[]> {
  const runs = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as RunResult),
  );
  const published = publish(runs);
  const written = new Map([[PUBLISHED, textOf(published)]]);
  for (const [name, text] of writeDocuments(published)) written.set(join(ROOT, 'docs', name), text);
  for (const [file, text] of written) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return [...written.keys()];
}
