// Reads OpenStreetMap QA vector tiles: every OSM node and way with its tags, whole again where a tile's edge cut it.
//
// Positions are integers on one grid over all tiles (`x` to the east, `y` to the south, about 8 mm a step here), so
// that two ways meet exactly where OSM lets them share a node.
import { readFileSync } from 'node:fs';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';

const ZOOM = 12;
const EXTENT = 2 ** 20; // grid steps across one tile of the QA set
const WORLD = EXTENT * 2 ** ZOOM;
const SHAPES = ['none', 'point', 'line', 'area'];

/**
 * The features of the layer `osm` of some tiles.
 * @param tiles `{ x, y, path }[]` at zoom 12
 * @returns `{ id, shape: 'point' | 'line' | 'area', tags, parts: Point[][] }[]`, ordered by id. A line's parts are
 *   its pieces inside the tiles; an area's parts are its rings, each closed.
 */
export function readFeatures(tiles) {
  const features = new Map();
  for (const tile of tiles) {
    const layer = new VectorTile(new PbfReader(readFileSync(tile.path))).layers.osm;
    for (let index = 0; index < layer.length; index++) {
      const raw = layer.feature(index);
      const shape = SHAPES[raw.type];
      const key = `${raw.properties['@type']}/${raw.properties['@id']}/${shape}`;
      const feature = features.get(key) ?? {
        id: raw.properties['@id'],
        shape,
        tags: tagsOf(raw.properties),
        parts: [],
      };
      for (const part of raw.loadGeometry()) {
        feature.parts.push(part.map(({ x, y }) => ({ x: tile.x * EXTENT + x, y: tile.y * EXTENT + y })));
      }
      features.set(key, feature);
    }
  }
  for (const feature of features.values()) {
    if (feature.shape === 'line') feature.parts = joinLines(feature.parts);
    if (feature.shape === 'area') feature.parts = joinRings(feature.parts);
  }
  return [...features.values()].sort((a, b) => a.id - b.id);
}

/** Names a grid position, for maps and sets. */
export function keyOf({ x, y }) {
  return `${x},${y}`;
}

/** WGS 84 degrees of a grid position (Web Mercator). */
export function degreesAt({ x, y }) {
  const mercator = Math.PI * (1 - (2 * y) / WORLD);
  return {
    latitude: (Math.atan(Math.sinh(mercator)) * 180) / Math.PI,
    longitude: (x / WORLD) * 360 - 180,
  };
}

/** The grid corners that some tiles cover. */
export function boundsOf(tiles) {
  const xs = tiles.map((tile) => tile.x * EXTENT);
  const ys = tiles.map((tile) => tile.y * EXTENT);
  return {
    west: Math.min(...xs),
    east: Math.max(...xs) + EXTENT,
    north: Math.min(...ys),
    south: Math.max(...ys) + EXTENT,
  };
}

/** Lines joined end to start wherever one's end is another's start, in the direction that each has. */
export function joinLines(lines) {
  const starting = new Map();
  for (const line of lines) starting.set(keyOf(line[0]), [...(starting.get(keyOf(line[0])) ?? []), line]);
  const ends = new Set(lines.map((line) => keyOf(line.at(-1))));
  const used = new Set();
  const joined = [];
  // Begin with those that nothing leads to, so that no chain is cut in its middle.
  for (const first of lines.toSorted((a, b) => ends.has(keyOf(a[0])) - ends.has(keyOf(b[0])))) {
    if (used.has(first)) continue;
    used.add(first);
    const chain = [...first];
    for (;;) {
      const next = starting.get(keyOf(chain.at(-1)))?.find((line) => !used.has(line));
      if (!next) break;
      used.add(next);
      chain.push(...next.slice(1));
    }
    joined.push(chain);
  }
  return joined;
}

/** Rings with the seams along tile edges taken out: there one piece has a→b and its neighbour b→a. */
function joinRings(rings) {
  if (rings.length === 1) return rings;
  const edges = new Map();
  for (const ring of rings) {
    for (let index = 1; index < ring.length; index++) {
      const [a, b] = [ring[index - 1], ring[index]];
      if (!edges.delete(`${keyOf(b)}→${keyOf(a)}`)) edges.set(`${keyOf(a)}→${keyOf(b)}`, [a, b]);
    }
  }
  const joined = joinLines([...edges.values()]);
  const closed = joined.every((ring) => ring.length > 3 && keyOf(ring[0]) === keyOf(ring.at(-1)));
  return closed ? joined : rings;
}

/** OSM's tags, without the columns about who edited when. */
function tagsOf(properties) {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !key.startsWith('@')));
}
