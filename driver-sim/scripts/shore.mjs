// The sea, from the shore line. Land lies to the left of each piece of shore, as OpenStreetMap draws coastlines.
//
// The Río de la Plata's mappers keep `natural=coastline` for the open Atlantic; along Montevideo the same ways have
// only a note that says so. That note is what tells them from other lines.

import { joinLines, keyOf } from './osm-tiles.mjs';
import { isInside, signedArea } from './planar.mjs';

/**
 * The shore, from the western to the eastern border of `bounds`.
 * @throws Error when it is not one line
 */
export function shoreLine(features, bounds) {
  const parts = features
    .filter(({ shape, tags }) => shape === 'line' && isShore(tags))
    .flatMap(({ parts }) => parts);
  const [shore] = joinLines(parts).toSorted((a, b) => b.length - a.length);
  if (!shore || shore[0].x !== bounds.west || shore.at(-1).x !== bounds.east) {
    throw new Error('the shore must run from the western to the eastern border, with no gap');
  }
  return shore;
}

/** The rings of the sea inside `bounds`: the outer one, then its islands. */
export function seaRings(features, shore, bounds) {
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

/** More ways than these in a row, or a strip wider than this in its mean, are no strand. */
const STRAND = { ways: 6, meanWidthMetres: 120 };

/**
 * Rings between the shore and the ways that leave it and come back: sand and rock at the water. OSM has them as
 * relations, which these tiles leave out; their inland sides are there, as ways without a tag. Where such ways fork, the
 * side nearest to the water is taken, so that no park behind a beach becomes one.
 */
export function strandRings(features, shore, stepMetres) {
  const positions = new Map(shore.map((point, index) => [keyOf(point), index]));
  const leaving = new Map();
  for (const { shape, tags, parts } of features) {
    if (shape !== 'line' || Object.keys(tags).some((key) => key !== 'source')) continue;
    for (const line of parts.flatMap((part) => [part, part.toReversed()])) {
      leaving.set(keyOf(line[0]), [...(leaving.get(keyOf(line[0])) ?? []), line]);
    }
  }
  const strips = [];
  const walk = (points, ways) => {
    const [from, to] = [positions.get(keyOf(points[0])), positions.get(keyOf(points.at(-1)))];
    if (ways > 0 && to !== undefined) {
      if (from < to) strips.push(stripBetween(points, shore, from, to));
      return;
    }
    if (ways === STRAND.ways) return;
    const seen = new Set(points.map(keyOf));
    for (const line of leaving.get(keyOf(points.at(-1))) ?? []) {
      if (line.slice(1).every((point) => !seen.has(keyOf(point))))
        walk([...points, ...line.slice(1)], ways + 1);
    }
  };
  for (const point of shore) walk([point], 0);

  const taken = new Uint8Array(shore.length);
  return strips
    .filter(({ area, length }) => area > 0 && (area / length) * stepMetres < STRAND.meanWidthMetres)
    .sort((a, b) => a.area / a.length - b.area / b.length)
    .filter(({ from, to }) => {
      if (taken.subarray(from, to).some(Boolean)) return false;
      taken.fill(1, from, to);
      return true;
    })
    .map(({ ring }) => ring);
}

function stripBetween(points, shore, from, to) {
  const water = shore.slice(from, to + 1);
  const ring = [...points, ...water.toReversed().slice(1)];
  const length = water
    .slice(1)
    .reduce((sum, b, index) => sum + Math.hypot(b.x - water[index].x, b.y - water[index].y), 0);
  return { ring, from, to, length, area: signedArea(ring) / 2 }; // positive on the land's side
}

function isShore(tags) {
  return tags.natural === 'coastline' || tags.note?.includes('natural=coastline va en el limite exterior');
}
