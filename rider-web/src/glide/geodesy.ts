// Distances and directions on a sphere. Good to 0.5 %, which is far below what a GPS knows, and whole everywhere:
// over the date line, at the poles, between equal places.

import type { Coordinates } from '@tripcast/protocol';

const EARTH_RADIUS_M = 6_371_008.8; // mean radius, IUGG
const RADIANS = Math.PI / 180;

/** Metres along the great circle (haversine, https://en.wikipedia.org/wiki/Haversine_formula). */
export function metresBetween(a: Coordinates, b: Coordinates): number {
  const sinLatitude = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2);
  const sinLongitude = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2);
  const h =
    sinLatitude ** 2 + Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * sinLongitude ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(Math.min(1, h)));
}

/** The direction from `a` to `b` at `a`, degrees clockwise from north, 0 ≤ bearing < 360; 0 when they are equal. */
export function bearingBetween(a: Coordinates, b: Coordinates): number {
  const longitude = (b.longitude - a.longitude) * RADIANS;
  const from = a.latitude * RADIANS;
  const to = b.latitude * RADIANS;
  const east = Math.sin(longitude) * Math.cos(to);
  const north = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(longitude);
  const bearing = Math.atan2(east, north) / RADIANS;
  return bearing < 0 ? (bearing + 360) % 360 : bearing;
}

/** The place `metres` away from `from` in the direction `heading` (degrees). */
export function placeAhead(from: Coordinates, heading: number, metres: number): Coordinates {
  const angle = metres / EARTH_RADIUS_M;
  const latitude = from.latitude * RADIANS;
  const direction = heading * RADIANS;
  const sinTo =
    Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(direction);
  const longitude = Math.atan2(
    Math.sin(direction) * Math.sin(angle) * Math.cos(latitude),
    Math.cos(angle) - Math.sin(latitude) * sinTo,
  );
  return {
    latitude: Math.asin(Math.max(-1, Math.min(1, sinTo))) / RADIANS,
    longitude: wrapLongitude(from.longitude + longitude / RADIANS),
  };
}

/** The place at `fraction` (0 to 1) of the way from `a` to `b`, the short way over the date line. */
export function placeBetween(a: Coordinates, b: Coordinates, fraction: number): Coordinates {
  if (fraction <= 0) return { latitude: a.latitude, longitude: a.longitude };
  if (fraction >= 1) return { latitude: b.latitude, longitude: b.longitude };
  const eastward = wrapLongitude(b.longitude - a.longitude);
  return {
    latitude: a.latitude + (b.latitude - a.latitude) * fraction,
    longitude: wrapLongitude(a.longitude + eastward * fraction),
  };
}

/** The same longitude as -180 ≤ longitude ≤ 180. */
export function wrapLongitude(longitude: number): number {
  if (longitude >= -180 && longitude <= 180) return longitude;
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}
