import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import type { TripId, TripStatus } from '@tripcast/protocol';
import { isRefusal } from '../trips/refusal.ts';
import type { TripChange, TripRequest } from '../trips/trip-service.ts';
import { anyOf, isShared, partyToTrip } from './authentication.ts';
import { problemResponse, refusalResponse } from './problem-response.ts';
import type { RestEnv, RestParts } from './rest-context.ts';
import { nodeUrl, riderAccess } from './rider-access.ts';
import * as shape from './schemas.ts';

const PAGE = 50;
const security = [{ bearer: [] }];
const oneTrip = z.object({ trip: shape.Trip });
const newTrip = oneTrip.extend(shape.RiderAccess.shape);

/** Making, reading and changing trips. */
export function addTripRoutes(app: OpenAPIHono<RestEnv>, parts: RestParts): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/trips',
      summary: 'Create a trip',
      description: 'With an `id` it may be repeated: the same body finds the trip as it is now.',
      security,
      middleware: [anyOf(['operator'], parts)] as const,
      request: { body: shape.body(shape.TripRequest) },
      responses: {
        201: shape.answer('The trip, and what its rider needs', newTrip),
        200: shape.answer('It was there already', newTrip),
        ...shape.refusals('invalid_request', 'unauthenticated', 'forbidden', 'exists', 'too_large'),
      },
    }),
    async (c) => {
      const { simulated, ...request } = c.req.valid('json');
      const outcome = await parts.trips.create({
        ...request,
        ...(simulated && { simulated }),
      } as TripRequest);
      if (isRefusal(outcome)) return refusalResponse(outcome);
      const { trip, revokedBefore } = outcome.record;
      const issuedAtMs = Math.max(trip.createdAt, revokedBefore);
      const access = riderAccess(parts.tokens, trip, issuedAtMs, nodeUrl(c.req.raw));
      c.header('location', `/v1/trips/${trip.id}`);
      return c.json({ trip, ...access }, outcome.created ? 201 : 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/trips',
      summary: 'List trips, newest first',
      security,
      middleware: [anyOf(['operator'], parts)] as const,
      request: { query: shape.TripListQuery },
      responses: {
        200: shape.answer(
          'A page of trips',
          z.object({
            trips: z.array(shape.Trip),
            cursor: z.string().optional().openapi({ description: 'absent on the last page' }),
          }),
        ),
        ...shape.refusals('invalid_request', 'unauthenticated', 'forbidden'),
      },
    }),
    async (c) => {
      const { limit = PAGE, ...query } = c.req.valid('query');
      try {
        const page = await parts.backend.trips.list({ limit, ...query } as ListQuery);
        return c.json(page, 200);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        const message = 'must be the cursor of a previous page';
        return problemResponse('invalid_request', message, [{ path: 'cursor', message }]);
      }
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/trips/{id}',
      summary: 'Read a trip',
      security,
      middleware: [partyToTrip(parts)] as const,
      request: { params: shape.TripPath },
      responses: {
        200: shape.answer('The trip; `ETag` is its version', oneTrip),
        ...shape.refusals('unauthenticated', 'forbidden', 'not_found', 'trip_ended'),
      },
    }),
    (c) => {
      const { trip } = c.get('record');
      c.header('etag', `"${trip.version}"`);
      return c.json({ trip }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/trips/{id}',
      summary: 'Change a trip',
      description: 'Its driver and operators may change all of these; its rider may only cancel.',
      security,
      middleware: [partyToTrip(parts)] as const,
      request: { params: shape.TripPath, headers: shape.IfMatch, body: shape.body(shape.TripChange) },
      responses: {
        200: shape.answer('The trip after the change; `ETag` is its version', oneTrip),
        ...shape.refusals(
          'invalid_request',
          'unauthenticated',
          'forbidden',
          'not_found',
          'conflict',
          'invalid_transition',
          'trip_ended',
          'too_large',
        ),
      },
    }),
    async (c) => {
      if (isShared(c.get('claims'))) return problemResponse('forbidden', 'a shared link may only read');
      const id = c.req.valid('param').id as TripId;
      const expectedVersion = c.req.valid('header')['if-match'];
      const change = c.req.valid('json') as TripChange;
      const outcome = await parts.trips.change(id, change, c.get('claims').role, expectedVersion);
      if (isRefusal(outcome)) return refusalResponse(outcome);
      c.header('etag', `"${outcome.trip.version}"`);
      return c.json(outcome, 200);
    },
  );
}

type ListQuery = { status?: TripStatus; limit: number; cursor?: string };
