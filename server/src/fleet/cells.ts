// The map in cells, so that nodes tell each other of the vehicles that somebody looks at and of no others. A cell is a Web
// Mercator tile of zoom 14, 2.4 km wide at the equator: the views of maps are rows and columns of them.

import type { Coordinates, FleetView } from '@tripcast/protocol';

/** `y × 2^14 + x`. */
export type Cell = number;

export const CELL_ZOOM = 14;
const ACROSS = 2 ** CELL_ZOOM;

/** Whether a number names a cell. */
export function isCell(value: unknown): value is Cell {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < ACROSS * ACROSS;
}

export function cellAt({ latitude, longitude }: Coordinates): Cell {
  return rowAt(latitude) * ACROSS + columnAt(longitude);
}

/** All cells that a view touches; `undefined` when there are more than `most`. */
export function cellsIn(view: FleetView, most: number): Cell[] | undefined {
  const [top, bottom] = [rowAt(view.north), rowAt(view.south)];
  const [first, last] = [columnAt(view.west), columnAt(view.east)];
  const columns = view.west <= view.east ? last - first + 1 : ACROSS - first + last + 1;
  const rows = bottom - top + 1;
  if (rows * columns > most) return undefined;
  return Array.from({ length: rows * columns }, (_, index) => {
    const column = (first + (index % columns)) % ACROSS;
    return (top + Math.floor(index / columns)) * ACROSS + column;
  });
}

/** Whether a view touches the cell. */
export function touches(view: FleetView, cell: Cell): boolean {
  const row = Math.floor(cell / ACROSS);
  if (row < rowAt(view.north) || row > rowAt(view.south)) return false;
  const [column, first, last] = [cell % ACROSS, columnAt(view.west), columnAt(view.east)];
  return view.west <= view.east ? column >= first && column <= last : column >= first || column <= last;
}

/** The coarser tile that a cell lies in, by a number of its zoom level's own. */
export function tileOf(cell: Cell, zoom: number): number {
  const width = 2 ** Math.max(0, CELL_ZOOM - zoom);
  return Math.floor(Math.floor(cell / ACROSS) / width) * ACROSS + Math.floor((cell % ACROSS) / width);
}

export function isInView(view: FleetView, { latitude, longitude }: Coordinates): boolean {
  if (latitude < view.south || latitude > view.north) return false;
  return view.west <= view.east
    ? longitude >= view.west && longitude <= view.east
    : longitude >= view.west || longitude <= view.east;
}

function columnAt(longitude: number): number {
  return within(Math.floor(((longitude + 180) / 360) * ACROSS));
}

/** https://en.wikipedia.org/wiki/Web_Mercator_projection; what lies beyond its square is in its first or last row. */
function rowAt(latitude: number): number {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return within(Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * ACROSS));
}

function within(index: number): number {
  return Math.min(ACROSS - 1, Math.max(0, index));
}
