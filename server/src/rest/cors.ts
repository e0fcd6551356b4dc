import type { MiddlewareHandler } from 'hono';
import { isOriginAllowed } from '../auth/origins.ts';

/** How long a browser may remember a preflight's answer, s. */
const PREFLIGHT_AGE_S = 600;

/** Lets pages of the listed origins call: the list that governs the sockets, too. Others get no CORS headers at all. */
export function cors(origins: readonly string[]): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const isAllowed = origin !== undefined && isOriginAllowed(origin, new URL(c.req.url).host, origins);
    const isPreflight =
      c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined;
    if (isPreflight) c.res = new Response(null, { status: 204 });
    else await next();
    c.header('vary', 'origin', { append: true });
    if (!isAllowed) return;
    c.header('access-control-allow-origin', origin);
    c.header('access-control-expose-headers', 'etag, retry-after, www-authenticate');
    if (!isPreflight) return;
    c.header('access-control-allow-methods', 'GET, POST, PATCH, DELETE');
    c.header('access-control-allow-headers', 'authorization, content-type, if-match');
    c.header('access-control-max-age', `${PREFLIGHT_AGE_S}`);
  };
}
