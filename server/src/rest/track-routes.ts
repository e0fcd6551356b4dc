import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import { readTrack } from '../trips/read-track.ts';
import { partyToTrip } from './authentication.ts';
import type { RestEnv, RestParts } from './rest-context.ts';
import * as shape from './schemas.ts';
import { trackAsGeoJson, trackAsGpx } from './track-export.ts';

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
      const fixes = await readTrack(parts.backend.tracks, trip.id, since);
      return format === 'gpx'
        ? c.body(trackAsGpx(trip, fixes), 200, { 'content-type': 'application/gpx+xml' })
        : c.body(trackAsGeoJson(fixes, truncatedBefore), 200, { 'content-type': 'application/geo+json' });
    },
  );
}
