import type { Coordinates } from './fix.ts';
import type { TripId, VehicleId } from './ids.ts';

export const TRIP_STATUSES = [
  'NEW',
  'ENROUTE_TO_PICKUP',
  'ARRIVED_AT_PICKUP',
  'ENROUTE_TO_DROPOFF',
  'COMPLETE',
  'CANCELED',
] as const;

export type TripStatus = (typeof TRIP_STATUSES)[number];

/** A place of a trip. */
export interface Place extends Coordinates {
  name?: string;
}

/** What a rider looks for at the kerb. */
export interface VehicleDescription {
  make?: string;
  model?: string;
  colour?: string;
  plate?: string;
  driverName?: string;
}

/** Binds a rider to a vehicle for a while. Times are ms since the Unix epoch. */
export interface Trip {
  id: TripId;
  vehicleId: VehicleId;
  /** Clients tolerate a status they don't know. */
  status: TripStatus;
  /** Grows by at least one with every change; a revocation raises it too. */
  version: number;
  pickup: Place;
  dropoff: Place;
  /** The planned way: an encoded polyline, precision 1e-5. */
  route?: string;
  vehicle?: VehicleDescription;
  /** When the vehicle is expected at its next stop (pickup, then drop-off). */
  eta?: number;
  /** Made by a simulator. Only such trips' tokens are given away in demo mode. */
  simulated?: true;
  createdAt: number;
  updatedAt: number;
  /** When it became `ENROUTE_TO_PICKUP`. Fixes measured before are never shown. */
  startedAt?: number;
  /** When it became `COMPLETE` or `CANCELED`. Fixes measured after are never shown. */
  endedAt?: number;
}

const NEXT: Record<TripStatus, readonly TripStatus[]> = {
  NEW: ['ENROUTE_TO_PICKUP', 'CANCELED'],
  ENROUTE_TO_PICKUP: ['ARRIVED_AT_PICKUP', 'CANCELED'],
  ARRIVED_AT_PICKUP: ['ENROUTE_TO_DROPOFF', 'CANCELED'],
  ENROUTE_TO_DROPOFF: ['COMPLETE', 'CANCELED'],
  COMPLETE: [],
  CANCELED: [],
};

/** Whether a trip may change from one status to the other. A status is no change of itself. */
export function isTransition(from: TripStatus, to: TripStatus): boolean {
  return NEXT[from].includes(to);
}

/** Whether a trip in this status has ended. An unknown status has not. */
export function hasEnded(status: string): boolean {
  return status === 'COMPLETE' || status === 'CANCELED';
}

/** Whether a fix measured at `time` (ms) belongs to the trip: it was under way then, both ends included. */
export function isUnderWayAt(
  trip: { readonly startedAt?: number | undefined; readonly endedAt?: number | undefined },
  time: number,
): boolean {
  return trip.startedAt !== undefined && time >= trip.startedAt && time <= (trip.endedAt ?? Infinity);
}
