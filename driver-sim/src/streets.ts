// A city's drivable streets as a directed graph: crossings, and edges from one to the next.

import { readFileSync } from 'node:fs';
import type { Coordinates } from '@tripcast/protocol';
import { between, metresBetween } from './ground.ts';

/** `cities/*.json`, made by `scripts/extract-city.mjs`. Degrees are integers, 1e-6. */
export interface NetworkFile {
  name: string;
  attribution: string;
  bounds: { south: number; west: number; north: number; east: number };
  nodes: { latitudes: number[]; longitudes: number[] };
  /** Indices of the nodes with a traffic light. */
  signals: number[];
  streets: { name?: string; class: string; limitKmh: number }[];
  /** `[from, to, street, one-way 0 or 1, ...bends]`, a bend being two differences (north, east) from the point before. */
  edges: number[][];
}

export interface Street {
  name?: string;
  /** OpenStreetMap's road class, as in `highway=residential`. */
  class: string;
  limitMps: number;
}

export interface StreetNode extends Coordinates {
  hasSignal: boolean;
}

/** A street from one node to the next, in one direction. */
export interface StreetEdge {
  from: number;
  to: number;
  street: Street;
  /** At least two, both nodes included. */
  points: Coordinates[];
  lengthMetres: number;
  /** The index of the same street the other way; absent where it is one-way. */
  opposite?: number;
}

/** A place on a street: so far along an edge. */
export interface RoadPlace {
  edge: number;
  alongMetres: number;
}

export interface StreetNetwork {
  name: string;
  nodes: StreetNode[];
  edges: StreetEdge[];
  /** Indices of the edges that leave each node. */
  leaving: number[][];
}

/** Reads the network of a city in `cities/`. @throws Error naming the cities there are when this is none of them */
export function loadCity(city: string): StreetNetwork {
  const path = new URL(`../cities/${city}.json`, import.meta.url);
  return networkFrom(JSON.parse(readFileSync(path, 'utf8')) as NetworkFile);
}

export function networkFrom(file: NetworkFile): StreetNetwork {
  const signals = new Set(file.signals);
  const nodes = file.nodes.latitudes.map((latitude, index) => ({
    ...degrees(latitude, file.nodes.longitudes[index]!),
    hasSignal: signals.has(index),
  }));
  const streets = file.streets.map(({ limitKmh, ...street }) => ({ ...street, limitMps: limitKmh / 3.6 }));

  const edges: StreetEdge[] = [];
  for (const [from, to, street, oneway, ...bends] of file.edges) {
    const points = [nodes[from!]!, ...bendsFrom(file, from!, bends), nodes[to!]!].map(placeOnly);
    const edge = { from: from!, to: to!, street: streets[street!]!, points, lengthMetres: lengthOf(points) };
    if (oneway) {
      edges.push(edge);
    } else {
      edges.push({ ...edge, opposite: edges.length + 1 });
      edges.push({ ...edge, from: to!, to: from!, points: points.toReversed(), opposite: edges.length - 1 });
    }
  }
  const leaving: number[][] = nodes.map(() => []);
  edges.forEach((edge, index) => {
    leaving[edge.from]!.push(index);
  });
  return { name: file.name, nodes, edges, leaving };
}

/** Where a place on a street is. */
export function coordinatesOf(network: StreetNetwork, place: RoadPlace): Coordinates {
  const { points } = network.edges[place.edge]!;
  let rest = place.alongMetres;
  for (let index = 1; index < points.length; index++) {
    const [a, b] = [points[index - 1]!, points[index]!];
    const length = metresBetween(a, b);
    if (rest <= length && length > 0) return between(a, b, Math.max(0, rest / length));
    rest -= length;
  }
  return points.at(-1)!;
}

function bendsFrom(file: NetworkFile, node: number, differences: readonly number[]): Coordinates[] {
  let latitude = file.nodes.latitudes[node]!;
  let longitude = file.nodes.longitudes[node]!;
  const bends: Coordinates[] = [];
  for (let index = 0; index < differences.length; index += 2) {
    latitude += differences[index]!;
    longitude += differences[index + 1]!;
    bends.push(degrees(latitude, longitude));
  }
  return bends;
}

function degrees(latitudeE6: number, longitudeE6: number): Coordinates {
  return { latitude: latitudeE6 / 1e6, longitude: longitudeE6 / 1e6 };
}

function placeOnly({ latitude, longitude }: Coordinates): Coordinates {
  return { latitude, longitude };
}

function lengthOf(points: readonly Coordinates[]): number {
  let sum = 0;
  for (let index = 1; index < points.length; index++)
    sum += metresBetween(points[index - 1]!, points[index]!);
  return sum;
}
