// Web Mercator as map tiles use it: the world is a square from (0, 0), north-west, to (1, 1), south-east.

import type { Coordinates } from '@tripcast/protocol';

/** x and y in turns: x0, y0, x1, y1, … */
export type WorldLine = Float64Array;

export interface WorldBox {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** A line in world units (https://en.wikipedia.org/wiki/Web_Mercator_projection). */
export function toWorld(points: readonly Coordinates[]): WorldLine {
  const line = new Float64Array(points.length * 2);
  points.forEach(({ latitude, longitude }, index) => {
    const sine = Math.sin((latitude * Math.PI) / 180);
    line[index * 2] = longitude / 360 + 0.5;
    line[index * 2 + 1] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  });
  return line;
}

export function boxOf(line: WorldLine): WorldBox {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (let index = 0; index < line.length; index += 2) {
    box.minX = Math.min(box.minX, line[index]!);
    box.maxX = Math.max(box.maxX, line[index]!);
    box.minY = Math.min(box.minY, line[index + 1]!);
    box.maxY = Math.max(box.maxY, line[index + 1]!);
  }
  return box;
}
