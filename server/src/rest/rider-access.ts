import type { Trip } from '@tripcast/protocol';
import type { Share } from '../access.ts';
import type { Tokens } from '../auth/tokens.ts';

/** What a rider needs: the token, and the page's address with the token in its fragment, which is never sent. */
export interface RiderAccess {
  riderToken?: string;
  followUrl?: string;
}

/** How long a rider's token lives, ms. */
const RIDER_TOKEN_LIFE_MS = 24 * 3_600_000;

/**
 * A rider's access to a trip; empty on a node that can't sign. Same arguments, same token.
 * @param issuedAtMs not before the trip's last revocation, or the token is dead at once
 * @param nodeUrl the scheme and host that the caller has reached this node by
 */
export function riderAccess(tokens: Tokens, trip: Trip, issuedAtMs: number, nodeUrl: string): RiderAccess {
  if (!tokens.sign) return {};
  const riderToken = tokens.sign({
    role: 'rider',
    trip: trip.id,
    issuedAtMs,
    expiresAtMs: issuedAtMs + RIDER_TOKEN_LIFE_MS,
  });
  return { riderToken, followUrl: `${nodeUrl}/trips/${trip.id}#${riderToken}` };
}

/** The link of a share: the same each time it is asked for. */
export function shareLink(tokens: Tokens, trip: Trip, share: Share, nodeUrl: string): { followUrl?: string } {
  if (!tokens.sign) return {};
  const token = tokens.sign({
    role: 'rider',
    trip: trip.id,
    share: share.id,
    issuedAtMs: share.createdAt,
    expiresAtMs: share.expiresAt,
  });
  return { followUrl: `${nodeUrl}/trips/${trip.id}#${token}` };
}

/** Scheme and host of a request. A proxy that speaks TLS for us says so in `X-Forwarded-Proto`. */
export function nodeUrl(request: Request): string {
  const { protocol, host } = new URL(request.url);
  const forwarded = request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim();
  return `${forwarded === 'https' ? 'https:' : protocol}//${host}`;
}
