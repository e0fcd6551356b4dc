import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import { ACTIVE_STATUSES, allTrips } from '../trips/trip-service.ts';
import { problemResponse } from './problem-response.ts';
import type { RestEnv, RestParts } from './rest-context.ts';
import { riderAccess } from './rider-access.ts';
import * as shape from './schemas.ts';

/** More demo trips than anybody looks at. */
const DEMO_TRIPS = 1_000;

/** What a node says of itself, to whoever asks. */
export function addNodeRoutes(app: OpenAPIHono<RestEnv>, parts: RestParts): void {
  const alive = z.object({ status: z.enum(['ok', 'draining']) });
  const ready = z.object({ status: z.literal('ready'), degraded: z.string().optional() });

  app.openapi(
    createRoute({
      method: 'get',
      path: '/healthz',
      summary: 'Whether the process is alive',
      responses: { 200: shape.answer('It is; `draining`: not for long', alive) },
    }),
    (c) => c.json({ status: parts.isDraining() ? 'draining' : 'ok' } as const, 200),
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/readyz',
      summary: 'Whether the node is fit to serve sockets',
      responses: {
        200: shape.answer('It is; `degraded` says what it cannot do now', ready),
        ...shape.refusals(),
      },
    }),
    (c) => {
      const because = parts.unfitBecause() ?? parts.backend.unavailableBecause();
      if (because !== undefined) return problemResponse('unavailable', because);
      const degraded = parts.backend.degradedBecause();
      return c.json({ status: 'ready' as const, ...(degraded !== undefined && { degraded }) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/metrics',
      summary: "Measurements, in Prometheus' text format",
      description: 'Not through a proxy: whoever may read them asks the node itself.',
      responses: {
        200: { description: 'Measurements', content: { 'text/plain': { schema: z.string() } } },
        ...shape.refusals('not_found'),
      },
    }),
    async (c) => {
      if (c.req.header('x-forwarded-for') !== undefined)
        return problemResponse('not_found', 'measurements are not given away through a proxy');
      return c.text(await parts.metrics(), 200, {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/config.json',
      summary: 'What the pages are told',
      responses: {
        200: shape.answer(
          'The map to draw, and real tiles where there are any',
          z.object({
            city: z.string(),
            tileUrl: z.string().optional(),
            tileAttribution: z.string().optional(),
          }),
        ),
      },
    }),
    (c) => {
      const { url, attribution } = parts.config.tiles;
      c.header('cache-control', 'no-cache');
      return c.json(
        {
          city: 'montevideo',
          ...(url !== undefined && { tileUrl: url }),
          ...(attribution !== undefined && { tileAttribution: attribution }),
        },
        200,
      );
    },
  );
}

/** In demo mode only: gives the rider tokens of simulated trips away. Never those of real ones. */
export function addDemoRoute(app: OpenAPIHono<RestEnv>, parts: RestParts): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/demo/trips',
      summary: 'Simulated trips that have not ended, each with a rider token',
      description: 'On nodes in demo mode only.',
      responses: {
        200: shape.answer(
          'Newest first',
          z.object({
            trips: z.array(z.object({ trip: shape.Trip, riderToken: z.string().optional() })),
          }),
        ),
        ...shape.refusals('not_found'),
      },
    }),
    async (c) => {
      const simulated = [];
      for (const status of ACTIVE_STATUSES) {
        for await (const trip of allTrips(parts.backend, status)) {
          if (trip.simulated) simulated.push(trip);
          if (simulated.length >= DEMO_TRIPS) break;
        }
      }
      simulated.sort((a, b) => b.createdAt - a.createdAt);
      const trips = await Promise.all(
        simulated.map(async (trip) => {
          const { riderToken } = riderAccess(parts.tokens, trip, parts.clock.now(), '');
          return { trip, ...(riderToken !== undefined && { riderToken }) };
        }),
      );
      return c.json({ trips }, 200);
    },
  );
}
