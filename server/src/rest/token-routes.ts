import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import type { TripId, VehicleId } from '@tripcast/protocol';
import { hasEnded } from '@tripcast/protocol';
import { isRefusal } from '../trips/refusal.ts';
import { anyOf, partyToTrip } from './authentication.ts';
import { problemResponse, refusalResponse } from './problem-response.ts';
import type { RestEnv, RestParts } from './rest-context.ts';
import { nodeUrl, riderAccess } from './rider-access.ts';
import * as shape from './schemas.ts';

const security = [{ bearer: [] }];
const revoked = shape.answer(
  'Tokens issued before this (`iat` × 1000) are dead',
  z.object({ revokedBefore: z.int() }),
);

/** Giving access away and taking it back. */
export function addTokenRoutes(app: OpenAPIHono<RestEnv>, parts: RestParts): void {
  const operatorOnly = anyOf(['operator'], parts);

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/trips/{id}/tokens',
      summary: "Make a new token for the trip's rider",
      security,
      middleware: [partyToTrip(parts, ['operator'])] as const,
      request: { params: shape.TripPath },
      responses: {
        201: shape.answer('What the rider needs', shape.RiderAccess),
        ...shape.refusals('unauthenticated', 'forbidden', 'not_found', 'trip_ended', 'too_large'),
      },
    }),
    async (c) => {
      const { trip, revokedBefore } = c.get('record');
      if (hasEnded(trip.status)) return problemResponse('trip_ended', 'the trip has ended');
      const issuedAtMs = Math.max(parts.clock.now(), revokedBefore);
      return c.json(riderAccess(parts.tokens, trip, issuedAtMs, nodeUrl(c.req.raw)), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/trips/{id}/revoke',
      summary: "Kill the trip's rider tokens",
      description: 'Those issued before now, on open sockets too.',
      security,
      middleware: [operatorOnly] as const,
      request: { params: shape.TripPath },
      responses: {
        200: revoked,
        ...shape.refusals('invalid_request', 'unauthenticated', 'forbidden', 'not_found', 'too_large'),
      },
    }),
    async (c) => {
      const outcome = await parts.trips.revokeTrip(c.req.valid('param').id as TripId);
      return isRefusal(outcome) ? refusalResponse(outcome) : c.json(outcome, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/vehicles/{id}/revoke',
      summary: "Kill the vehicle's driver tokens",
      description: 'Those issued before now, on open sockets too.',
      security,
      middleware: [operatorOnly] as const,
      request: { params: shape.VehiclePath },
      responses: {
        200: revoked,
        ...shape.refusals('invalid_request', 'unauthenticated', 'forbidden', 'too_large'),
      },
    }),
    async (c) => c.json(await parts.trips.revokeVehicle(c.req.valid('param').id as VehicleId), 200),
  );
}
