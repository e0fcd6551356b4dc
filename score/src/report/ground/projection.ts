import type { Coordinates } from '@tripcast/protocol';
import { offsetBetween } from '../../truth/plane.ts';
import type { Spot } from '../page/scene.ts';

/** Puts a place on the plane that touches the Earth at `origin`. */
export type Projection = (place: Coordinates) => Spot;

export function projectionAt(origin: Coordinates): Projection {
  return ({ latitude, longitude }) => {
    // Scaled at the origin alone, so that straight streets stay straight.
    const { north } = offsetBetween(origin, { latitude, longitude: origin.longitude });
    const { east } = offsetBetween(origin, { latitude: origin.latitude, longitude });
    return { east, south: -north };
  };
}
