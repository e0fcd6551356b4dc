// A city's streets as they come from the node (`/cities/{city}.json`), and as they are drawn.

import { decodePolyline } from '@tripcast/protocol';
import { BoxIndex } from './box-index.ts';
import { boxOf, toWorld, type WorldBox, type WorldLine } from './mercator.ts';

export type RoadClass =
  | 'motorway'
  | 'trunk'
  | 'primary'
  | 'secondary'
  | 'tertiary'
  | 'residential'
  | 'service'
  | 'pedestrian'
  | 'path'
  | 'rail';

export type AreaKind = 'water' | 'park' | 'beach' | 'building' | 'other';

/** The file's shape. Lines are encoded polylines, 1e-5. */
export interface BasemapFile {
  name: string;
  attribution: string;
  bounds: { south: number; west: number; north: number; east: number };
  roads: { class: RoadClass; name?: string; oneway?: true; line: string }[];
  areas: { kind: AreaKind; name?: string; rings: string[] }[];
  places: { kind: string; name: string; latitude: number; longitude: number }[];
}

export interface Road {
  readonly class: RoadClass;
  readonly name?: string;
  readonly oneway: boolean;
  readonly line: WorldLine;
}

export interface Area {
  readonly kind: AreaKind;
  readonly name?: string;
  readonly rings: readonly WorldLine[];
  readonly box: WorldBox;
}

export interface NamedPlace {
  readonly kind: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** What is drawn, found by box. Files are added one after the other: streets first, buildings when they come. */
export class Basemap {
  readonly roads = new BoxIndex<Road>();
  readonly areas = new BoxIndex<Area>();
  readonly buildings = new BoxIndex<Area>();
  readonly places = new BoxIndex<NamedPlace>();

  /**
   * Adds a file's features in slices, so that a phone that is decoding a city still scrolls: `breathe` is awaited
   * between slices. A line that is no polyline is left out.
   */
  async add(file: BasemapFile, breathe: () => Promise<void>, sliceFeatures = 150): Promise<void> {
    let count = 0;
    for (const { kind, name, rings } of file.areas) {
      if (++count % sliceFeatures === 0) await breathe();
      const lines = rings.map(worldLine).filter((line) => line !== undefined);
      if (!lines[0]) continue;
      const box = boxOf(lines[0]);
      const area: Area = { kind, rings: lines, box, ...(name && { name }) };
      (kind === 'building' ? this.buildings : this.areas).add(area, box);
    }
    for (const { class: roadClass, name, oneway, line: text } of file.roads) {
      if (++count % sliceFeatures === 0) await breathe();
      const line = worldLine(text);
      if (!line) continue;
      this.roads.add({ class: roadClass, oneway: oneway === true, line, ...(name && { name }) }, boxOf(line));
    }
    for (const { kind, name, latitude, longitude } of file.places) {
      const [x, y] = toWorld([{ latitude, longitude }]) as unknown as [number, number];
      this.places.add({ kind, name, x, y }, { minX: x, minY: y, maxX: x, maxY: y });
    }
  }
}

function worldLine(text: string): WorldLine | undefined {
  const points = decodePolyline(text);
  return points && points.length > 1 ? toWorld(points) : undefined;
}
