import { randomUUID } from 'node:crypto';
import { encodeFixes, FIX_BYTES, type Fix, fixTime, type Trip, tripId, vehicleId } from '@tripcast/protocol';

/** A trip under way since `startedAt`, under an id that no other test has. */
export function tripUnderWay(startedAt: number, fields: Partial<Trip> = {}): Trip {
  return {
    id: tripId(`t-${randomUUID()}`),
    vehicleId: vehicleId(`v-${randomUUID()}`),
    status: 'ENROUTE_TO_PICKUP',
    version: 1,
    pickup: { latitude: -34.9055001, longitude: -56.1913001, name: 'Plaza Independencia' },
    dropoff: { latitude: -34.92345678901234, longitude: -56.15 },
    createdAt: startedAt,
    updatedAt: startedAt,
    startedAt,
    ...fields,
  };
}

/** Encoded fixes at these times, ms. */
export function fixesAt(...times: number[]): Uint8Array {
  return encodeFixes(times.map(fixAt));
}

function fixAt(time: number): Fix {
  return { latitude: -34.9, longitude: -56.1 + (time % 1000) / 1e6, speed: 8.5, time };
}

/** The times of encoded fixes, ms. */
export function timesOf(fixes: Uint8Array): number[] {
  const view = new DataView(fixes.buffer, fixes.byteOffset, fixes.byteLength);
  return Array.from({ length: fixes.byteLength / FIX_BYTES }, (_, index) => fixTime(view, index * FIX_BYTES));
}
