// What a fleet needs: nodes, Redis shards, memory, bandwidth. The figures and where they come from: capacity/figures.json.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { planFor } from '../capacity/plan.mjs';
import { tableOf, inDigits as text } from '../capacity/table.mjs';

const USAGE = `Usage: npm run capacity -- --drivers 1e6 --riders 2e6 --rate 1

  --drivers <n>    drivers connected at the same time
  --riders <n>     followers connected at the same time
  --rate <n>       fixes a second of a driver who is watched                (default 1)
  --set <name=n>   another figure than that of capacity/figures.json, as often as you like
  --json           as JSON
  --table          the table of docs/capacity.md, with no fleet given
  --help           this text
`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      drivers: { type: 'string' },
      riders: { type: 'string' },
      rate: { type: 'string', default: '1' },
      set: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      table: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.table) {
    console.log(tableOf(readFigures(values.set)));
    process.exit(0);
  }
  const fleet = {};
  for (const name of ['drivers', 'riders', 'rate']) {
    fleet[name] = Number(values[name] ?? Number.NaN);
    if (!(fleet[name] >= 0)) throw new Error(`--${name} must be a number of 0 or more`);
  }
  return { fleet, set: values.set, json: values.json };
}

/** @param {string[]} set `name=number` each */
function readFigures(set) {
  const { measured, chosen } = JSON.parse(
    readFileSync(new URL('../capacity/figures.json', import.meta.url), 'utf8'),
  );
  const figures = Object.fromEntries(
    Object.entries({ ...measured, ...chosen }).map(([name, { value }]) => [name, value]),
  );
  for (const pair of set) {
    const [name, value] = pair.split('=');
    if (!(name in figures) || !(Number(value) > 0))
      throw new Error(`--set ${pair}: no such figure, or no number`);
    figures[name] = Number(value);
  }
  return figures;
}

function print({ drivers, riders, rate }, plan) {
  console.log(`${text(drivers)} drivers, ${text(riders)} followers, ${rate}/s while watched:

  sockets        ${text(plan.sockets)}
  fixes          ${text(plan.fixesPerS)} /s in, ${text(plan.deliveriesPerS)} /s out
  gateway nodes  ${text(plan.nodes)} (for ${plan.nodesBy}; a tenth may be away), ${text(plan.nodeCores)} cores' work
  their memory   ${text(plan.nodeMemoryGib)} GiB in all, the kernel's for sockets included
  Redis masters  ${text(plan.shards)} (for ${plan.shardsBy}), and as many replicas; ${text(plan.redisCores)} cores' work
  tracks         ${text(plan.redisGib)} GiB in all
  bandwidth      ${text(plan.inMbitPerS)} Mbit/s in, ${text(plan.outMbitPerS)} Mbit/s out
                 ${text(plan.redisInMbitPerS)} Mbit/s to Redis, ${text(plan.redisOutMbitPerS)} Mbit/s from it
  on one node and one Redis, full first: ${plan.breaksFirst}

docs/capacity.md says what of this was measured.`);
}

try {
  const { fleet, set, json } = readOptions();
  const plan = planFor(fleet, readFigures(set));
  if (json) console.log(JSON.stringify(plan, null, 2));
  else print(fleet, plan);
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
