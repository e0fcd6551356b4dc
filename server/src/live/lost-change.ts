import type { Trip } from '@tripcast/protocol';
import type { TripAccess } from '../access.ts';
import type { TripStore } from '../trips/trip-store.ts';

/** A trip's state as far as it tells two apart that have one version. */
export type TripState = Pick<Trip, 'version' | 'updatedAt'> & Partial<TripAccess>;

/**
 * Whether a change that had been heard of is not in the store any more: a failover may lose one that was told. Its version is
 * free again, and may have been given to another change.
 * @param heard what was known before `stored` was read
 */
export function isChangeLost(heard: TripState, stored: TripState): boolean {
  return stored.version < heard.version || (stored.version === heard.version && isOther(heard, stored));
}

/** Whether two states of one trip differ that have the same version. */
export function isOther(one: TripState, other: TripState): boolean {
  return fingerprint(one) !== fingerprint(other);
}

/**
 * Gives what is stored a version above the lost one's, so that whoever was told of that takes what is kept for the newer.
 * Resolves to it as it is then; `undefined` when something else has changed it.
 */
export async function outdateLostChange(
  trips: Pick<TripStore, 'replace'>,
  stored: Trip,
  lost: TripState,
): Promise<Trip | undefined> {
  const next = { ...stored, version: Math.max(stored.version, lost.version) + 1 };
  return (await trips.replace(next, stored.version)) === undefined ? undefined : next;
}

function fingerprint({ updatedAt, revokedBefore = 0, shares = [] }: TripState): string {
  return [updatedAt, revokedBefore, ...shares.map((share) => share.id)].join();
}
