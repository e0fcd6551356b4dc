// Before anything else is looked at: who asks (401), and whether this is theirs (403, 404, 410).

import { isTripId } from '@tripcast/protocol';
import type { MiddlewareHandler } from 'hono';
import type { Claims } from '../auth/tokens.ts';
import { isRevoked, tripFor } from '../auth/trip-access.ts';
import { isRefusal } from '../trips/refusal.ts';
import { problemResponse, refusalResponse } from './problem-response.ts';
import type { RestEnv, RestParts } from './rest-context.ts';

type Parts = Pick<RestParts, 'tokens' | 'backend' | 'clock'>;

/** Lets holders of a live token pass, if it is of one of these roles. */
export function anyOf(roles: readonly Claims['role'][], parts: Parts): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    const claims = await claimsOf(c.req.header('authorization'), parts);
    if (typeof claims === 'string') return problemResponse('unauthenticated', claims);
    if (!roles.includes(claims.role)) {
      return problemResponse(
        'forbidden',
        `this call is for: ${roles.join(', ')}; the token is for: ${claims.role}`,
      );
    }
    c.set('claims', claims);
    await next();
  };
}

/** Lets the parties to the trip in the path pass: its rider, its driver, operators. */
export function partyToTrip(parts: Parts): MiddlewareHandler<RestEnv> {
  const authenticated = anyOf(['rider', 'driver', 'operator'], parts);
  return (c, next) =>
    authenticated(c, async () => {
      const id = c.req.param('id') ?? '';
      const record = isTripId(id) ? await parts.backend.trips.read(id) : undefined;
      const access = tripFor(c.get('claims'), id, record, parts.clock.now());
      if (isRefusal(access)) {
        c.res = refusalResponse(access);
        return;
      }
      c.set('record', access);
      await next();
    });
}

/** Whether the token is one that a rider has given away. */
export function isShared(claims: Claims): boolean {
  return claims.role === 'rider' && claims.share !== undefined;
}

/** What the token says, or why it counts for nothing. */
async function claimsOf(authorization: string | undefined, parts: Parts): Promise<Claims | string> {
  if (authorization === undefined) return 'send a token: "Authorization: Bearer <jwt>"';
  const jwt = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];
  if (jwt === undefined) return 'the Authorization header must be "Bearer <jwt>"';
  const claims = await parts.tokens.verify(jwt);
  if (!claims) return 'the token is not valid: wrong, expired or not for this service; get a new one';
  if (await isRevoked(claims, parts.backend)) return 'the token was revoked; get a new one';
  return claims;
}
