// The events on a trip's live channel: JSON text. Nodes add what riders don't see: to a `vehicle` event the driver's
// `session`, so that one that arrives late from an older session is told apart; to a `trip` event that changes who may
// read, the access.

import type { Trip, VehicleState } from '@tripcast/protocol';
import { parseObject, parseRiderEvent } from '@tripcast/protocol';
import type { TripAccess } from '../access.ts';

export type TripEvent =
  | { type: 'trip'; trip: Trip; access: TripAccess | undefined }
  | { type: 'vehicle'; session: number; state: VehicleState };

const decoder = new TextDecoder();

/** The event in a live message; `undefined` for one that a newer version of a node sent. */
export function readTripEvent(message: Uint8Array): TripEvent | undefined {
  const text = decoder.decode(message);
  const event = parseRiderEvent(text);
  if (event?.type !== 'trip' && event?.type !== 'vehicle') return undefined;
  const { session, access } = parseObject(text) ?? {};
  if (event.type === 'trip') return { type: 'trip', trip: event.trip, access: readAccess(access) };
  const { online, time, paceMs } = event;
  return { type: 'vehicle', session: numberOr0(session), state: { online, time, paceMs } };
}

/** @param access when it has changed too */
export function writeTripEvent(trip: Trip, access?: TripAccess): string {
  return JSON.stringify({ type: 'trip', trip, access });
}

export function writeVehicleEvent(session: number, { online, time, paceMs }: VehicleState): string {
  return JSON.stringify({ type: 'vehicle', online, time, paceMs, session });
}

function numberOr0(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function readAccess(value: unknown): TripAccess | undefined {
  const { revokedBefore, shares } = (value ?? {}) as Partial<TripAccess>;
  return typeof revokedBefore === 'number' && Array.isArray(shares) ? { revokedBefore, shares } : undefined;
}
