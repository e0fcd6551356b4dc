// The streets below the replay: quiet, so that the car is what one sees first.

import type { Palette } from './palette.ts';
import type { Ground, StreetName } from './scene.ts';
import { pointOf, type View } from './view.ts';

/** Widths on the ground, m; drawn at least as wide as can be seen. What comes later lies above. */
const ROADS = [
  ['path', 1.2],
  ['service', 4],
  ['pedestrian', 5],
  ['residential', 7.5],
  ['tertiary', 9],
  ['secondary', 12],
  ['primary', 14],
  ['trunk', 16],
  ['motorway', 16],
  ['rail', 1.6],
] as const;
const LEAST_PIXELS = 1;
const CASING_PIXELS = 1;
const AREAS = ['other', 'park', 'beach', 'water'] as const;
const NAME_FONT = '500 11px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
/** Between two names, CSS pixels. */
const NAME_AIR = 26;

/** Made once from path data, drawn in every frame. */
export interface GroundPaths {
  areas: Map<string, Path2D>;
  buildings: Path2D;
  roads: Map<string, Path2D>;
  names: readonly StreetName[];
}

export function groundPaths({ areas, buildings, roads, names }: Ground): GroundPaths {
  const paths = (of: Record<string, string>) =>
    new Map(Object.entries(of).map(([name, data]) => [name, new Path2D(data)]));
  return { areas: paths(areas), buildings: new Path2D(buildings), roads: paths(roads), names };
}

export function drawGround(
  context: CanvasRenderingContext2D,
  ground: GroundPaths,
  palette: Palette,
  view: View,
): void {
  const { pixelsPerMetre, width, height, centre } = view;
  context.fillStyle = palette.land;
  context.fillRect(0, 0, width, height);
  context.save();
  context.translate(width / 2, height / 2);
  context.scale(pixelsPerMetre, pixelsPerMetre);
  context.translate(-centre.east, -centre.south);
  for (const kind of AREAS) {
    const path = ground.areas.get(kind);
    if (!path) continue;
    context.fillStyle = palette.areas[kind];
    context.fill(path, 'evenodd');
  }
  context.fillStyle = palette.building;
  context.fill(ground.buildings, 'evenodd');
  drawRoads(context, ground.roads, palette, pixelsPerMetre);
  context.restore();
  drawNames(context, ground.names, palette, view);
}

function drawRoads(
  context: CanvasRenderingContext2D,
  roads: ReadonlyMap<string, Path2D>,
  palette: Palette,
  pixelsPerMetre: number,
): void {
  context.lineJoin = 'round';
  context.lineCap = 'round';
  const widthOf = (metres: number) => Math.max(metres, LEAST_PIXELS / pixelsPerMetre);
  for (const [name, metres] of ROADS) {
    const path = roads.get(name);
    if (!path || metres < 2) continue;
    context.strokeStyle = palette.casing;
    context.lineWidth = widthOf(metres) + (2 * CASING_PIXELS) / pixelsPerMetre;
    context.stroke(path);
  }
  for (const [name, metres] of ROADS) {
    const path = roads.get(name);
    if (!path) continue;
    context.strokeStyle = metres < 2 ? palette.path : metres >= 12 ? palette.avenue : palette.street;
    context.lineWidth = widthOf(metres);
    context.stroke(path);
  }
}

/** Names lie on their streets where there is room, none over another. */
function drawNames(
  context: CanvasRenderingContext2D,
  names: readonly StreetName[],
  palette: Palette,
  view: View,
): void {
  context.font = NAME_FONT;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineWidth = 3;
  const written: { x: number; y: number; reach: number }[] = [];
  for (const name of names) {
    const { x, y } = pointOf(name, view);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const textWidth = context.measureText(name.text).width;
    if (textWidth > name.metres * view.pixelsPerMetre * 1.5) continue;
    const reach = textWidth / 2;
    if (written.some((other) => Math.hypot(other.x - x, other.y - y) < other.reach + reach + NAME_AIR))
      continue;
    written.push({ x, y, reach });
    context.save();
    context.translate(x, y);
    context.rotate(name.radians);
    context.strokeStyle = palette.halo;
    context.strokeText(name.text, 0, 0);
    context.fillStyle = palette.name;
    context.fillText(name.text, 0, 0);
    context.restore();
  }
}
