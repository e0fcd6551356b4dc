// A browser's position as a fix. What the browser doesn't know is left out; what it says wrongly is read as it is meant.

import type { Fix } from '@tripcast/client';
import { LIMITS } from '@tripcast/protocol';

/** What browsers were seen to count time in, as ms since the Unix epoch. */
const EPOCHS: readonly ((timestamp: number) => number)[] = [
  (timestamp) => timestamp,
  (timestamp) => timestamp / 1_000, // microseconds
  (timestamp) => timestamp * 1_000, // seconds
  (timestamp) => timestamp + Date.UTC(2001, 0, 1), // Apple's own epoch
];
/** A reading other than the standard's is believed when it is so near to now, ms. */
const NEAR_MS = 10 * 60_000;

/**
 * @param nowMs the device's clock
 * @returns `undefined` for a position that cannot be dated within the day that a node takes, or is nowhere
 */
export function fixOf(
  { coords, timestamp }: Pick<GeolocationPosition, 'timestamp'> & { coords: Coordinates },
  nowMs: number,
): Fix | undefined {
  const time = timeOf(timestamp, nowMs);
  const { latitude, longitude } = coords;
  if (time === undefined || !Number.isFinite(latitude) || !Number.isFinite(longitude)) return undefined;
  const { heading, speed, accuracy } = coords;
  return {
    latitude,
    longitude,
    time,
    // A car that stands has no heading: NaN by the standard, -1 on some phones. So has their speed.
    ...(isKnown(heading) && heading <= 360 && { heading: heading % 360 }),
    ...(isKnown(speed) && { speed }),
    ...(isKnown(accuracy) && { accuracy }),
  };
}

type Coordinates = Pick<GeolocationCoordinates, 'latitude' | 'longitude' | 'accuracy' | 'heading' | 'speed'>;

function isKnown(value: number | null): value is number {
  return value !== null && Number.isFinite(value) && value >= 0;
}

/** Whole ms. An old position keeps its time: it is never stamped as new. */
function timeOf(timestamp: number, nowMs: number): number | undefined {
  const isOfToday = Math.abs(timestamp - nowMs) <= LIMITS.fixBehindMs;
  const time = isOfToday
    ? timestamp
    : EPOCHS.map((read) => read(timestamp)).find((candidate) => Math.abs(candidate - nowMs) <= NEAR_MS);
  return time === undefined ? undefined : Math.round(time);
}
