// GeoJSON (RFC 7946): a FeatureCollection of Points with a time each, as a gateway's track, our own recordings and
// enviroCar's tracks are.

import { type Measured, measured, type Recorded } from './measured.ts';

const MPS_PER_KMH = 1 / 3.6;

/**
 * Its points, in their order; other geometries are passed over.
 * @throws Error for text that is no JSON, or no FeatureCollection
 */
export function readGeoJson(text: string): Measured[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`is not JSON (${(error as Error).message})`);
  }
  const { type, features } = objectOf(json);
  if (type !== 'FeatureCollection' || !Array.isArray(features)) {
    throw new Error('is JSON, but not a GeoJSON FeatureCollection of points');
  }
  return features.flatMap((feature) => {
    const { geometry, properties } = objectOf(feature);
    const { type, coordinates } = objectOf(geometry);
    if (type !== 'Point' || !Array.isArray(coordinates)) return [];
    const [longitude, latitude] = coordinates;
    return [measured({ ...measuredBy(objectOf(properties)), latitude, longitude })];
  });
}

/** Points with what was measured as properties, and the truth of that time as `truth`, where it is known. */
export function writeGeoJson(recording: readonly Recorded[]): string {
  const features = recording.map(({ fix: { latitude, longitude, ...rest }, truth }) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: {
      ...rest,
      ...(truth && {
        truth: {
          latitude: truth.latitude,
          longitude: truth.longitude,
          heading: truth.headingDegrees,
          speed: truth.speedMps,
        },
      }),
    },
  }));
  return `${JSON.stringify({ type: 'FeatureCollection', features })}\n`;
}

/** What a point's properties say, in our words and units. */
function measuredBy(
  properties: Record<string, unknown>,
): Omit<Parameters<typeof measured>[0], 'latitude' | 'longitude'> {
  const { time, heading, speed, accuracy, phenomenons } = properties;
  if (phenomenons === undefined) return { time, heading, speed, accuracy };
  // enviroCar. Its `GPS Accuracy` is in `%`, which is no radius: unknown.
  const values = objectOf(phenomenons);
  const kmh = objectOf(values['GPS Speed']).value;
  return {
    time,
    heading: objectOf(values['GPS Bearing']).value,
    ...(typeof kmh === 'number' && { speed: kmh * MPS_PER_KMH }),
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
