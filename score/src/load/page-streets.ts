// The city's streets as pages have them: one map for all riders of a process, read when the first one asks.

import { readFile } from 'node:fs/promises';
import type { Streets } from '@tripcast/rider-web/glide';
import { type StreetFile, streetsOf } from '@tripcast/rider-web/trips';

const MAP = new URL('../../../rider-web/public/cities/montevideo.json', import.meta.url);

let streets: Promise<Streets> | undefined;

export function pageStreets(): Promise<Streets> {
  streets ??= readFile(MAP, 'utf8').then((text) => streetsOf(JSON.parse(text) as StreetFile));
  return streets;
}
