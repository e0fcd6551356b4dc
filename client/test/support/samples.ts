import {
  type DriverEvent,
  type Fix,
  type RiderEvent,
  type Trip,
  tripId,
  vehicleId,
} from '@tripcast/protocol';
import type { ManualClock } from './manual-clock.ts';

export function fixAt(time: number): Fix {
  return { latitude: -34.9, longitude: -56.1625, time };
}

export function tripWith(fields: Partial<Trip> = {}): Trip {
  return {
    id: tripId('t1'),
    vehicleId: vehicleId('v1'),
    status: 'ENROUTE_TO_PICKUP',
    version: 1,
    pickup: { latitude: -34.9, longitude: -56.16 },
    dropoff: { latitude: -34.91, longitude: -56.17 },
    createdAt: 0,
    updatedAt: 0,
    ...fields,
  };
}

export function riderHello(
  clock: ManualClock,
  fields: Partial<Extract<RiderEvent, { type: 'hello' }>> = {},
): RiderEvent {
  return {
    type: 'hello',
    serverTime: clock.now(),
    trip: tripWith(),
    vehicle: { online: true, time: 0, paceMs: 1_000 },
    ...fields,
  };
}

export function driverHello(
  clock: ManualClock,
  fields: Partial<Extract<DriverEvent, { type: 'hello' }>> = {},
): DriverEvent {
  return { type: 'hello', serverTime: clock.now(), pace: { intervalMs: 1_000 }, trips: [], ...fields };
}
