// Where people get in and out: places on everyday streets, named by the corner, as one says in Montevideo.

import type { Coordinates, Place } from '@tripcast/protocol';
import { displacement, metresBetween } from './ground.ts';
import type { Random } from './random.ts';
import { coordinatesOf, type RoadPlace, type StreetEdge, type StreetNetwork } from './streets.ts';

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
  const stoppable = stoppableEdges(network);
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

/** The spot nearest to a place. */
export function spotFinder(network: StreetNetwork): (place: Coordinates) => Spot {
  const stoppable = stoppableEdges(network);
  return function spotNear(place) {
    let best: RoadPlace = { edge: stoppable[0]!, alongMetres: CORNER_METRES };
    let least = Number.POSITIVE_INFINITY;
    for (const edge of stoppable) {
      const { metres, alongMetres } = nearestOn(network.edges[edge]!, place);
      if (metres >= least) continue;
      const end = network.edges[edge]!.lengthMetres - CORNER_METRES;
      best = { edge, alongMetres: Math.min(Math.max(alongMetres, CORNER_METRES), end) };
      least = metres;
    }
    return spotAt(network, best);
  };
}

function stoppableEdges({ edges }: StreetNetwork): number[] {
  return edges.flatMap(({ street, lengthMetres }, index) =>
    NO_STOPPING.test(street.class) || lengthMetres < 3 * CORNER_METRES ? [] : [index],
  );
}

/** How far a street is from a place, and how far along it is nearest. */
function nearestOn({ points }: StreetEdge, place: Coordinates): { metres: number; alongMetres: number } {
  let nearest = { metres: Number.POSITIVE_INFINITY, alongMetres: 0 };
  let before = 0;
  for (let index = 1; index < points.length; index++) {
    const [a, b] = [points[index - 1]!, points[index]!];
    const [line, to] = [displacement(a, b), displacement(a, place)];
    const length = Math.hypot(line.east, line.north);
    const share = length === 0 ? 0 : (line.east * to.east + line.north * to.north) / length ** 2;
    const fraction = Math.min(1, Math.max(0, share));
    const metres = Math.hypot(to.east - line.east * fraction, to.north - line.north * fraction);
    if (metres < nearest.metres) nearest = { metres, alongMetres: before + length * fraction };
    before += length;
  }
  return nearest;
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
