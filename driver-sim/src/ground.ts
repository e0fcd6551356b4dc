// Distances and directions over a city: a plane that touches the Earth there. Over 16 km the error is below 0.1 %.

import type { Coordinates } from '@tripcast/protocol';

const EARTH_RADIUS_METRES = 6_371_008.8; // IUGG mean radius
const METRES_PER_DEGREE = (Math.PI / 180) * EARTH_RADIUS_METRES;

/** From `a` to `b`, metres east and north. */
export function displacement(a: Coordinates, b: Coordinates): { east: number; north: number } {
  const middle = ((a.latitude + b.latitude) / 2) * (Math.PI / 180);
  return {
    east: (b.longitude - a.longitude) * METRES_PER_DEGREE * Math.cos(middle),
    north: (b.latitude - a.latitude) * METRES_PER_DEGREE,
  };
}

export function metresBetween(a: Coordinates, b: Coordinates): number {
  const { east, north } = displacement(a, b);
  return Math.hypot(east, north);
}

/** Degrees clockwise from north, 0 ≤ heading < 360; 0 when both are the same place. */
export function headingBetween(a: Coordinates, b: Coordinates): number {
  const { east, north } = displacement(a, b);
  return headingOf(east, north);
}

/** The heading of a movement east and north. */
export function headingOf(east: number, north: number): number {
  const degrees = (Math.atan2(east, north) * 180) / Math.PI;
  return degrees < 0 ? (degrees + 360) % 360 : degrees;
}

/** The smaller angle between two headings, 0 to 180 degrees. */
export function turnBetween(headingA: number, headingB: number): number {
  const difference = Math.abs(headingA - headingB) % 360;
  return difference > 180 ? 360 - difference : difference;
}

/** The place `fraction` (0 to 1) of the way from `a` to `b`. */
export function between(a: Coordinates, b: Coordinates, fraction: number): Coordinates {
  return {
    latitude: a.latitude + (b.latitude - a.latitude) * fraction,
    longitude: a.longitude + (b.longitude - a.longitude) * fraction,
  };
}

/** The place that lies so many metres east and north of `origin`. */
export function offset(origin: Coordinates, eastMetres: number, northMetres: number): Coordinates {
  return {
    latitude: origin.latitude + northMetres / METRES_PER_DEGREE,
    longitude:
      origin.longitude + eastMetres / (METRES_PER_DEGREE * Math.cos((origin.latitude * Math.PI) / 180)),
  };
}
