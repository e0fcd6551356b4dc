// What an operator tells vehicles apart by.

import type { FleetVehicle } from '@tripcast/client';

export const VEHICLE_STATES = ['riding', 'toPickup', 'waiting', 'assigned', 'free', 'offline'] as const;
/** What a vehicle does now. */
export type VehicleState = (typeof VEHICLE_STATES)[number];

export const FRESHNESSES = ['live', 'late', 'silent'] as const;
/** How old its newest position is. */
export type Freshness = (typeof FRESHNESSES)[number];

/** A position is live while the next one is not overdue by more than this, ms. */
const LIVE_SLACK_MS = 5_000;
const LATE_MS = 60_000;

export function stateOf({ online, trip }: Pick<FleetVehicle, 'online' | 'trip'>): VehicleState {
  if (!online) return 'offline';
  switch (trip?.status) {
    case undefined:
      return 'free';
    case 'ENROUTE_TO_PICKUP':
      return 'toPickup';
    case 'ARRIVED_AT_PICKUP':
      return 'waiting';
    case 'ENROUTE_TO_DROPOFF':
      return 'riding';
    default:
      return 'assigned'; // NEW, and what a newer node may call it
  }
}

/** @param ageMs of its newest position */
export function freshnessOf({ paceMs }: Pick<FleetVehicle, 'paceMs'>, ageMs: number): Freshness {
  if (ageMs <= paceMs + LIVE_SLACK_MS) return 'live';
  return ageMs <= LATE_MS ? 'late' : 'silent';
}
