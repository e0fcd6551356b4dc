// The figures that docs/benchmarks.md has measured. After a new measurement, `node capacity/benchmarked.mjs` takes them over into
// capacity/figures.json; the table that docs/capacity.md then needs: `npm run capacity -- --table`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OURS = 'Tripcast, 2 nodes + Redis';
const ONE_RIDER = '2,000 trips × 1 rider × 2/s';
const MANY_RIDERS = '20 trips × 100 riders × 5/s';
const RIDERS = 100;

/** @param {string} markdown docs/benchmarks.md @returns {Record<string, number>} by name, to three digits */
export function figuresOf(markdown) {
  const single = rowOf(markdown, ONE_RIDER);
  const many = rowOf(markdown, MANY_RIDERS);
  const memory = rowOf(markdown, 'Memory');
  const heardAndGiven = processOf(single, 'b');
  // Of many riders each pays for a delivery, and for a part of what it costs to hear of the fix.
  const delivery = (processOf(many, 'b') - heardAndGiven / RIDERS) / (1 - 1 / RIDERS);
  const figures = {
    nodeUsPerFixIn: processOf(single, 'a'),
    nodeUsPerFixHeard: heardAndGiven - delivery,
    nodeUsPerDelivery: delivery,
    nodeKibPerSocket: Number(memory.nodes),
    kernelKibPerSocket: Number(memory['kernel, both ends']) / 2,
    redisUsPerFix: processOf(single, 'redis'),
    bytesPerDelivery: Number(single.bytes),
  };
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(3))]),
  );
}

/** Our row of the table under a heading, by column. @throws Error when it isn't there */
function rowOf(markdown, heading) {
  const [, section] = markdown.split(`\n## ${heading}\n`);
  const lines =
    section
      ?.split('\n## ')[0]
      .split('\n')
      .filter((line) => line.startsWith('|')) ?? [];
  const [head, , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const row = rows.find(([system]) => system === OURS);
  if (!row) throw new Error(`docs/benchmarks.md has no row "${OURS}" under "${heading}"`);
  return Object.fromEntries(head.map((column, index) => [column, row[index]]));
}

/** µs of one process, out of `a 60.9, b 29.8, redis 28.9`. */
function processOf(row, name) {
  return Number(new RegExp(`\\b${name} ([\\d.]+)`).exec(row['by process'])[1]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const figures = Object.entries(figuresOf(read('../docs/benchmarks.md')));
  const taken = figures.reduce(
    (text, [name, value]) => text.replace(new RegExp(`("${name}": \\{\\s*"value": )[\\d.]+`), `$1${value}`),
    read('figures.json'),
  );
  writeFileSync(new URL('figures.json', import.meta.url), taken);
}
