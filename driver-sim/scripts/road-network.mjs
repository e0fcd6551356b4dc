// The drivable network: crossings and the streets between them, as `driver-sim/src/streets.ts` reads it.
import { degreesAt, keyOf } from './osm-tiles.mjs';
import { simplify } from './planar.mjs';

/** Speed limit where OSM has no `maxspeed`, km/h, by road class. Most of Montevideo's streets are tagged with 45. */
const DEFAULT_LIMIT_KMH = {
  motorway: 90,
  motorway_link: 60,
  trunk: 75,
  trunk_link: 45,
  primary: 60,
  primary_link: 45,
  secondary: 45,
  secondary_link: 45,
  tertiary: 45,
  tertiary_link: 30,
  unclassified: 45,
  residential: 45,
  living_street: 20,
};

const CLOSED = new Set(['no', 'private', 'permit', 'customers', 'agricultural', 'military']);

/**
 * The largest part of the network in which each place can be reached from each other one.
 * @param toleranceSteps how far, in grid steps, a simplified street may be from the mapped one
 */
export function roadNetwork(features, toleranceSteps) {
  const ways = features
    .filter(isDrivable)
    .flatMap(({ tags, parts }) =>
      parts.map((line) => ({ tags, line: isReversed(tags) ? line.toReversed() : line })),
    );
  const signals = new Set(
    features.filter(({ tags }) => tags.highway === 'traffic_signals').map(({ parts }) => keyOf(parts[0][0])),
  );
  const segments = split(ways, crossingsOf(ways, signals), toleranceSteps);
  const kept = largestStrongPart(segments);
  return encode(
    segments.filter(({ from, to }) => kept.has(from) && kept.has(to)),
    signals,
  );
}

function isDrivable({ shape, tags }) {
  return (
    shape === 'line' &&
    tags.highway in DEFAULT_LIMIT_KMH &&
    !CLOSED.has(tags.access) &&
    !CLOSED.has(tags.motor_vehicle) &&
    tags.area !== 'yes'
  );
}

function isReversed(tags) {
  return tags.oneway === '-1';
}

function isOneway(tags) {
  if (tags.oneway === 'no') return false;
  return (
    ['yes', 'true', '1', '-1'].includes(tags.oneway) ||
    tags.junction === 'roundabout' ||
    tags.highway.startsWith('motorway')
  );
}

/** Grid keys where a way ends, two meet, or a traffic light stands. */
function crossingsOf(ways, signals) {
  const seen = new Set();
  const crossings = new Set();
  for (const { line } of ways) {
    crossings.add(keyOf(line[0])).add(keyOf(line.at(-1)));
    for (const point of line) {
      const key = keyOf(point);
      if (seen.has(key) || signals.has(key)) crossings.add(key);
      seen.add(key);
    }
  }
  return crossings;
}

function split(ways, crossings, toleranceSteps) {
  const segments = [];
  for (const { tags, line } of ways) {
    let first = 0;
    for (let index = 1; index < line.length; index++) {
      if (!crossings.has(keyOf(line[index]))) continue;
      const points = simplify(line.slice(first, index + 1), toleranceSteps);
      segments.push({
        from: keyOf(points[0]),
        to: keyOf(points.at(-1)),
        points,
        oneway: isOneway(tags),
        name: tags.name ?? '',
        class: tags.highway,
        limitKmh: limitKmh(tags),
      });
      first = index;
    }
  }
  return segments.filter(({ from, to }) => from !== to);
}

function limitKmh(tags) {
  const tagged = Number.parseInt(tags.maxspeed, 10);
  return tagged >= 5 && tagged <= 130 ? tagged : DEFAULT_LIMIT_KMH[tags.highway];
}

/** Grid keys of the largest strongly connected component (Kosaraju 1978, without recursion). */
function largestStrongPart(segments) {
  const forward = new Map();
  const backward = new Map();
  const link = (graph, from, to) => graph.set(from, [...(graph.get(from) ?? []), to]);
  for (const { from, to, oneway } of segments) {
    link(forward, from, to);
    link(backward, to, from);
    if (oneway) continue;
    link(forward, to, from);
    link(backward, from, to);
  }
  const seen = new Set();
  const finished = [];
  for (const start of forward.keys()) finished.push(...visit(start, forward, seen));
  const assigned = new Set();
  let largest = [];
  for (const start of finished.reverse()) {
    const part = visit(start, backward, assigned);
    if (part.length > largest.length) largest = part;
  }
  return new Set(largest);
}

/** What can be reached from `start` and was not `seen`, in the order in which a depth-first walk leaves it. */
function visit(start, graph, seen) {
  const left = [];
  const path = [];
  const enter = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    path.push({ key, next: 0 });
  };
  enter(start);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const neighbour = graph.get(top.key)?.[top.next++];
    if (neighbour !== undefined) enter(neighbour);
    else left.push(path.pop().key);
  }
  return left;
}

/** Columns of integers: 1e-6 degrees, indices; see `NetworkFile` in `src/streets.ts`. */
function encode(segments, signals) {
  const nodes = new Map();
  const latitudes = [];
  const longitudes = [];
  const lights = [];
  const indexOf = (key, point) => {
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const index = nodes.size;
    nodes.set(key, index);
    const { latitude, longitude } = degreesAt(point);
    latitudes.push(Math.round(latitude * 1e6));
    longitudes.push(Math.round(longitude * 1e6));
    if (signals.has(key)) lights.push(index);
    return index;
  };

  const streets = new Map();
  const edges = segments.map((segment) => {
    const from = indexOf(segment.from, segment.points[0]);
    const to = indexOf(segment.to, segment.points.at(-1));
    const street = [segment.name, segment.class, segment.limitKmh];
    const streetKey = JSON.stringify(street);
    if (!streets.has(streetKey)) streets.set(streetKey, { index: streets.size, street });
    return [from, to, streets.get(streetKey).index, segment.oneway ? 1 : 0, ...bends(segment.points)];
  });
  return {
    nodes: { latitudes, longitudes },
    signals: lights.sort((a, b) => a - b),
    streets: [...streets.values()].map(({ street: [name, kind, limit] }) => ({
      ...(name && { name }),
      class: kind,
      limitKmh: limit,
    })),
    edges,
  };
}

/** The points between both ends, as differences from the one before. */
function bends(points) {
  const numbers = [];
  let [latitude, longitude] = micro(points[0]);
  for (const point of points.slice(1, -1)) {
    const [nextLatitude, nextLongitude] = micro(point);
    numbers.push(nextLatitude - latitude, nextLongitude - longitude);
    [latitude, longitude] = [nextLatitude, nextLongitude];
  }
  return numbers;
}

function micro(point) {
  const { latitude, longitude } = degreesAt(point);
  return [Math.round(latitude * 1e6), Math.round(longitude * 1e6)];
}
