import type { Trip, TripStatus } from '@tripcast/client';

/** What a driver does next with a trip; `undefined` where there is nothing to do, or the status is none that we know. */
export function nextStatus(status: string): TripStatus | undefined {
  return Object.hasOwn(NEXT, status) ? NEXT[status as keyof typeof NEXT] : undefined;
}

const NEXT = {
  NEW: 'ENROUTE_TO_PICKUP',
  ENROUTE_TO_PICKUP: 'ARRIVED_AT_PICKUP',
  ARRIVED_AT_PICKUP: 'ENROUTE_TO_DROPOFF',
  ENROUTE_TO_DROPOFF: 'COMPLETE',
} as const satisfies Partial<Record<TripStatus, TripStatus>>;

/** Trips that have not ended: those under way first, then the oldest offer. */
export function inOrder(trips: Iterable<Trip>): Trip[] {
  const rank = ({ status }: Trip) => (status === 'NEW' ? 1 : 0);
  return [...trips].sort((one, other) => rank(one) - rank(other) || one.createdAt - other.createdAt);
}
