// All that drivers share: the city, the way-finding, the lights and the time of day at its start.

import type { Coordinates } from '@tripcast/protocol';
import { createRouter, type Router } from './routing.ts';
import { type Spot, type SpotPicker, spotFinder, spotPicker } from './spots.ts';
import { loadCity, type StreetNetwork } from './streets.ts';
import { type TrafficLights, trafficLights } from './traffic-lights.ts';

export interface World {
  seed: number;
  network: StreetNetwork;
  /** Where the city is liveliest. */
  centre: Coordinates;
  route: Router;
  pickSpot: SpotPicker;
  /** Where a driver can stop that is nearest to a place. */
  spotNear: (place: Coordinates) => Spot;
  isRed: TrafficLights;
}

/** The cities there are, and the heart of each. */
export const CITIES = {
  /** Between Cordón, Pocitos and Parque Rodó. */
  montevideo: { latitude: -34.9045, longitude: -56.17 },
} as const satisfies Record<string, Coordinates>;

export type City = keyof typeof CITIES;

export function isCity(name: string): name is City {
  return Object.hasOwn(CITIES, name);
}

export function createWorld(city: City, seed: number): World {
  return worldOf(loadCity(city), CITIES[city], seed);
}

export function worldOf(network: StreetNetwork, centre: Coordinates, seed: number): World {
  return {
    seed,
    network,
    centre,
    route: createRouter(network),
    pickSpot: spotPicker(network, centre),
    spotNear: spotFinder(network),
    isRed: trafficLights(network.nodes, seed),
  };
}
