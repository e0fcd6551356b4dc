// Where people get in and out: places on everyday streets, named by the corner, as one says in Montevideo.

import type { Coordinates, Place } from '@tripcast/protocol';
import { metresBetween } from './ground.ts';
import type { Random } from './random.ts';
import { coordinatesOf, type RoadPlace, type StreetNetwork } from './streets.ts';

export interface Spot {
  place: RoadPlace;
  coordinates: Coordinates;
  /** `Bulevar España y Ellauri`; `undefined` where no street has a name. */
  name: string | undefined;
}

/** A spot between so many metres, as the crow flies, from a place. */
export type SpotPicker = (random: Random, near: Coordinates, metres: { least: number; most: number }) => Spot;

/** Nobody waits on these. */
const NO_STOPPING = /^(motorway|trunk)|_link$/;
/** Corners are no place to stop: metres kept from each end of a street. */
const CORNER_METRES = 12;
const ATTEMPTS = 2_000;
/** Fewer trips begin and end farther from the centre than this. */
const LIVELY_METRES = 3_500;

/** @param centre where the city is liveliest */
export function spotPicker(network: StreetNetwork, centre: Coordinates): SpotPicker {
  const stoppable = network.edges.flatMap(({ street, lengthMetres }, index) =>
    NO_STOPPING.test(street.class) || lengthMetres < 3 * CORNER_METRES ? [] : [index],
  );
  return function pickSpot(random, near, { least, most }) {
    let best: RoadPlace | undefined;
    let bestMisses = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < ATTEMPTS && bestMisses > 0; attempt++) {
      const edge = stoppable[Math.floor(random() * stoppable.length)]!;
      const room = network.edges[edge]!.lengthMetres - 2 * CORNER_METRES;
      const place = { edge, alongMetres: CORNER_METRES + random() * room };
      const coordinates = coordinatesOf(network, place);
      const lively = Math.exp(-((metresBetween(centre, coordinates) / LIVELY_METRES) ** 2));
      if (random() > lively) continue;
      const metres = metresBetween(near, coordinates);
      const misses = Math.max(0, least - metres, metres - most);
      if (misses < bestMisses) [best, bestMisses] = [place, misses];
    }
    // Two thousand tries that all fall outside the lively part: the centre given is not in this network.
    if (!best) throw new RangeError('no street near the centre of the city');
    return spotAt(network, best);
  };
}

export function spotAt(network: StreetNetwork, place: RoadPlace): Spot {
  return { place, coordinates: coordinatesOf(network, place), name: cornerName(network, place) };
}

/** As a trip carries it, to a decimetre. */
export function placeOf({ coordinates, name }: Pick<Spot, 'coordinates' | 'name'>): Place {
  const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  return {
    latitude: round(coordinates.latitude),
    longitude: round(coordinates.longitude),
    ...(name && { name }),
  };
}

/** The street, and the one that crosses it at the nearer end. */
function cornerName(network: StreetNetwork, { edge, alongMetres }: RoadPlace): string | undefined {
  const { street, from, to, lengthMetres } = network.edges[edge]!;
  const nearer = alongMetres < lengthMetres / 2 ? [from, to] : [to, from];
  for (const node of nearer) {
    const crossing = network.leaving[node]!.map((index) => network.edges[index]!.street.name).find(
      (name) => name && name !== street.name,
    );
    if (crossing) return street.name ? `${street.name} y ${crossing}` : crossing;
  }
  return street.name;
}
