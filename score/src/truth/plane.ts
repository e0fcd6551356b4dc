// Metres east and north of a place: a plane that touches the Earth there. Over a few kilometres the error is below 0.1 %.

import type { Coordinates } from '@tripcast/protocol';

/** A difference between two places, metres. */
export interface Offset {
  east: number;
  north: number;
}

const METRES_PER_DEGREE = (Math.PI / 180) * 6_371_008.8; // IUGG mean radius

/** From `a` to `b`, the short way over the date line. */
export function offsetBetween(a: Coordinates, b: Coordinates): Offset {
  const middle = ((a.latitude + b.latitude) / 2) * (Math.PI / 180);
  const eastward = ((b.longitude - a.longitude + 540) % 360) - 180;
  return {
    east: eastward * METRES_PER_DEGREE * Math.cos(middle),
    north: (b.latitude - a.latitude) * METRES_PER_DEGREE,
  };
}

/** How much of the offset leads in the direction `heading` (degrees clockwise from north), metres. */
export function metresAlong({ east, north }: Offset, heading: number): number {
  const radians = (heading * Math.PI) / 180;
  return east * Math.sin(radians) + north * Math.cos(radians);
}

export function metresApart(a: Coordinates, b: Coordinates): number {
  const { east, north } = offsetBetween(a, b);
  return Math.hypot(east, north);
}

/** The distance of the origin from the line between two places given by their offsets from it, metres. */
export function metresToSegment(a: Offset, b: Offset): number {
  const [east, north] = [b.east - a.east, b.north - a.north];
  const square = east ** 2 + north ** 2;
  const fraction = square > 0 ? Math.min(1, Math.max(0, -(a.east * east + a.north * north) / square)) : 0;
  return Math.hypot(a.east + east * fraction, a.north + north * fraction);
}
