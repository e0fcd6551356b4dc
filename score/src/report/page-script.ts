// The replay's modules as one script, so that the report is one file: each module once, after what it imports. They
// share one scope; the compiler would not tell of two equal names, the browser does.

import { readFileSync } from 'node:fs';

/** Compiled, wherever this module itself is run from. */
const ENTRY = new URL('../../dist/report/page/replay.js', import.meta.url);
const IMPORT = /^import (?:[^;]*? from )?'(\.[^']+)';\n/gm;
const EXPORT = /^export (?:\{\};\n)?/gm;
const SOURCE_MAP = /^\/\/# sourceMappingURL=.*$/gm;

/** @throws Error when the packages are not built */
export function pageScript(): string {
  return joined(ENTRY, new Set()).replaceAll('</script', '<\\/script');
}

function joined(module: URL, seen: Set<string>): string {
  if (seen.has(module.href)) return '';
  seen.add(module.href);
  const source = readFileSync(module, 'utf8');
  const imported = [...source.matchAll(IMPORT)].map(([, path]) => joined(new URL(path!, module), seen));
  return imported.join('') + source.replace(IMPORT, '').replace(EXPORT, '').replace(SOURCE_MAP, '');
}
