// Who is a party to a trip. The REST API and the sockets' handshakes ask the same questions in the same order.

import type { TripId } from '@tripcast/protocol';
import { hasEnded, LIMITS } from '@tripcast/protocol';
import { isTokenAlive } from '../access.ts';
import type { Backend } from '../backend.ts';
import type { Refusal } from '../trips/refusal.ts';
import { refusal } from '../trips/refusal.ts';
import type { TripRecord } from '../trips/trip-store.ts';
import type { Claims } from './tokens.ts';

/**
 * Whether a valid token was revoked: a rider's with its trip, a driver's with its vehicle. A trip's revocation leaves its
 * driver alone, whose token is for the vehicle. `own` is the rider's trip, which had to be read to know.
 */
export async function readRevocation(
  claims: Claims,
  backend: Pick<Backend, 'trips' | 'vehicles'>,
): Promise<{ isRevoked: boolean; own?: TripRecord }> {
  switch (claims.role) {
    case 'rider': {
      const own = await backend.trips.read(claims.trip);
      return own ? { isRevoked: !isTokenAlive(claims, own), own } : { isRevoked: false };
    }
    case 'driver':
      return { isRevoked: claims.issuedAtMs < (await backend.vehicles.revokedBefore(claims.vehicle)) };
    case 'operator':
      return { isRevoked: false };
    default:
      return claims satisfies never;
  }
}

/**
 * The trip for a party to it, or why not. `id` may be any text; one that is no id names no trip. Only who would be let in
 * hears that there is no such trip: to the others it is forbidden, there or not.
 */
export function tripFor(
  claims: Claims,
  id: string,
  record: TripRecord | undefined,
  nowMs: number,
): TripRecord | Refusal {
  if (claims.role === 'rider' && claims.trip !== (id as TripId)) {
    return refusal('forbidden', 'this token is for another trip');
  }
  if (claims.role === 'driver' && claims.vehicle !== record?.trip.vehicleId) {
    return refusal('forbidden', 'this token is not for the vehicle of such a trip');
  }
  if (!record) return refusal('not_found', `there is no trip "${id}"`);
  const { trip } = record;
  if (claims.role === 'rider' && claims.share !== undefined && hasEnded(trip.status)) {
    return refusal('trip_ended', 'the trip has ended, and with it what was shared of it');
  }
  const readableUntil = (trip.endedAt ?? Number.POSITIVE_INFINITY) + LIMITS.riderReadsAfterEndMs;
  if (claims.role === 'rider' && nowMs > readableUntil) {
    return refusal('trip_ended', 'the trip ended more than an hour ago');
  }
  return record;
}
