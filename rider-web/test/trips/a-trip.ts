import { type Trip, tripId, vehicleId } from '@tripcast/protocol';

/** A trip in Montevideo, as a node tells it. */
export function aTrip(changes: Partial<Trip> = {}): Trip {
  return {
    id: tripId('trip-1'),
    vehicleId: vehicleId('car-1'),
    status: 'ENROUTE_TO_PICKUP',
    version: 1,
    pickup: { latitude: -34.9, longitude: -56.16, name: 'Plaza Independencia' },
    dropoff: { latitude: -34.91, longitude: -56.15, name: 'Playa Pocitos' },
    createdAt: 1_800_000_000_000,
    updatedAt: 1_800_000_000_000,
    ...changes,
  };
}
