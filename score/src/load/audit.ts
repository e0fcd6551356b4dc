// After the run: reads each trip and its stored track back by REST, and compares.

import type { Tokens } from '@tripcast/driver-sim';
import type { Trip } from '@tripcast/protocol';
import { countFollowed, countStored } from '../grade/delivery.ts';
import type { Tally } from '../grade/tally.ts';
import type { DrivenVehicle } from './driven-vehicle.ts';
import type { FollowedRide } from './rider.ts';

export interface AuditOptions {
  vehicles: readonly DrivenVehicle[];
  rides: readonly FollowedRide[];
  /** Of a node. */
  url: string;
  tokens: Tokens;
  tally: Tally;
  onProblem: (text: string) => void;
}

/** So many trips are read at a time. */
const AT_A_TIME = 8;
const ANSWER_WITHIN_MS = 20_000;

/** Counts every trip that was driven, and every following of it. */
export async function auditTrips(options: AuditOptions): Promise<void> {
  const { vehicles, rides, tally, onProblem } = options;
  const ridesOf = new Map<string, FollowedRide[]>();
  for (const ride of rides) ridesOf.set(ride.tripId, [...(ridesOf.get(ride.tripId) ?? []), ride]);
  const trips = vehicles.flatMap((vehicle) =>
    [...vehicle.trips.keys()].map((tripId) => ({ vehicle, tripId })),
  );

  const next = trips[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const { vehicle, tripId } of next) {
      try {
        const trip = await readTrip(options, tripId);
        const stored = await readTrack(options, tripId);
        countStored(trip, vehicle.fixes, stored, tally);
        for (const { fixes } of ridesOf.get(tripId) ?? []) countFollowed(trip, fixes, stored, tally);
      } catch (error) {
        onProblem(`a trip could not be read back: ${(error as Error).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

async function readTrip(options: AuditOptions, tripId: string): Promise<Trip> {
  const { trip } = (await read(options, `/v1/trips/${tripId}`)) as { trip: Trip };
  return trip;
}

/** The times of the stored fixes. */
async function readTrack(options: AuditOptions, tripId: string): Promise<Set<number>> {
  const { features } = (await read(options, `/v1/trips/${tripId}/track`)) as {
    features: { properties: { time: number } }[];
  };
  return new Set(features.map(({ properties }) => properties.time));
}

async function read({ url, tokens }: AuditOptions, path: string): Promise<unknown> {
  const answer = await fetch(url + path, {
    headers: { authorization: `Bearer ${await tokens.operator()}` },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
