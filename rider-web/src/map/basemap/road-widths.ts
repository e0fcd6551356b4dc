import type { RoadClass } from './basemap.ts';

/** Widths in CSS pixels at zooms 12 to 18; 0 is not drawn. Between real width and what the eye wants. */
const WIDTHS: Record<RoadClass, readonly number[]> = {
  motorway: [2.6, 3.4, 5, 7.5, 11, 17, 24],
  trunk: [2.4, 3.2, 4.8, 7.2, 11, 17, 24],
  primary: [2, 2.8, 4.4, 7, 11, 16.5, 24],
  secondary: [1.5, 2.2, 3.6, 6, 9.5, 15, 22],
  tertiary: [0.9, 1.5, 2.7, 4.8, 8, 13, 20],
  residential: [0, 0.7, 1.5, 3.4, 6.4, 11, 17],
  service: [0, 0, 0, 1.3, 2.8, 5.5, 9],
  pedestrian: [0, 0, 0, 1.6, 3.6, 7, 11],
  path: [0, 0, 0, 0, 1, 1.4, 2],
  rail: [0, 0.8, 1, 1.2, 1.6, 2, 2.4],
};

const LOWEST_ZOOM = 12;

/** Road classes as they are drawn: what comes later lies above. */
export const DRAWING_ORDER: readonly RoadClass[] = [
  'path',
  'service',
  'pedestrian',
  'residential',
  'tertiary',
  'secondary',
  'primary',
  'trunk',
  'motorway',
  'rail',
];

/** CSS pixels at a zoom, halved with each zoom below the table. */
export function roadWidth(roadClass: RoadClass, zoom: number): number {
  const widths = WIDTHS[roadClass];
  const index = Math.round(zoom) - LOWEST_ZOOM;
  if (index < 0) return widths[0]! * 0.7 ** -index;
  const last = widths.length - 1;
  return index > last ? widths[last]! * 1.8 ** (index - last) : widths[index]!;
}
