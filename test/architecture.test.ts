// The tree is the architecture: imports point one way. Each rule names an import that breaks it, which proves that it
// can fail.

import { describe, expect, test } from '@jest/globals';
import { ENTRIES, type Import, importsOf, PACKAGES, readImports } from './source-imports.ts';

interface Rule {
  title: string;
  breaks(found: Import): boolean;
  /** Imports that the rule must catch. */
  examples: Import[];
}

const MAY_IMPORT: Record<string, string[]> = {
  protocol: [],
  client: ['protocol'],
  server: ['protocol'],
  'driver-sim': ['protocol', 'client'],
  'rider-web': ['protocol', 'client'],
  score: ['protocol', 'client', 'driver-sim', 'rider-web'],
  bench: ['protocol', 'client', 'driver-sim'],
};

const entries = new Set(ENTRIES.values());

const RULES: Rule[] = [
  {
    title:
      'packages point one way: protocol ← client ← driver-sim, rider-web ← score; driver-sim ← bench; protocol ← server',
    breaks: ({ from, to }) => {
      const target = packageOf(to);
      return (
        target !== undefined && target !== packageOf(from) && !MAY_IMPORT[packageOf(from)!]!.includes(target)
      );
    },
    examples: [
      { from: 'protocol/src/trip.ts', to: 'client/src/index.ts' },
      { from: 'client/src/index.ts', to: 'server/src/index.ts' },
      { from: 'server/src/main.ts', to: 'client/src/index.ts' },
      { from: 'driver-sim/src/main.ts', to: 'server/src/index.ts' },
      { from: 'rider-web/src/main.tsx', to: 'driver-sim/src/index.ts' },
      { from: 'score/src/main.ts', to: 'server/src/index.ts' },
      { from: 'driver-sim/src/main.ts', to: 'score/src/index.ts' },
      { from: 'bench/src/main.ts', to: 'server/src/index.ts' },
      { from: 'bench/src/main.ts', to: 'score/src/index.ts' },
    ],
  },
  {
    title: 'of driver-sim, bench knows the sockets alone: its entry loads a whole world',
    breaks: ({ from, to }) =>
      from.startsWith('bench/') && to.startsWith('driver-sim/') && !to.startsWith('driver-sim/src/sockets/'),
    examples: [{ from: 'bench/src/load/connection.ts', to: 'driver-sim/src/index.ts' }],
  },
  {
    title: 'packages know each other by name, not by path into their insides',
    breaks: ({ from, to }) => {
      const target = packageOf(to);
      return target !== undefined && target !== packageOf(from) && !entries.has(to);
    },
    examples: [
      { from: 'client/src/outbox.ts', to: 'protocol/src/fix.ts' },
      { from: 'score/src/main.ts', to: 'rider-web/src/glide/buffer.ts' },
    ],
  },
  {
    title: 'protocol imports only itself: it does no I/O and needs no package',
    breaks: ({ from, to }) => from.startsWith('protocol/') && !to.startsWith('protocol/'),
    examples: [
      { from: 'protocol/src/fix.ts', to: 'node:fs' },
      { from: 'protocol/src/fix.ts', to: 'zod' },
    ],
  },
  {
    title: "client imports nothing of Node's: it runs in browsers too",
    breaks: ({ from, to }) => from.startsWith('client/') && (to.startsWith('node:') || to === 'ws'),
    examples: [
      { from: 'client/src/outbox.ts', to: 'node:timers' },
      { from: 'client/src/platform.ts', to: 'ws' },
    ],
  },
  {
    title: "uWebSockets.js is named only in server/src/sockets, server/src/rest and the benchmark's peers",
    breaks: onlyIn(['uWebSockets.js'], ['server/src/sockets/', 'server/src/rest/', 'bench/src/peers/']),
    examples: [{ from: 'server/src/main.ts', to: 'uWebSockets.js' }],
  },
  {
    title: "others' Redis clients are named only in the benchmark's peers: nodes have their own",
    breaks: onlyIn(['ioredis', 'redis', '@redis/client'], ['bench/src/peers/']),
    examples: [
      { from: 'server/src/bus/live-bus.ts', to: 'ioredis' },
      { from: 'server/src/main.ts', to: 'redis' },
    ],
  },
  {
    title: 'Leaflet is named only in rider-web/src/map',
    breaks: onlyIn(['leaflet', 'react-leaflet'], ['rider-web/src/map/']),
    examples: [
      { from: 'rider-web/src/rider/page.tsx', to: 'leaflet' },
      { from: 'rider-web/src/main.tsx', to: 'leaflet/dist/leaflet.css' },
    ],
  },
  {
    title: 'in server, bus, trips, live, memory and redis know no sockets and no REST',
    breaks: ({ from, to }) =>
      /^server\/src\/(bus|trips|live|memory|redis)\//.test(from) && /^server\/src\/(sockets|rest)\//.test(to),
    examples: [
      { from: 'server/src/trips/trips.ts', to: 'server/src/sockets/drive.ts' },
      { from: 'server/src/bus/live-bus.ts', to: 'server/src/rest/app.ts' },
      { from: 'server/src/memory/trips.ts', to: 'server/src/rest/app.ts' },
      { from: 'server/src/redis/live-bus.ts', to: 'server/src/sockets/follow.ts' },
    ],
  },
  {
    title: 'in server, bus, trips and live know neither of their adapters',
    breaks: ({ from, to }) =>
      /^server\/src\/(bus|trips|live)\//.test(from) && /^server\/src\/(memory|redis)\//.test(to),
    examples: [{ from: 'server/src/trips/trips.ts', to: 'server/src/memory/trips.ts' }],
  },
];

