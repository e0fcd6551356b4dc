import { connectMeasure, resumeMeasure } from './connecting.ts';
import type { Measure } from './measure.ts';
import { memoryMeasure } from './memory.ts';
import { rampMeasure } from './ramp.ts';
import { SHAPES, shapeMeasure } from './shapes.ts';

export type { Measure } from './measure.ts';

/** In the order in which documents show them. */
export const MEASURES: readonly Measure[] = [
  ...SHAPES.map(shapeMeasure),
  rampMeasure,
  memoryMeasure,
  connectMeasure,
  resumeMeasure('resume', 2_000, 5),
  resumeMeasure('resume-herd', 20, 500),
];

export function measureNamed(name: string): Measure | undefined {
  return MEASURES.find((measure) => measure.name === name);
}
