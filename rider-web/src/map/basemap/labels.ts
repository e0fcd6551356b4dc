// Which names are written where. Labels are placed block by block; a block is a square of several tiles, and a label
// lies wholly in its block. So each tile draws its part of its block's labels, without asking its neighbours, and a
// name never moves while the map is dragged.

import type { Area, Basemap, RoadClass } from './basemap.ts';
import { joinedRoads } from './joined-roads.ts';
import type { WorldBox } from './mercator.ts';
import { roadWidth } from './road-widths.ts';

export interface Label {
  text: string;
  kind: 'road' | 'place' | 'suburb' | 'park' | 'water';
  /** The middle, in world units. */
  x: number;
  y: number;
  /** Radians clockwise; never upside down. */
  angle: number;
  fontPixels: number;
}

/** A square of the map at one zoom. */
export interface Block {
  box: WorldBox;
  worldPixels: number;
  zoom: number;
}

/** The width of a text in CSS pixels. */
export type MeasureText = (text: string, fontPixels: number, kind: Label['kind']) => number;

/** From which zoom a class is named, most important first. */
const NAMED_ROADS: readonly [RoadClass, number][] = [
  ['motorway', 13],
  ['trunk', 13],
  ['primary', 13],
  ['secondary', 14],
  ['tertiary', 15],
  ['residential', 16],
  ['pedestrian', 16],
  ['service', 17],
];
/** From which zoom a kind of place is named, most important first. */
const NAMED_PLACES: readonly [string, number][] = [
  ['suburb', 12],
  ['neighbourhood', 13],
  ['square', 16],
  ['station', 15],
  ['bus_station', 15],
  ['stadium', 15],
  ['hospital', 16],
  ['university', 16],
  ['museum', 17],
  ['theatre', 17],
  ['beach', 14],
];
const SUBURBS_UP_TO_ZOOM = 16;
const LABEL_GAP_PIXELS = 12;
const REPEAT_PIXELS = 420;
const SAME_NAME_PIXELS = 260;
/** A name is written straight where its street bends less than this. */
const BEND_PIXELS = 3;
const AREA_NAMES_FROM_ZOOM = 14;

export function placeLabels(basemap: Basemap, block: Block, measure: MeasureText): Label[] {
  const taken = new TakenRoom(block);
  const labels: Label[] = [];
  const byName = new Map<string, Label[]>();
  const tryPlace = (label: Label): boolean => {
    const isNear = ({ x, y }: Label) =>
      Math.hypot(x - label.x, y - label.y) * block.worldPixels < SAME_NAME_PIXELS;
    const sameName = byName.get(label.text) ?? [];
    if (sameName.some(isNear)) return false; // both carriageways of an avenue have its name
    const width = measure(label.text, label.fontPixels, label.kind);
    if (!taken.take(label, width)) return false;
    labels.push(label);
    byName.set(label.text, [...sameName, label]);
    return true;
  };

  placeSuburbs(basemap, block, tryPlace);
  placeAreaNames(basemap, block, measure, tryPlace);
  const roads = basemap.roads.within(block.box);
  for (const [roadClass, fromZoom] of NAMED_ROADS) {
    if (block.zoom < fromZoom) continue;
    const fontPixels = roadFont(roadClass, block.zoom);
    for (const { name, line } of joinedRoads(roads.filter((road) => road.class === roadClass))) {
      placeAlong(name, line, fontPixels, block, measure, tryPlace);
    }
  }
  placePoints(basemap, block, tryPlace);
  return labels;
}

function placeSuburbs(basemap: Basemap, block: Block, tryPlace: (label: Label) => boolean): void {
  if (block.zoom > SUBURBS_UP_TO_ZOOM) return;
  for (const place of basemap.places.within(block.box)) {
    const isSuburb = place.kind === 'suburb' || (place.kind === 'neighbourhood' && block.zoom >= 14);
    if (!isSuburb || block.zoom < 12) continue;
    const fontPixels = block.zoom >= 14 ? 12.5 : 11;
    tryPlace({ text: place.name, kind: 'suburb', x: place.x, y: place.y, angle: 0, fontPixels });
  }
}

function placePoints(basemap: Basemap, block: Block, tryPlace: (label: Label) => boolean): void {
  const places = basemap.places.within(block.box);
  for (const [kind, fromZoom] of NAMED_PLACES) {
    if (block.zoom < fromZoom || kind === 'suburb' || kind === 'neighbourhood') continue;
    for (const place of places) {
      if (place.kind !== kind) continue;
      tryPlace({ text: place.name, kind: 'place', x: place.x, y: place.y, angle: 0, fontPixels: 10.5 });
    }
  }
}

/** Parks and waters that are large enough to hold their name. */
function placeAreaNames(
  basemap: Basemap,
  block: Block,
  measure: MeasureText,
  tryPlace: (label: Label) => boolean,
): void {
  if (block.zoom < AREA_NAMES_FROM_ZOOM) return;
  for (const area of basemap.areas.within(block.box)) {
    if (!area.name || (area.kind !== 'park' && area.kind !== 'water')) continue;
    const { x, y, widthPixels, heightPixels } = middleOf(area, block);
    const fontPixels = 11;
    const width = measure(area.name, fontPixels, area.kind);
    if (width > widthPixels * 1.15 || heightPixels < fontPixels * 1.5) continue;
    tryPlace({ text: area.name, kind: area.kind, x, y, angle: 0, fontPixels });
  }
}

function middleOf({ box }: Area, { worldPixels }: Block) {
  return {
    x: (box.minX + box.maxX) / 2,
    y: (box.minY + box.maxY) / 2,
    widthPixels: (box.maxX - box.minX) * worldPixels,
    heightPixels: (box.maxY - box.minY) * worldPixels,
  };
}

