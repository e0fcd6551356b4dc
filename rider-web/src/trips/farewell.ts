// Why a ride is no longer, or not, shown to this reader; each has its own words.

import type { Problem } from '@tripcast/client';
import type { TripAccess } from './trip-access.ts';

export type Farewell =
  | 'expired'
  | 'takenBack'
  /** It was shared, and is over. */
  | 'sharedEnded'
  /** It was the reader's own, and has been over for long. */
  | 'ended'
  | 'notFound'
  | 'otherTrip'
  | 'busy'
  | 'noAccess';

/**
 * @param problem what the node said; a dead token is `unauthenticated` by REST and `forbidden` on an open socket
 * @param nowMs the server's clock
 */
export function farewellOf(problem: Problem | undefined, access: TripAccess, nowMs: number): Farewell {
  const isExpired = access.expiresAtMs !== undefined && access.expiresAtMs <= nowMs;
  switch (problem?.code) {
    case 'trip_ended':
      return access.isShared ? 'sharedEnded' : 'ended';
    case 'not_found':
      return 'notFound';
    case 'too_many_requests':
      return 'busy';
    case 'unauthenticated':
      return isExpired ? 'expired' : access.isShared ? 'takenBack' : 'noAccess';
    case 'forbidden':
      if (access.isOtherTrip) return 'otherTrip';
      return access.isShared ? 'takenBack' : 'noAccess';
    default:
      return isExpired ? 'expired' : 'noAccess';
  }
}
