// Before anything else is looked at: who asks (401), and whether this is theirs (403, 404, 410).

import { isTripId } from '@tripcast/protocol';
import type { MiddlewareHandler } from 'hono';
import type { Claims, Tokens } from '../auth/tokens.ts';
import { readRevocation, tripFor } from '../auth/trip-access.ts';
import { BackendUnavailable } from '../backend.ts';
import { isRefusal } from '../trips/refusal.ts';
import type { TripRecord } from '../trips/trip-store.ts';
import { problemResponse, refusalResponse } from './problem-response.ts';
import type { RestEnv, RestParts } from './rest-context.ts';

type Parts = Pick<RestParts, 'tokens' | 'backend' | 'clock'>;

/** Lets holders of a live token pass, if it is of one of these roles. */
export function anyOf(roles: readonly Claims['role'][], parts: Parts): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    const caller = await callerOf(c.req.header('authorization'), parts);
    if (typeof caller === 'string') return problemResponse('unauthenticated', caller);
    const { claims, own } = caller;
    if (!roles.includes(claims.role)) {
      return problemResponse(
        'forbidden',
        `this call is for: ${roles.join(', ')}; the token is for: ${claims.role}`,
      );
    }
    c.set('claims', claims);
    c.set('own', own);
    await next();
  };
}

/** Lets the parties to the trip in the path pass, if they are of these roles: its rider, its driver, operators. */
export function partyToTrip(
  parts: Parts,
  roles: readonly Claims['role'][] = ['rider', 'driver', 'operator'],
): MiddlewareHandler<RestEnv> {
  const authenticated = anyOf(roles, parts);
  return (c, next) =>
    authenticated(c, async () => {
      const id = c.req.param('id') ?? '';
      const claims = c.get('claims');
      const record = claims.role === 'rider' ? c.get('own') : await read(id);
      const access = tripFor(claims, id, record, parts.clock.now());
      if (isRefusal(access)) {
        c.res = refusalResponse(access);
        return;
      }
      c.set('record', access);
      await next();
    });

  async function read(id: string): Promise<TripRecord | undefined> {
    return isTripId(id) ? parts.backend.trips.read(id) : undefined;
  }
}

/**
 * Whether an Authorization header holds a token that is valid by itself: a hint, for what is not to be done for strangers. While
 * that cannot be told it is taken to be one.
 */
export async function holdsToken(
  authorization: string | undefined,
  tokens: Pick<Tokens, 'verify'>,
): Promise<boolean> {
  const jwt = bearerOf(authorization);
  if (jwt === undefined) return false;
  try {
    return (await tokens.verify(jwt)) !== undefined;
  } catch (error) {
    if (error instanceof BackendUnavailable) return true;
    throw error;
  }
}

/** Whether the token is one that a rider has given away. */
export function isShared(claims: Claims): boolean {
  return claims.role === 'rider' && claims.share !== undefined;
}

function bearerOf(authorization = ''): string | undefined {
  return /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];
}

/** What the token says, with the trip of a rider's, or why it counts for nothing. */
async function callerOf(
  authorization: string | undefined,
  parts: Parts,
): Promise<{ claims: Claims; own: TripRecord | undefined } | string> {
  if (authorization === undefined) return 'send a token: "Authorization: Bearer <jwt>"';
  const jwt = bearerOf(authorization);
  if (jwt === undefined) return 'the Authorization header must be "Bearer <jwt>"';
  const claims = await parts.tokens.verify(jwt);
  if (!claims) return 'the token is not valid: wrong, expired or not for this service; get a new one';
  const { isRevoked, own } = await readRevocation(claims, parts.backend);
  return isRevoked ? 'the token was revoked; get a new one' : { claims, own };
}
