// Google's encoded polyline, precision 1e-5, latitude first
// (https://developers.google.com/maps/documentation/utilities/polylinealgorithm).

import type { Coordinates } from './fix.ts';

const PRECISION = 1e5;

/**
 * The encoded polyline through `points`, each rounded to 1e-5°.
 * @throws RangeError for a point that is not on the Earth
 */
export function encodePolyline(points: readonly Coordinates[]): string {
  let text = '';
  let latitude = 0;
  let longitude = 0;
  for (const point of points) {
    if (!isOnEarth(point)) {
      throw new RangeError(`not a place on the Earth: ${point.latitude}, ${point.longitude}`);
    }
    const nextLatitude = Math.round(point.latitude * PRECISION);
    const nextLongitude = Math.round(point.longitude * PRECISION);
    text += encodeNumber(nextLatitude - latitude) + encodeNumber(nextLongitude - longitude);
    latitude = nextLatitude;
    longitude = nextLongitude;
  }
  return text;
}

/** The points of an encoded polyline; `undefined` when the text is not one or leaves the Earth. */
export function decodePolyline(text: string): Coordinates[] | undefined {
  const points: Coordinates[] = [];
  let latitude = 0;
  let longitude = 0;
  let index = 0;

  /** The next number; NaN when the text is cut or has a foreign character. */
  const nextNumber = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 32) {
      const five = text.charCodeAt(index++) - 63;
      if (!(five >= 0 && five < 64) || shift > 2 ** 30) return Number.NaN;
      value += (five & 31) * shift;
      if (five < 32) return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    }
  };

  while (index < text.length) {
    latitude += nextNumber();
    longitude += nextNumber();
    const point = { latitude: latitude / PRECISION, longitude: longitude / PRECISION };
    if (!isOnEarth(point)) return undefined;
    points.push(point);
  }
  return points;
}

function isOnEarth({ latitude, longitude }: Coordinates): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180; // false for NaN
}

function encodeNumber(value: number): string {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let text = '';
  while (rest >= 32) {
    text += String.fromCharCode((rest % 32) + 32 + 63);
    rest = Math.floor(rest / 32);
  }
  return text + String.fromCharCode(rest + 63);
}