/** Writes a street's name at even distances along its line, wherever that is straight for the length of the name. */
function placeAlong(
  text: string,
  line: Float64Array,
  fontPixels: number,
  { worldPixels }: Block,
  measure: MeasureText,
  tryPlace: (label: Label) => boolean,
): void {
  const width = measure(text, fontPixels, 'road') + 6;
  const distances = [0];
  for (let index = 2; index < line.length; index += 2) {
    const step =
      Math.hypot(line[index]! - line[index - 2]!, line[index + 1]! - line[index - 1]!) * worldPixels;
    distances.push(distances.at(-1)! + step);
  }
  const length = distances.at(-1)!;
  if (length < width) return;
  const count = Math.max(1, Math.floor(length / REPEAT_PIXELS));
  for (let turn = 0; turn < count; turn++) {
    const middle = ((turn + 0.5) * length) / count;
    for (const shift of [0, 0.25, -0.25, 0.45, -0.45]) {
      const at = middle + shift * Math.min(REPEAT_PIXELS, length - width);
      if (at - width / 2 < 0 || at + width / 2 > length) continue;
      const chord = straightChord(line, distances, at - width / 2, at + width / 2, worldPixels);
      if (chord && tryPlace({ text, kind: 'road', fontPixels, ...chord })) break;
    }
  }
}

/** The middle and angle of the chord between two distances along a line, when the line stays near it. */
function straightChord(
  line: Float64Array,
  distances: readonly number[],
  from: number,
  to: number,
  worldPixels: number,
): { x: number; y: number; angle: number } | undefined {
  const [ax, ay] = pointAt(line, distances, from);
  const [bx, by] = pointAt(line, distances, to);
  const dx = bx - ax;
  const dy = by - ay;
  const chord = Math.hypot(dx, dy);
  if (chord * worldPixels < (to - from) * 0.9) return undefined;
  for (let index = 0; index < distances.length; index++) {
    if (distances[index]! <= from || distances[index]! >= to) continue;
    const beside = ((line[index * 2]! - ax) * dy - (line[index * 2 + 1]! - ay) * dx) / chord;
    if (Math.abs(beside) * worldPixels > BEND_PIXELS) return undefined;
  }
  const angle = dx < 0 ? Math.atan2(-dy, -dx) : Math.atan2(dy, dx);
  return { x: (ax + bx) / 2, y: (ay + by) / 2, angle };
}

function pointAt(line: Float64Array, distances: readonly number[], at: number): [number, number] {
  let index = 1;
  while (index < distances.length - 1 && distances[index]! < at) index++;
  const step = distances[index]! - distances[index - 1]!;
  const fraction = step > 0 ? (at - distances[index - 1]!) / step : 0;
  const x = line[index * 2 - 2]!;
  const y = line[index * 2 - 1]!;
  return [x + (line[index * 2]! - x) * fraction, y + (line[index * 2 + 1]! - y) * fraction];
}

function roadFont(roadClass: RoadClass, zoom: number): number {
  return Math.max(9.5, Math.min(13, roadWidth(roadClass, zoom) * 0.85));
}

interface Circle {
  x: number;
  y: number;
  radius: number;
}

/** Not smaller than two of the largest circles and their gap: who touches one lies in its cell or in one beside it. */
const CELL_PIXELS = 32;
const CELLS_PER_ROW = 1_024;

/** The room that labels take, as rows of circles along each text. */
class TakenRoom {
  readonly #block: Block;
  readonly #cells = new Map<number, Circle[]>();

  constructor(block: Block) {
    this.#block = block;
  }

  /** Takes the label's room, in CSS pixels from the block's corner; false when it is taken or leaves the block. */
  take({ x, y, angle, fontPixels }: Label, width: number): boolean {
    const { box, worldPixels } = this.#block;
    const size = (box.maxX - box.minX) * worldPixels;
    const middleX = (x - box.minX) * worldPixels;
    const middleY = (y - box.minY) * worldPixels;
    const radius = fontPixels * 0.7;
    const reach = Math.max(0, width / 2 - radius);
    const steps = Math.max(1, Math.ceil((2 * reach) / (radius * 1.5)));
    const circles = Array.from({ length: steps + 1 }, (_, step) => {
      const along = -reach + (2 * reach * step) / steps;
      return { x: middleX + Math.cos(angle) * along, y: middleY + Math.sin(angle) * along, radius };
    });
    for (const circle of circles) {
      if (Math.min(circle.x, circle.y) < radius || Math.max(circle.x, circle.y) > size - radius) return false;
      if (this.#isTaken(circle)) return false;
    }
    for (const circle of circles) {
      const cell = cellOf(circle);
      const there = this.#cells.get(cell);
      if (there) there.push(circle);
      else this.#cells.set(cell, [circle]);
    }
    return true;
  }

  #isTaken(circle: Circle): boolean {
    const middle = cellOf(circle);
    for (let row = -CELLS_PER_ROW; row <= CELLS_PER_ROW; row += CELLS_PER_ROW) {
      for (let cell = middle + row - 1; cell <= middle + row + 1; cell++) {
        for (const other of this.#cells.get(cell) ?? []) {
          const gap = circle.radius + other.radius + LABEL_GAP_PIXELS / 2;
          if ((circle.x - other.x) ** 2 + (circle.y - other.y) ** 2 < gap ** 2) return true;
        }
      }
    }
    return false;
  }
}

function cellOf({ x, y }: Circle): number {
  return Math.floor(y / CELL_PIXELS) * CELLS_PER_ROW + Math.floor(x / CELL_PIXELS);
}
