import type { FleetTrip, Trip } from '@tripcast/protocol';
import { hasEnded } from '@tripcast/protocol';

/** What operators are told of a vehicle that changes seldom. */
export interface VehicleFacts {
  paceMs: number;
  trip?: FleetTrip;
}

/** @param trips the vehicle's; of those that have not ended the one under way counts, else the oldest */
export function factsOf(paceMs: number, trips: readonly Trip[]): VehicleFacts {
  const current = trips.filter((trip) => !hasEnded(trip.status)).sort((a, b) => a.createdAt - b.createdAt);
  const trip = current.find((one) => one.startedAt !== undefined) ?? current[0];
  return trip ? { paceMs, trip: fleetTrip(trip) } : { paceMs };
}

export function fleetTrip({ id, status, eta, vehicle }: Trip): FleetTrip {
  return {
    id,
    status,
    ...(eta !== undefined && { eta }),
    ...(vehicle?.plate !== undefined && { plate: vehicle.plate }),
  };
}
