import { type Fix, MAX_TIME } from '@tripcast/protocol';
import type { Pose } from '../motion.ts';

/** A point of a file; without `time` where the file doesn't tell when. */
export type Measured = Omit<Fix, 'time'> & { time?: number };

/** What a vehicle measured, and where it was at that time, which no receiver knows. */
export interface Recorded {
  fix: Fix;
  truth?: Pose;
}

/**
 * A point from what a file says. What is no number or out of range is unknown; receivers write −1 for that.
 * @throws Error when it is nowhere on Earth
 */
export function measured(said: {
  latitude: unknown;
  longitude: unknown;
  /** ISO 8601, or ms since the Unix epoch. */
  time?: unknown;
  /** Degrees; 360 is north as well. */
  heading?: unknown;
  /** m/s. */
  speed?: unknown;
  /** m. */
  accuracy?: unknown;
}): Measured {
  const latitude = numberWithin(said.latitude, -90, 90);
  const longitude = numberWithin(said.longitude, -180, 180);
  if (latitude === undefined || longitude === undefined) {
    throw new Error(`a point at ${said.latitude}, ${said.longitude} is nowhere on Earth`);
  }
  const time = numberWithin(typeof said.time === 'string' ? Date.parse(said.time) : said.time, 0, MAX_TIME);
  const heading = numberWithin(said.heading, 0, 360);
  const speed = numberWithin(said.speed, 0, Number.MAX_VALUE);
  const accuracy = numberWithin(said.accuracy, 0, Number.MAX_VALUE);
  return {
    latitude,
    longitude,
    ...(time !== undefined && { time: Math.round(time) }),
    ...(heading !== undefined && { heading: heading % 360 }),
    ...(speed !== undefined && { speed }),
    ...(accuracy !== undefined && { accuracy }),
  };
}

function numberWithin(said: unknown, low: number, high: number): number | undefined {
  const value = typeof said === 'string' && said.trim() !== '' ? Number(said) : said;
  return typeof value === 'number' && value >= low && value <= high ? value : undefined;
}
