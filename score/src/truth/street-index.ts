// How far a place lies from the nearest street: a grid over the city, each cell with the pieces of street that cross it.

import type { StreetNetwork } from '@tripcast/driver-sim';
import type { Coordinates } from '@tripcast/protocol';
import { metresToSegment, offsetBetween } from './plane.ts';

interface Piece {
  a: Coordinates;
  b: Coordinates;
}

/** Cells are this high and, at the city's latitude, about as wide. */
const CELL_DEGREES = 0.002;
/** Nothing is looked for beyond the neighbouring cells: a car that far off is off the map. */
export const OFF_STREET_LIMIT_METRES = 200;

export class StreetIndex {
  readonly #cells = new Map<string, Piece[]>();

  constructor({ edges }: Pick<StreetNetwork, 'edges'>) {
    edges.forEach(({ points, opposite }, index) => {
      if (opposite !== undefined && opposite < index) return; // the same street the other way
      for (let next = 1; next < points.length; next++) {
        this.#add({ a: points[next - 1]!, b: points[next]! });
      }
    });
  }

  /** Metres to the nearest street, at most `OFF_STREET_LIMIT_METRES`. */
  metresOff(place: Coordinates): number {
    const row = cellOf(place.latitude);
    const column = cellOf(place.longitude);
    let nearest = OFF_STREET_LIMIT_METRES;
    for (let y = row - 1; y <= row + 1; y++) {
      for (let x = column - 1; x <= column + 1; x++) {
        for (const { a, b } of this.#cells.get(`${y},${x}`) ?? []) {
          nearest = Math.min(nearest, metresToSegment(offsetBetween(place, a), offsetBetween(place, b)));
        }
      }
    }
    return nearest;
  }

  #add(piece: Piece): void {
    const { a, b } = piece;
    for (
      let y = cellOf(Math.min(a.latitude, b.latitude));
      y <= cellOf(Math.max(a.latitude, b.latitude));
      y++
    ) {
      const [west, east] = [Math.min(a.longitude, b.longitude), Math.max(a.longitude, b.longitude)];
      for (let x = cellOf(west); x <= cellOf(east); x++) {
        const cell = this.#cells.get(`${y},${x}`);
        if (cell) cell.push(piece);
        else this.#cells.set(`${y},${x}`, [piece]);
      }
    }
  }
}

function cellOf(degrees: number): number {
  return Math.floor(degrees / CELL_DEGREES);
}
