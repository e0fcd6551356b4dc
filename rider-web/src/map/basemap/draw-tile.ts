// Draws the ground of one tile: areas, buildings, road casings, roads. Knows a canvas, but neither Leaflet nor the page.

import type { Area, AreaKind, Basemap, Road } from './basemap.ts';
import type { WorldBox, WorldLine } from './mercator.ts';
import type { Palette } from './palette.ts';
import { DRAWING_ORDER, roadWidth } from './road-widths.ts';

/** Where a tile lies. */
export interface TileView {
  /** World units of its north-west corner. */
  x: number;
  y: number;
  /** CSS pixels of the whole world at this zoom. */
  worldPixels: number;
  sizePixels: number;
  zoom: number;
}

const AREA_ORDER: readonly AreaKind[] = ['other', 'park', 'beach', 'water'];
const BUILDINGS_FROM_ZOOM = 15;
const CASINGS_FROM_ZOOM = 14;
const ONEWAYS_FROM_ZOOM = 17;
/** Smaller areas than this are noise, CSS pixels. */
const LEAST_AREA_PIXELS = 3;
/** The widest road's half and a casing: what lies this far outside still shows. */
const MARGIN_PIXELS = 24;

export function drawTile(
  context: CanvasRenderingContext2D,
  basemap: Basemap,
  palette: Palette,
  view: TileView,
): void {
  context.fillStyle = palette.land;
  context.fillRect(0, 0, view.sizePixels, view.sizePixels);
  context.lineJoin = 'round';
  context.lineCap = 'round';
  const box = boxOfView(view, MARGIN_PIXELS);

  const areas = basemap.areas.within(box);
  for (const kind of AREA_ORDER) {
    context.fillStyle = palette.areas[kind];
    fillAreas(
      context,
      areas.filter((area) => area.kind === kind),
      view,
    );
  }
  if (view.zoom >= BUILDINGS_FROM_ZOOM) drawBuildings(context, basemap.buildings.within(box), palette, view);
  drawRoads(context, basemap.roads.within(box), palette, view);
}

export function boxOfView({ x, y, worldPixels, sizePixels }: TileView, marginPixels: number): WorldBox {
  const margin = marginPixels / worldPixels;
  const size = sizePixels / worldPixels;
  return { minX: x - margin, minY: y - margin, maxX: x + size + margin, maxY: y + size + margin };
}

function fillAreas(context: CanvasRenderingContext2D, areas: readonly Area[], view: TileView): void {
  context.beginPath();
  for (const area of areas) {
    const widest = Math.max(area.box.maxX - area.box.minX, area.box.maxY - area.box.minY);
    if (widest * view.worldPixels < LEAST_AREA_PIXELS) continue;
    for (const ring of area.rings) trace(context, ring, view);
  }
  context.fill('evenodd');
}

function drawBuildings(
  context: CanvasRenderingContext2D,
  buildings: readonly Area[],
  palette: Palette,
  view: TileView,
): void {
  context.fillStyle = palette.areas.building;
  fillAreas(context, buildings, view);
  if (view.zoom <= BUILDINGS_FROM_ZOOM) return;
  context.strokeStyle = palette.buildingEdge;
  context.lineWidth = 0.7;
  context.stroke();
}

function drawRoads(
  context: CanvasRenderingContext2D,
  roads: readonly Road[],
  palette: Palette,
  view: TileView,
): void {
  const layers = DRAWING_ORDER.map((roadClass) => ({
    roadClass,
    width: roadWidth(roadClass, view.zoom),
    roads: roads.filter((road) => road.class === roadClass),
  })).filter(({ width, roads }) => width > 0 && roads.length > 0);

  if (view.zoom >= CASINGS_FROM_ZOOM) {
    for (const { roadClass, width, roads } of layers) {
      if (roadClass === 'path' || roadClass === 'rail') continue;
      strokeRoads(context, roads, view, palette.roads[roadClass].casing, width + (width > 6 ? 2 : 1.4));
    }
  }
  for (const { roadClass, width, roads } of layers) {
    context.setLineDash(roadClass === 'path' ? [3, 3] : roadClass === 'rail' ? [6, 3] : []);
    context.lineCap = roadClass === 'path' || roadClass === 'rail' ? 'butt' : 'round';
    strokeRoads(context, roads, view, palette.roads[roadClass].fill, width);
  }
  context.setLineDash([]);
  context.lineCap = 'round';
  if (view.zoom >= ONEWAYS_FROM_ZOOM)
    drawOneways(
      context,
      layers.flatMap((layer) => layer.roads),
      palette,
      view,
    );
}

function strokeRoads(
  context: CanvasRenderingContext2D,
  roads: readonly Road[],
  view: TileView,
  colour: string,
  width: number,
): void {
  context.beginPath();
  for (const road of roads) trace(context, road.line, view);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

/** A chevron in the middle of each long enough segment of a one-way street. */
function drawOneways(
  context: CanvasRenderingContext2D,
  roads: readonly Road[],
  palette: Palette,
  { x, y, worldPixels }: TileView,
): void {
  context.strokeStyle = palette.oneway;
  context.lineWidth = 1.3;
  context.beginPath();
  for (const { oneway, line } of roads) {
    if (!oneway) continue;
    for (let index = 2; index < line.length; index += 2) {
      const ax = (line[index - 2]! - x) * worldPixels;
      const ay = (line[index - 1]! - y) * worldPixels;
      const dx = (line[index]! - x) * worldPixels - ax;
      const dy = (line[index + 1]! - y) * worldPixels - ay;
      const length = Math.hypot(dx, dy);
      if (length < 60) continue;
      const ux = dx / length;
      const uy = dy / length;
      const tipX = ax + dx * 0.22 + ux * 2.5;
      const tipY = ay + dy * 0.22 + uy * 2.5;
      context.moveTo(tipX - ux * 4 - uy * 3, tipY - uy * 4 + ux * 3);
      context.lineTo(tipX, tipY);
      context.lineTo(tipX - ux * 4 + uy * 3, tipY - uy * 4 - ux * 3);
    }
  }
  context.stroke();
}

function trace(context: CanvasRenderingContext2D, line: WorldLine, { x, y, worldPixels }: TileView): void {
  context.moveTo((line[0]! - x) * worldPixels, (line[1]! - y) * worldPixels);
  for (let index = 2; index < line.length; index += 2) {
    context.lineTo((line[index]! - x) * worldPixels, (line[index + 1]! - y) * worldPixels);
  }
}
