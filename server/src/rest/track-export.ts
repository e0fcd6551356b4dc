// A track in other programs' formats: GeoJSON (RFC 7946) and GPX 1.1 (https://www.topografix.com/GPX/1/1/).

import type { Fix, Trip } from '@tripcast/protocol';

/** What comes before, between and after the fixes. */
export interface TrackFormat {
  head: string;
  fix(fix: Fix): string;
  between: string;
  tail: string;
}

/** The track as one text, written page by page; `undefined` when one of them cannot be had. */
export async function trackText(
  pages: AsyncIterable<Fix[] | undefined>,
  format: TrackFormat,
): Promise<string | undefined> {
  const parts: string[] = [];
  for await (const fixes of pages) {
    if (!fixes) return undefined;
    if (fixes.length > 0) parts.push(fixes.map(format.fix).join(format.between));
  }
  return format.head + parts.join(format.between) + format.tail;
}

/**
 * A FeatureCollection of points, longitude first. What is unknown of a fix is left out.
 * @param truncatedBefore nothing measured before this is kept, ms; 0 when the track is whole
 */
export function geoJson(truncatedBefore: number): TrackFormat {
  const cut = truncatedBefore > 0 ? `"truncatedBefore":${truncatedBefore},` : '';
  return {
    head: `{"type":"FeatureCollection",${cut}"features":[`,
    fix: ({ latitude, longitude, ...properties }) =>
      JSON.stringify({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [longitude, latitude] },
        properties,
      }),
    between: ',',
    tail: ']}',
  };
}

/** One track of one segment. GPX 1.1 has no place for speed, heading or accuracy. */
export function gpx(trip: Pick<Trip, 'id'>): TrackFormat {
  return {
    head: `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Tripcast" xmlns="http://www.topografix.com/GPX/1/1">
<trk><name>${trip.id}</name><trkseg>
`,
    fix: ({ latitude, longitude, time }) =>
      `<trkpt lat="${decimal(latitude)}" lon="${decimal(longitude)}"><time>${new Date(time).toISOString()}</time></trkpt>\n`,
    between: '',
    tail: '</trkseg></trk>\n</gpx>\n',
  };
}

/** Degrees as XML's decimals want them: to the 1e-7 that a fix has, and never as `1e-7`. */
function decimal(degrees: number): string {
  return degrees.toFixed(7);
}
