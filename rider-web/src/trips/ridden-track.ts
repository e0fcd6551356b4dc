import type { Coordinates } from '@tripcast/client';
import { metresBetween } from '../glide/index.ts';
import type { TrackFile } from './trip-calls.ts';

/** What was driven, as a rider looks back on it. */
export interface RiddenTrack {
  readonly places: readonly Coordinates[];
  /** Along the track; what GPS noise adds while the car stands is left out. */
  readonly metres: number;
  /** Of the first and the last fix, ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A place counts when it is this far from the last one that did, m. */
const STEP_METRES = 8;

/** `undefined` for a track without positions. */
export function riddenTrack({ features }: TrackFile): RiddenTrack | undefined {
  const first = features[0];
  const last = features.at(-1);
  if (!first || !last) return undefined;
  const places: Coordinates[] = [];
  let metres = 0;
  for (const feature of features) {
    const [longitude, latitude] = feature.geometry.coordinates;
    const place = { latitude, longitude };
    const before = places.at(-1);
    const stepMetres = before ? metresBetween(before, place) : Number.POSITIVE_INFINITY;
    if (stepMetres < STEP_METRES && feature !== last) continue;
    if (before) metres += stepMetres;
    places.push(place);
  }
  return { places, metres, fromMs: first.properties.time, toMs: last.properties.time };
}
