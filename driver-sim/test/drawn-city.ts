// Streets as a drawing: `o` a crossing, `*` one with a traffic light, `-` and `|` two-way, `> < v ^` one-way.
//
//   o - o > o
//   |   ^   |
//   * - o - o

import type { Coordinates } from '@tripcast/protocol';
import { offset } from '../src/ground.ts';
import { type NetworkFile, networkFrom, type StreetNetwork } from '../src/streets.ts';

const BLOCK_METRES = 100;
const ORIGIN: Coordinates = { latitude: -34.9, longitude: -56.17 };
const CROSSING = /[o*]/;

export interface DrawnCity {
  network: StreetNetwork;
  /** The node at a row and a column of crossings, both from 0. */
  at(row: number, column: number): number;
  /** The edge from one node to a neighbour. @throws Error when there is none */
  edge(from: number, to: number): number;
}

export function drawnCity(drawing: string): DrawnCity {
  const rows = drawing.split('\n').filter((row) => row.trim() !== '');
  const indent = Math.min(...rows.map((row) => row.search(/\S/)));
  const cell = (row: number, column: number) => rows[row]?.[indent + column] ?? ' ';

  const file: NetworkFile = {
    name: 'Drawn',
    attribution: '',
    bounds: { south: -90, west: -180, north: 90, east: 180 },
    nodes: { latitudes: [], longitudes: [] },
    signals: [],
    streets: [],
    edges: [],
  };
  const nodes = new Map<string, number>();
  const at = (row: number, column: number) => nodes.get(`${row},${column}`)!;
  const columns = Math.max(...rows.map((row) => row.length - indent));
  for (let row = 0; row < rows.length; row += 2) {
    for (let column = 0; column < columns; column += 4) {
      if (!CROSSING.test(cell(row, column))) continue;
      const place = offset(ORIGIN, (column / 4) * BLOCK_METRES, (-row / 2) * BLOCK_METRES);
      nodes.set(`${row / 2},${column / 4}`, file.nodes.latitudes.length);
      if (cell(row, column) === '*') file.signals.push(file.nodes.latitudes.length);
      file.nodes.latitudes.push(Math.round(place.latitude * 1e6));
      file.nodes.longitudes.push(Math.round(place.longitude * 1e6));
    }
  }
  const street = (name: string) => {
    file.streets.push({ name, class: 'tertiary', limitKmh: 45 });
    return file.streets.length - 1;
  };
  for (let row = 0; row < rows.length; row++) {
    for (let column = 0; column < columns; column++) {
      const sign = cell(row, column);
      const [r, c] = [Math.floor(row / 2), Math.floor(column / 4)];
      if (sign === '-') file.edges.push([at(r, c), at(r, c + 1), street(`Row ${r}`), 0]);
      if (sign === '>') file.edges.push([at(r, c), at(r, c + 1), street(`Row ${r}`), 1]);
      if (sign === '<') file.edges.push([at(r, c + 1), at(r, c), street(`Row ${r}`), 1]);
      if (sign === '|') file.edges.push([at(r, c), at(r + 1, c), street(`Column ${c}`), 0]);
      if (sign === 'v') file.edges.push([at(r, c), at(r + 1, c), street(`Column ${c}`), 1]);
      if (sign === '^') file.edges.push([at(r + 1, c), at(r, c), street(`Column ${c}`), 1]);
    }
  }
  const network = networkFrom(file);
  return {
    network,
    at,
    edge(from, to) {
      const index = network.edges.findIndex((edge) => edge.from === from && edge.to === to);
      if (index < 0) throw new Error(`no street from ${from} to ${to}`);
      return index;
    },
  };
}
