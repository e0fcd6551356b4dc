// What each source file imports: read from its syntax tree, so that no comment or string is mistaken for an import.

import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

/** One import, type-only ones included. Paths start at the repository's root: `server/src/trips/trip.ts`. */
export interface Import {
  from: string;
  /** The file, for our own; the name as written, for packages: `ioredis`, `node:fs`, `leaflet/dist/leaflet.css`. */
  to: string;
}

export const PACKAGES = ['protocol', 'client', 'server', 'driver-sim', 'rider-web', 'score', 'bench'];

const root = fileURLToPath(new URL('..', import.meta.url));

/** What packages show of themselves, by the name that others import it by: `@tripcast/rider-web/glide`. */
export const ENTRIES: ReadonlyMap<string, string> = new Map(PACKAGES.flatMap(entriesOf));

/** Every import of every package's `src`. */
export function readImports(): Import[] {
  return PACKAGES.flatMap((name) =>
    readdirSync(posix.join(root, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => posix.join(name, 'src', file))
      .flatMap((path) => importsOf(path, readFileSync(posix.join(root, path), 'utf8'))),
  );
}

/** The imports in `source`, as those of the file `path`: static, re-exporting, dynamic, and of types. */
export function importsOf(path: string, source: string): Import[] {
  const tree = parseSync(source, { syntax: 'typescript', tsx: path.endsWith('.tsx') });
  return specifiersIn(tree).map((specifier) => ({ from: path, to: resolve(path, specifier) }));
}

function entriesOf(name: string): [specifier: string, file: string][] {
  const { exports } = JSON.parse(readFileSync(posix.join(root, name, 'package.json'), 'utf8')) as {
    exports: Record<string, { source: string }>;
  };
  return Object.entries(exports).map(([entry, { source }]) => [
    posix.join(`@tripcast/${name}`, entry),
    posix.join(name, source),
  ]);
}

function specifiersIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(specifiersIn);
  const { type, source, callee, argument } = node as Record<string, { type?: string; value?: unknown }>;
  const inside = Object.values(node).flatMap(specifiersIn);
  switch (type as unknown) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return typeof source?.value === 'string' ? [source.value, ...inside] : inside;
    case 'TsImportType':
      return [String(argument?.value), ...inside];
    case 'CallExpression':
      return callee?.type === 'Import' ? [dynamicSpecifier(node), ...inside] : inside;
    default:
      return inside;
  }
}

/** A computed specifier can't be judged, so it stands for itself and breaks no rule by accident. */
function dynamicSpecifier(call: object): string {
  const [first] = (call as { arguments: { expression: { value?: unknown } }[] }).arguments;
  return typeof first?.expression.value === 'string' ? first.expression.value : '(computed)';
}

function resolve(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  return ENTRIES.get(specifier) ?? specifier;
}
