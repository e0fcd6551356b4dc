import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import type { TripId } from '@tripcast/protocol';
import type { Claims } from '../auth/tokens.ts';
import { readTrack } from '../trips/read-track.ts';
import { partyToTrip } from './authentication.ts';
import { problemResponse } from './problem-response.ts';
import type { RestEnv, RestParts } from './rest-context.ts';
import * as shape from './schemas.ts';
import { geoJson, gpx, trackText } from './track-export.ts';

/** The stored track, for maps and for people. */
export function addTrackRoutes(app: OpenAPIHono<RestEnv>, parts: RestParts): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/trips/{id}/track',
      summary: "Read the trip's stored track",
      security: [{ bearer: [] }],
      middleware: [partyToTrip(parts)] as const,
      request: { params: shape.TripPath, query: shape.TrackQuery },
      responses: {
        200: {
          description: 'Its fixes, oldest first',
          content: {
            'application/geo+json': { schema: z.object({ type: z.literal('FeatureCollection') }) },
            'application/gpx+xml': { schema: z.string() },
          },
        },
        ...shape.refusals('invalid_request', 'unauthenticated', 'forbidden', 'not_found', 'trip_ended'),
      },
    }),
    async (c) => {
      const { since = 0, format = 'geojson' } = c.req.valid('query');
      const { trip, truncatedBefore } = c.get('record');
      const reader = readerOf(c.get('claims'), trip.id);
      const mayRead = () => reader === undefined || parts.mayReadPage(reader);
      const pages = readTrack(parts.backend.tracks, trip.id, since, mayRead);
      const text = await trackText(pages, format === 'gpx' ? gpx(trip) : geoJson(truncatedBefore));
      if (text === undefined) return problemResponse('too_many_requests', 'this track is read too often');
      const type = format === 'gpx' ? 'application/gpx+xml' : 'application/geo+json';
      return c.body(text, 200, { 'content-type': type });
    },
  );
}

/** Whoever shares an allowance; `undefined` for operators, who have none. */
function readerOf(claims: Claims, trip: TripId): string | undefined {
  if (claims.role === 'operator') return undefined;
  return `${trip}/${claims.role === 'rider' ? (claims.share ?? 'rider') : 'driver'}`;
}
