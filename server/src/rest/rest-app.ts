// The REST API: checks, refusals and `/openapi.json` come from the same definitions. It knows no server: requests come
// through `bridge.ts`, or from a test.

import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ZodError } from 'zod';
import { BackendUnavailable } from '../backend.ts';
import { cors } from './cors.ts';
import { addDemoFaultRoutes } from './demo-fault-routes.ts';
import { addDemoRoute, addNodeRoutes } from './node-routes.ts';
import { problemResponse } from './problem-response.ts';
import type { RestEnv, RestParts } from './rest-context.ts';
import { securityHeaders } from './security-headers.ts';
import { addShareRoutes } from './share-routes.ts';
import { addTokenRoutes } from './token-routes.ts';
import { addTrackRoutes } from './track-routes.ts';
import { addTripRoutes } from './trip-routes.ts';

/** Never throws: whatever goes wrong becomes a problem that the caller can read. */
export function createRestApp(parts: RestParts): OpenAPIHono<RestEnv> {
  const app = new OpenAPIHono<RestEnv>({
    defaultHook: (result) => (result.success ? undefined : invalidRequest(result.error)),
  });
  app.use(securityHeaders());
  app.use(cors(parts.config.origins));
  app.use('/v1/*', async (c, next) => {
    await next();
    c.header('cache-control', 'no-store'); // tokens and whereabouts
  });
  addTripRoutes(app, parts);
  addTrackRoutes(app, parts);
  addTokenRoutes(app, parts);
  addShareRoutes(app, parts);
  addNodeRoutes(app, parts);
  if (parts.config.demo !== 'off') {
    addDemoRoute(app, parts);
    addDemoFaultRoutes(app, parts);
  }
  addOpenApi(app);
  app.notFound((c) => parts.site.answer(c.req.raw) ?? noSuchCall(c));
  app.onError((error, c) => failure(error, c, parts));
  return app;
}

function addOpenApi(app: OpenAPIHono<RestEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Tripcast',
      version: '1',
      description:
        'State changes; positions and events travel over WebSockets. Every refusal is a Problem with a stable `code`. ' +
        'A call that is not described here, or with another method, is answered 404 `not_found`.',
    },
  });
}

/** Names each field that is wrong, by its path: `pickup.latitude`. */
function invalidRequest(error: ZodError): Response {
  const errors = error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }];
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'there is no such field' }));
  });
  const first = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return problemResponse('invalid_request', first, errors);
}

function noSuchCall(c: Context): Response {
  return problemResponse(
    'not_found',
    `there is no ${c.req.method} ${c.req.path}; /openapi.json has what there is`,
  );
}

function failure(error: Error, c: Context, parts: RestParts): Response {
  if (error instanceof HTTPException) {
    const detail = error.status === 415 ? 'send the body as "Content-Type: application/json"' : error.message;
    return problemResponse('invalid_request', detail);
  }
  if (error instanceof BackendUnavailable) return problemResponse('unavailable', error.message);
  parts.log.error({ err: error, method: c.req.method, path: c.req.path }, 'a REST call failed');
  return problemResponse('unavailable', 'the node made a mistake, which is in its log');
}
