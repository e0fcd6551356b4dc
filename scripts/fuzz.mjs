// `npm run fuzz`: ten million inputs from a seed of its own, or what is asked for:
//   npm run fuzz -- --seed 7 --inputs 1000000
//   npm run fuzz -- --seed 7 --input frames:123      that one alone, as a failure names it
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { seed: { type: 'string' }, inputs: { type: 'string' }, input: { type: 'string' } },
});
const seed = values.seed ?? String(Date.now() % 1_000_000);
/** What happens over real sockets can't be tried one by one. */
const only = values.input === undefined ? [] : ['--testPathPatterns', 'fuzz/(decoders|node)'];
console.log(`seed ${seed}`);
const { status } = spawnSync(
  process.execPath,
  ['scripts/jest.mjs', '--selectProjects', 'fuzz', '--runInBand', '--verbose', ...only],
  {
    cwd: root,
    env: {
      ...process.env,
      FUZZ_SEED: seed,
      FUZZ_INPUTS: values.inputs ?? '10000000',
      ...(values.input !== undefined && { FUZZ_INPUT: values.input }),
    },
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
