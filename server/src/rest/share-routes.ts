import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import { hasEnded, type TripId } from '@tripcast/protocol';
import type { MiddlewareHandler } from 'hono';
import { isRefusal } from '../trips/refusal.ts';
import { isShared, partyToTrip } from './authentication.ts';
import { problemResponse, refusalResponse } from './problem-response.ts';
import type { RestEnv, RestParts } from './rest-context.ts';
import { nodeUrl, shareLink } from './rider-access.ts';
import * as shape from './schemas.ts';

const security = [{ bearer: [] }];
const oneShare = z.object({ share: shape.Share });

/** Links that a rider gives away: read-only, until they expire, are taken back, or the trip ends. */
export function addShareRoutes(app: OpenAPIHono<RestEnv>, parts: RestParts): void {
  const party = partyToTrip(parts);

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/trips/{id}/shares',
      summary: 'Share a trip: make a link that may only read',
      security,
      middleware: [party, mayShare] as const,
      request: { params: shape.TripPath, body: shape.body(shape.ShareRequest) },
      responses: {
        201: shape.answer('The share, with its link', oneShare),
        ...shape.refusals(
          'invalid_request',
          'unauthenticated',
          'forbidden',
          'not_found',
          'trip_ended',
          'too_large',
          'too_many_requests',
        ),
      },
    }),
    async (c) => {
      const { trip } = c.get('record');
      const { name, lastsMinutes } = c.req.valid('json');
      const outcome = await parts.trips.share(trip.id, { name, lastsMs: lastsMinutes * 60_000 });
      if (isRefusal(outcome)) return refusalResponse(outcome);
      const link = shareLink(parts.tokens, trip, outcome.share, nodeUrl(c.req.raw));
      return c.json({ share: { ...outcome.share, ...link } }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/trips/{id}/shares',
      summary: "The trip's shares that have not expired",
      security,
      middleware: [party, mayShare] as const,
      request: { params: shape.TripPath },
      responses: {
        200: shape.answer('The shares, oldest first', z.object({ shares: z.array(shape.Share) })),
        ...shape.refusals('unauthenticated', 'forbidden', 'not_found', 'trip_ended'),
      },
    }),
    async (c) => {
      const { trip, shares } = c.get('record');
      const now = parts.clock.now();
      const url = nodeUrl(c.req.raw);
      const current = shares.filter((share) => share.expiresAt > now);
      const withLinks = current.map(async (share) => ({
        ...share,
        ...shareLink(parts.tokens, trip, share, url),
      }));
      return c.json({ shares: await Promise.all(withLinks) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/trips/{id}/shares/{shareId}',
      summary: 'Take a link back, on open sockets too',
      security,
      middleware: [party, mayShare] as const,
      request: { params: shape.SharePath },
      responses: {
        204: { description: 'It is dead' },
        ...shape.refusals('invalid_request', 'unauthenticated', 'forbidden', 'not_found', 'trip_ended'),
      },
    }),
    async (c) => {
      const { id, shareId } = c.req.valid('param');
      const outcome = await parts.trips.unshare(id as TripId, shareId);
      return isRefusal(outcome) ? refusalResponse(outcome) : c.body(null, 204);
    },
  );
}

/** The rider itself, or an operator; of a trip that has not ended. */
const mayShare: MiddlewareHandler<RestEnv> = async (c, next) => {
  const claims = c.get('claims');
  if (claims.role === 'driver' || isShared(claims)) {
    return problemResponse('forbidden', "only the trip's rider and operators may share it");
  }
  if (hasEnded(c.get('record').trip.status)) return problemResponse('trip_ended', 'the trip has ended');
  await next();
};