const imports = readImports();

describe('imports point one way', () => {
  for (const { title, breaks } of RULES) {
    test(title, () => expect(imports.filter(breaks).map(inWords)).toEqual([]));
  }

  test('no cycles between the folders of server', () => {
    expect(importsAlong(folderCycle(imports) ?? [])).toEqual([]);
  });

  test('the sources were read: every package imports something', () => {
    expect([...new Set(imports.map(({ from }) => packageOf(from)))].sort()).toEqual([...PACKAGES].sort());
  });
});

describe('the rules can fail', () => {
  for (const { title, breaks, examples } of RULES) {
    test(title, () => expect(examples.filter((example) => !breaks(example))).toEqual([]));
  }

  test('no cycles between the folders of server', () => {
    const link = (from: string, to: string) => ({ from: `server/src/${from}`, to: `server/src/${to}` });
    const chain = [
      link('live/a.ts', 'live/b.ts'),
      link('live/a.ts', 'trips/a.ts'),
      link('trips/b.ts', 'auth/a.ts'),
      link('main.ts', 'live/a.ts'),
    ];
    expect(folderCycle(chain)).toBeUndefined();
    expect(folderCycle([...chain, link('auth/b.ts', 'live/b.ts')])).toEqual([
      'live',
      'trips',
      'auth',
      'live',
    ]);
  });

  test('every way to import is seen; comments and strings are not', () => {
    const source = `
      // import 'comment';
      import type { App } from 'uWebSockets.js';
      import 'leaflet/dist/leaflet.css';
      export * from '../bus/live-bus.ts';
      export { problem } from '@tripcast/protocol';
      type Redis = import('ioredis').Redis;
      const later = () => import('redis');
      const text = "import 'string'";
    `;
    const seen = importsOf('server/src/trips/trips.ts', source).map(({ to }) => to);
    expect(seen.sort()).toEqual(
      [
        'uWebSockets.js',
        'leaflet/dist/leaflet.css',
        'server/src/bus/live-bus.ts',
        'protocol/src/index.ts',
        'ioredis',
        'redis',
      ].sort(),
    );
  });
});

function onlyIn(packages: string[], folders: string[]): Rule['breaks'] {
  return ({ from, to }) =>
    packages.some((name) => to === name || to.startsWith(`${name}/`)) &&
    !folders.some((folder) => from.startsWith(folder));
}

/** Which of our packages holds a file; `undefined` for what is not ours. */
function packageOf(path: string): string | undefined {
  return PACKAGES.find((name) => path.startsWith(`${name}/`));
}

function inWords({ from, to }: Import): string {
  return `${from} must not import ${to}`;
}

/** The folder of `server/src` that holds a file; `undefined` for those outside of folders, which may know them all. */
function folderOf(path: string): string | undefined {
  return /^server\/src\/([^/]+)\//.exec(path)?.[1];
}

/** The imports that lead from each folder of a way to the next. */
function importsAlong(way: string[]): string[] {
  return way
    .slice(1)
    .flatMap((target, index) =>
      imports
        .filter(({ from, to }) => folderOf(from) === way[index] && folderOf(to) === target)
        .map(({ from, to }) => `${from} imports ${to}`),
    );
}

/** A way from a folder of `server/src` through other folders back to itself. */
function folderCycle(found: Import[]): string[] | undefined {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of found) {
    const [source, target] = [folderOf(from), folderOf(to)];
    if (source && target && source !== target) next.set(source, (next.get(source) ?? new Set()).add(target));
  }
  const done = new Set<string>();
  const visit = (folder: string, way: string[]): string[] | undefined => {
    if (way.includes(folder)) return [...way.slice(way.indexOf(folder)), folder];
    if (done.has(folder)) return undefined;
    for (const target of next.get(folder) ?? []) {
      const cycle = visit(target, [...way, folder]);
      if (cycle) return cycle;
    }
    done.add(folder);
    return undefined;
  };
  for (const folder of next.keys()) {
    const cycle = visit(folder, []);
    if (cycle) return cycle;
  }
  return undefined;
}
