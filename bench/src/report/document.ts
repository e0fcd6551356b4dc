// docs/benchmarks.md and its pictures, whole, from what was published. Nothing of them is written by hand.

import { SHAPES } from '../measures/shapes.ts';
import type { Sample } from '../results.ts';
import { median, valuesOf } from '../results.ts';
import { SYSTEMS } from '../systems/index.ts';
import { figure } from './figures.ts';
import { linePlot } from './plot.ts';
import type { Published } from './published.ts';
import {
  connectTable,
  heldAt,
  memoryTable,
  rampSteps,
  rampTable,
  resumeTable,
  shapeTable,
} from './tables.ts';

/** Files by name, below `docs/`. */
export function writeDocuments(published: Published): Map<string, string> {
  const { samples } = published;
  return new Map([
    ['benchmarks.md', document(published)],
    [
      'benchmarks/cost.svg',
      rampPlot(
        samples,
        'cpuMicros',
        'Cost of a position as trips grow',
        'CPU of all servers, µs per position',
      ),
    ],
    [
      'benchmarks/latency.svg',
      rampPlot(samples, 'p99Ms', "99 % are faster: driver's write to rider's callback", 'p99, ms'),
    ],
  ]);
}

function document({ machine, versions, runs, samples }: Published): string {
  const sections = [
    ...SHAPES.map(({ name, title, perSecond }) =>
      section(`${title} × ${perSecond}/s`, '', shapeTable(samples, name)),
    ),
    section(
      'More and more trips',
      `Trips × 1 rider × 2/s, each step held with p99 ≤ 100 ms and nothing lost; beyond 9,500 trips each driver sends more often.
Where the servers had more of their core to give at the highest step, something else ended the ramp: a neighbour, or the load.

![CPU per position over the rate](benchmarks/cost.svg)

![p99 over the rate](benchmarks/latency.svg)

`,
      rampTable(samples),
    ),
    section(
      'Memory',
      `RSS from 2,000 to 18,000 idle riders, each on a trip of its own, divided by 16,000; trips are there before. What the kernel
holds for both ends of each connection is not in it.

`,
      memoryTable(samples),
    ),
    section(
      'Coming, and coming back',
      `10,000 riders, each to a trip of its own, 100 at once; then all connections are reset, and all come back, 1,000 at once.
Tripcast checks a token, reads the trip and subscribes; the others check nothing.

`,
      connectTable(samples),
    ),
    section(
      'Resume',
      '10,000 followers come and are sent a minute of track (60 positions) before what is live.\n\n',
      resumeTable(samples),
    ),
    section('Noise', '', noise(samples)),
  ].filter((text) => text !== '');
  return `<!-- Made by \`npm run bench -- --publish\`: changes by hand are lost. -->

# Benchmarks

What a rider costs. One load client speaks to Tripcast, to what others would take instead, and to the limit: relays that
carry bytes and do nothing else. Drivers are on node A, riders on node B, so every position crosses between the two.
Tripcast alone checks tokens and fixes, stores each (append-only file, fsync each second), and acknowledges it.

Figures are medians [least to greatest] of several rounds. All server processes, Redis included, share one core; the load
client has the other one. The machine was shared with other work: compare what stands in one table, not with other days.

${sections.join('\n\n')}

## How it was measured

${method()}

On ${machine.cpu} × ${machine.cores}, ${figure(machine.memoryBytes / 2 ** 30)} GiB, Linux ${machine.kernel}; ${
    machine.arePinned ? 'servers pinned to core 0, load to core 1' : 'nothing pinned'
  }. ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.

${runs.length} runs from ${minute(runs[0]!.startedAt)} to ${minute(runs.at(-1)!.startedAt)} UTC, of ${commitsOf(runs)}. Each
measurement, and the command that took it, is in [bench/results](../bench/results).
`;
}

function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function commitsOf(runs: Published['runs']): string {
  const commits = new Set(runs.map(({ commit, isDirty }) => `${commit}${isDirty ? ' with changes' : ''}`));
  return [...commits].join(', ');
}

/** Nothing, when nothing was measured. */
function section(title: string, words: string, figures: string): string {
  return figures === '' ? '' : `## ${title}\n\n${words}${figures}`;
}

function method(): string {
  return `- \`npm run bench -- --help\` tells what there is; \`npm run bench -- --quick\` compares a few ratios in less than four
  minutes, and fails when one is lost.
- CPU is what the processes' own clocks say (\`/proc/<pid>/stat\`, user and system) over some seconds after a warm-up, divided
  by the positions that arrived at riders. Loopback delivers in the sender's context, so a server's figure includes the
  kernel's receiving for its clients.
- Cost depends on load: at little load each position is a wake-up of its own. Compare systems at equal load.
- Latency is from before the driver's write to the rider's callback, in one process, on one clock; the client's own queue is
  in it (it may sleep for up to 0.25 ms). Drivers have phases by a seed and send when they are due, not in bunches.
- Order: each round begins with another system. \`lost\` counts positions that never came and drivers whose last position was
  not acknowledged in time.
- Peers are set up as their documentation says: Socket.IO over WebSocket alone, with bufferutil and the handshake's request
  let go; its adapters over ioredis; ws with one Redis channel a room; NATS with a subject a trip. They carry positions as
  105 bytes of JSON. The limits carry Tripcast's 20 bytes with no check, store or acknowledgement.`;
}

/** How far the same code is from itself, measured as two systems. */
function noise(samples: readonly Sample[]): string {
  const ratios = SHAPES.flatMap(({ name }) => {
    const [one, other] = ['tripcast', 'tripcast-again'].map((system) =>
      valuesOf(samples, name, system, 'cpuMicros'),
    );
    return one!.flatMap((value, nth) => (other![nth] === undefined ? [] : [other![nth]! / value]));
  });
  const middle = median(ratios);
  if (middle === undefined) return '';
  return `Tripcast was measured twice in each round, as if it were two systems. CPU per position of the second over that of the
first: median ${figure(middle)}, from ${figure(Math.min(...ratios))} to ${figure(Math.max(...ratios))} (${ratios.length} pairs). Smaller differences say nothing.`;
}

function rampPlot(samples: readonly Sample[], name: string, title: string, yTitle: string): string {
  const lines = SYSTEMS.filter((system) => system.name !== 'tripcast-again').map((system) => ({
    title: system.title,
    isStrong: system.kind === 'tripcast',
    points: rampSteps(samples).flatMap((x) => {
      const y = median(heldAt(samples, system.name, x, name));
      return y === undefined ? [] : [{ x, y }];
    }),
  }));
  return linePlot({ title, xTitle: 'positions a second', yTitle, lines });
}
