// One ride: who is fetched where, taken where, and on which ways.

import type { Place } from '@tripcast/protocol';
import { type Drive, driveOver } from './motion.ts';
import type { Random } from './random.ts';
import { type Spot, spotAt } from './spots.ts';
import type { RoadPlace } from './streets.ts';
import type { World } from './world.ts';

/** A ride that an operator has given the vehicle: a trip that is there already. */
export interface OrderedRide {
  tripId: string;
  pickup: Place;
  dropoff: Place;
}

/** What of a ride others are told; without ways where nobody knows them. */
export interface PlannedRide {
  /** 1 for the driver's first. */
  number: number;
  /** Of the trip that others have made for it; without it the driver's own people do. */
  tripId?: string;
  pickup: Pick<Spot, 'coordinates' | 'name'>;
  dropoff: Pick<Spot, 'coordinates' | 'name'>;
  toPickup?: Pick<Drive, 'route'>;
  toDropoff?: Pick<Drive, 'route'>;
}

/** A ride, as the driver knows it. */
export interface Ride extends PlannedRide {
  pickup: Spot;
  dropoff: Spot;
  toPickup: Drive;
  toDropoff: Drive;
}

/** As the crow flies: a ride takes a few minutes, and nobody waits long for it to begin. */
const PICKUP_METRES = { least: 300, most: 1_200 };
const RIDE_METRES = { least: 1_000, most: 3_000 };

/** A ride for a driver who stands at `here`. */
export function planRide(world: World, here: RoadPlace, number: number, random: Random): Ride {
  const pickup = world.pickSpot(random, spotAt(world.network, here).coordinates, PICKUP_METRES);
  const dropoff = world.pickSpot(random, pickup.coordinates, RIDE_METRES);
  const toPickup = driveOver(world.route(here, pickup.place));
  const toDropoff = driveOver(world.route(toPickup.route.end, dropoff.place));
  return { number, pickup, dropoff, toPickup, toDropoff };
}

/** An ordered ride for a driver who stands at `here`, between the streets nearest to where it was ordered. */
export function planOrder(world: World, here: RoadPlace, number: number, order: OrderedRide): Ride {
  const pickup = world.spotNear(order.pickup);
  const dropoff = world.spotNear(order.dropoff);
  const toPickup = driveOver(world.route(here, pickup.place));
  const toDropoff = driveOver(world.route(toPickup.route.end, dropoff.place));
  return { number, tripId: order.tripId, pickup, dropoff, toPickup, toDropoff };
}
