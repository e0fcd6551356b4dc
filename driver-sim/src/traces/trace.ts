// A recorded drive: what a receiver measured, with its gaps and jumps as they were.

import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Fix } from '@tripcast/protocol';
import { readGeoJson, writeGeoJson } from './geojson.ts';
import { readGpx, writeGpx } from './gpx.ts';
import type { Measured, Recorded } from './measured.ts';

export interface Trace {
  /** Times strictly increasing; at least two. */
  fixes: readonly Fix[];
}

/** Why a file can't be replayed. The message names the file, and is for who gave it. */
export class TraceError extends Error {}

export interface TraceFormat {
  /** @throws Error when the text is not of this format */
  read(text: string): Measured[];
  write(recording: readonly Recorded[]): string;
}

const FORMATS: Readonly<Record<string, TraceFormat>> = {
  '.gpx': { read: readGpx, write: writeGpx },
  '.geojson': { read: readGeoJson, write: writeGeoJson },
};

/** The format that the file's name tells. @throws TraceError when it tells none */
export function traceFormatOf(path: string): TraceFormat {
  const format = FORMATS[extname(path).toLowerCase()];
  if (!format) throw new TraceError(`${path}: a trace's name ends in ${Object.keys(FORMATS).join(' or ')}`);
  return format;
}

/** @throws TraceError when the file is not there, or is no trace */
export function loadTrace(path: string): Trace {
  const format = traceFormatOf(path);
  try {
    return traceOf(format.read(readFileSync(path, 'utf8')));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new TraceError(`${path}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  }
}

/**
 * The trace of what was read; what is not later than the point before it is left out.
 * @throws Error telling what is missing
 */
export function traceOf(points: readonly Measured[]): Trace {
  if (points.length === 0) throw new Error('holds no points');
  const fixes: Fix[] = [];
  for (const { time, ...point } of points) {
    if (time === undefined) continue;
    if (time > (fixes.at(-1)?.time ?? Number.NEGATIVE_INFINITY)) fixes.push({ ...point, time });
  }
  if (fixes.length === 0) throw new Error('has no timestamps: nobody knows how fast that car was');
  if (fixes.length === 1)
    throw new Error('has one moment only; a drive needs two points with different times');
  return { fixes };
}
