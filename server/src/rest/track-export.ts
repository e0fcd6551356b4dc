// A track in other programs' formats: GeoJSON (RFC 7946) and GPX 1.1 (https://www.topografix.com/GPX/1/1/).

import type { Fix, Trip } from '@tripcast/protocol';

/**
 * A FeatureCollection of points, longitude first. What is unknown of a fix is left out.
 * @param truncatedBefore nothing measured before this is kept, ms; 0 when the track is whole
 */
export function trackAsGeoJson(fixes: readonly Fix[], truncatedBefore: number): string {
  const features = fixes.map(({ latitude, longitude, ...properties }) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties,
  }));
  return JSON.stringify({
    type: 'FeatureCollection',
    ...(truncatedBefore > 0 && { truncatedBefore }),
    features,
  });
}

/** One track of one segment. GPX 1.1 has no place for speed, heading or accuracy. */
export function trackAsGpx(trip: Pick<Trip, 'id'>, fixes: readonly Fix[]): string {
  const points = fixes.map(
    ({ latitude, longitude, time }) =>
      `<trkpt lat="${decimal(latitude)}" lon="${decimal(longitude)}"><time>${new Date(time).toISOString()}</time></trkpt>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Tripcast" xmlns="http://www.topografix.com/GPX/1/1">
<trk><name>${trip.id}</name><trkseg>
${points.join('')}</trkseg></trk>
</gpx>
`;
}

/** Degrees as XML's decimals want them: to the 1e-7 that a fix has, and never as `1e-7`. */
function decimal(degrees: number): string {
  return degrees.toFixed(7);
}
