// Which part of the plane the canvas shows. Pure.

import type { Scene, Spot } from './scene.ts';

/** A canvas of so many CSS pixels, around `centre`. */
export interface View {
  centre: Spot;
  pixelsPerMetre: number;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** What a close look shows from left to right, m. */
const CLOSE_METRES = 380;
const LEAST_CLOSE_SCALE = 2.2;
/** Around the whole way, CSS pixels. */
const EDGE_PIXELS = 56;

export function pointOf({ east, south }: Spot, { centre, pixelsPerMetre, width, height }: View): Point {
  return {
    x: width / 2 + (east - centre.east) * pixelsPerMetre,
    y: height / 2 + (south - centre.south) * pixelsPerMetre,
  };
}

/** Near enough to see metres, around one place. */
export function closeView(centre: Spot, width: number, height: number): View {
  return { centre, pixelsPerMetre: Math.max(LEAST_CLOSE_SCALE, width / CLOSE_METRES), width, height };
}

/** The whole true way. */
export function wholeView({ truth }: Scene, width: number, height: number): View {
  const easts = truth.map(({ east }) => east);
  const souths = truth.map(({ south }) => south);
  const [west, east, north, south] = [
    Math.min(...easts),
    Math.max(...easts),
    Math.min(...souths),
    Math.max(...souths),
  ];
  const fitting = Math.min(
    (width - 2 * EDGE_PIXELS) / Math.max(1, east - west),
    (height - 2 * EDGE_PIXELS) / Math.max(1, south - north),
  );
  return {
    centre: { east: (west + east) / 2, south: (north + south) / 2 },
    pixelsPerMetre: Math.min(fitting, closeView({ east, south }, width, height).pixelsPerMetre),
    width,
    height,
  };
}
