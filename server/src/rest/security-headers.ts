// What browsers are told to refuse on our behalf.

import type { MiddlewareHandler } from 'hono';
import { nodeUrl } from './rider-access.ts';

/** How long a browser that came by TLS comes by TLS only, s. */
const TLS_ONLY_FOR_S = 31_536_000;

const ALWAYS: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer', // links to a trip carry its token
  'permissions-policy': 'geolocation=(self), camera=(), microphone=(), payment=(), usb=()',
};

/** An answer that is no page loads nothing, whoever opens it as one. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** Headers that every answer carries; a page brings a policy of its own. */
export function securityHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(ALWAYS)) c.header(name, value);
    if (!c.res.headers.has('content-security-policy')) c.header('content-security-policy', NOTHING);
    if (nodeUrl(c.req.raw).startsWith('https:'))
      c.header('strict-transport-security', `max-age=${TLS_ONLY_FOR_S}`);
  };
}

const HOST = /^[\w.:[\]-]+$/;

/**
 * What a page may load: its own, and map tiles. Sockets are named beside `'self'`, which older browsers take for
 * `http` alone.
 * @param host the page's own, with its port
 * @param tiles the origin of map tiles from elsewhere
 */
export function pagePolicy(host: string, tiles: string | undefined): string {
  const sockets = HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'self'",
    `img-src 'self' data:${tiles === undefined ? '' : ` ${tiles}`}`,
    `connect-src 'self'${sockets}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
