// The sea, from the shore line. Land lies to the left of each piece of shore, as OpenStreetMap draws coastlines.
//
// The Río de la Plata's mappers keep `natural=coastline` for the open Atlantic; along Montevideo the same ways have
// only a note that says so. That note is what tells them from other lines.

import { joinLines } from './osm-tiles.mjs';
import { isInside } from './planar.mjs';

/**
 * The rings of the sea inside `bounds`: the outer one, then its islands.
 * @throws Error when the shore is not one line from border to border
 */
export function seaRings(features, bounds) {
  const [shore] = joinLines(shoreParts(features)).toSorted((a, b) => b.length - a.length);
  if (!shore || shore[0].x !== bounds.west || shore.at(-1).x !== bounds.east) {
    throw new Error('the shore must run from the western to the eastern border, with no gap');
  }
  const outer = [
    ...shore,
    { x: bounds.east, y: bounds.south },
    { x: bounds.west, y: bounds.south },
    shore[0],
  ];
  const islands = features
    .filter(({ shape, tags }) => shape === 'area' && tags.place === 'islet')
    .flatMap(({ parts }) => parts)
    .filter((ring) => isInside(ring[0], outer));
  return [outer, ...islands];
}

function shoreParts(features) {
  return features
    .filter(({ shape, tags }) => shape === 'line' && isShore(tags))
    .flatMap(({ parts }) => parts);
}

function isShore(tags) {
  return tags.natural === 'coastline' || tags.note?.includes('natural=coastline va en el limite exterior');
}
