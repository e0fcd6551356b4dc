import type { Trip } from '@tripcast/protocol';
import type { Share, TripAccess } from '../access.ts';
import type { KeepLimits } from '../backend.ts';
import type { TripRecord } from '../trips/trip-store.ts';

/** Fields of a trip's hash that make up its record. Beside them: `version`, `session`, `startedAt`, `endedAt`. */
export const RECORD_FIELDS = ['trip', 'request', 'last', 'revokedBefore', 'shares', 'truncatedBefore'];

/** @param reply the values of `RECORD_FIELDS` */
export function readRecord(reply: (Buffer | null)[]): TripRecord | undefined {
  const [trip, request, last, revokedBefore, shares, truncatedBefore] = reply;
  if (!trip) return undefined;
  return {
    trip: JSON.parse(trip.toString()) as Trip,
    request: request?.toString() ?? '',
    last: Number(last ?? 0),
    revokedBefore: Number(revokedBefore ?? 0),
    shares: shares ? (JSON.parse(shares.toString()) as Share[]) : [],
    truncatedBefore: Number(truncatedBefore ?? 0),
  };
}

/** The hash's fields that a trip decides, names and values in turn: scripts need some of them apart. */
export function tripFields(trip: Trip): string[] {
  const { version, startedAt, endedAt } = trip;
  const fields = ['trip', JSON.stringify(trip), 'version', String(version)];
  if (startedAt !== undefined) fields.push('startedAt', String(startedAt));
  if (endedAt !== undefined) fields.push('endedAt', String(endedAt));
  return fields;
}

/** The hash's fields of which tokens are alive, names and values in turn. */
export function accessFields({ revokedBefore, shares }: TripAccess): string[] {
  return ['revokedBefore', String(revokedBefore), 'shares', JSON.stringify(shares)];
}

/** When a trip and its track are forgotten, ms since the epoch as text; empty while it has not ended. */
export function forgetAt({ endedAt }: Trip, { keptAfterEndMs }: KeepLimits): string {
  return endedAt === undefined ? '' : String(endedAt + keptAfterEndMs);
}
