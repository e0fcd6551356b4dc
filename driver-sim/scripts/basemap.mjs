// What the rider's map draws: roads, areas and names, as encoded polylines (1e-5 degrees).
import { degreesAt, joinLines } from './osm-tiles.mjs';
import { centreOf, signedArea, simplify } from './planar.mjs';

const ROAD_CLASS = {
  motorway: 'motorway',
  motorway_link: 'motorway',
  trunk: 'trunk',
  trunk_link: 'trunk',
  primary: 'primary',
  primary_link: 'primary',
  secondary: 'secondary',
  secondary_link: 'secondary',
  tertiary: 'tertiary',
  tertiary_link: 'tertiary',
  unclassified: 'residential',
  residential: 'residential',
  living_street: 'residential',
  service: 'service',
  track: 'service',
  pedestrian: 'pedestrian',
  footway: 'path',
  path: 'path',
  cycleway: 'path',
  steps: 'path',
};

/** The first rule that fits gives an area its kind. */
const AREA_KINDS = [
  ['water', { natural: ['water'], waterway: ['riverbank', 'dock'], leisure: ['swimming_pool'] }],
  ['beach', { natural: ['beach', 'sand'] }],
  [
    'park',
    {
      leisure: ['park', 'garden', 'golf_course', 'recreation_ground', 'playground', 'pitch'],
      landuse: ['grass', 'forest', 'recreation_ground', 'meadow', 'village_green', 'cemetery', 'orchard'],
      natural: ['wood', 'grassland', 'scrub', 'heath'],
      place: ['square'],
    },
  ],
  [
    'other',
    {
      man_made: ['breakwater', 'pier'],
      natural: ['bare_rock'],
      place: ['islet'],
      leisure: ['stadium', 'sports_centre'],
      amenity: ['hospital', 'university', 'school', 'parking'],
      landuse: ['industrial', 'railway'],
    },
  ],
];

const PLACE_NODES = {
  place: ['suburb', 'neighbourhood', 'quarter', 'square', 'islet'],
  railway: ['station', 'halt'],
  natural: ['cape'],
  tourism: ['museum', 'attraction'],
  amenity: ['hospital', 'university', 'theatre', 'bus_station'],
};
const PLACE_AREAS = {
  leisure: ['park', 'stadium', 'golf_course'],
  natural: ['beach'],
  place: ['square', 'neighbourhood', 'islet'],
  amenity: ['hospital', 'university', 'bus_station', 'theatre'],
  landuse: ['cemetery'],
  tourism: ['museum', 'attraction'],
  railway: ['station'],
};

/** Roads, areas and places; the sea and the strands come ready as rings. `encodePolyline` takes `{latitude, longitude}[]`. */
export function streetsMap(features, sea, strands, { toleranceSteps, stepMetres, encodePolyline }) {
  const line = (points) => encodePolyline(simplify(points, toleranceSteps).map(degreesAt));
  const area = (minimumM2) => (ring) => Math.abs(signedArea(ring)) / 2 > minimumM2 / stepMetres ** 2;
  const areas = features.flatMap((feature) => {
    const kind = feature.shape === 'area' && areaKind(feature.tags);
    if (!kind) return [];
    // A large ring has smaller ones inside it; apart from that, each ring is an area of its own.
    return ringGroups(feature.parts)
      .filter(([outer]) => area(120)(outer))
      .map((rings) => ({
        kind,
        name: feature.tags.name,
        rings: rings.map(line),
        size: signedArea(rings[0]),
      }));
  });
  areas.push({ kind: 'water', name: 'Río de la Plata', rings: sea.map(line), size: Infinity });
  for (const ring of strands) areas.push({ kind: 'beach', rings: [line(ring)], size: signedArea(ring) });
  areas.sort((a, b) => Math.abs(b.size) - Math.abs(a.size)); // large ones first, so that small ones are drawn on them
  return {
    roads: roads(features).map(({ points, ...road }) => ({ ...road, line: line(points) })),
    areas: areas.map(({ size: _, ...rest }) => rest),
    places: places(features),
  };
}

export function buildings(features, { toleranceSteps, encodePolyline }) {
  const line = (points) => encodePolyline(simplify(points, toleranceSteps).map(degreesAt));
  return features
    .filter(({ shape, tags }) => shape === 'area' && tags.building && tags.building !== 'no')
    .flatMap(({ tags, parts }) =>
      ringGroups(parts).map((rings) => ({ kind: 'building', name: tags.name, rings: rings.map(line) })),
    );
}

/** Roads of one class, name and direction become one line wherever they meet, so that a name is drawn along it. */
function roads(features) {
  const groups = new Map();
  for (const { shape, tags, parts } of features) {
    const kind = shape === 'line' && roadClass(tags);
    if (!kind) continue;
    const oneway = kind !== 'path' && ['yes', '1', 'true'].includes(tags.oneway);
    const key = JSON.stringify([kind, tags.name, oneway]);
    const road = { class: kind, name: tags.name, ...(oneway && { oneway }) };
    const group = groups.get(key) ?? { road, parts: [] };
    group.parts.push(...parts);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ road, parts }) =>
    joinLines(parts).map((points) => ({ ...road, points })),
  );
}

function roadClass(tags) {
  if (tags.railway === 'rail' || tags.railway === 'light_rail') return 'rail';
  if (tags.area === 'yes') return undefined;
  return ROAD_CLASS[tags.highway];
}

function areaKind(tags) {
  return AREA_KINDS.find(([, rule]) => matches(tags, rule))?.[0];
}

function matches(tags, rule) {
  return Object.entries(rule).some(([key, values]) => values.includes(tags[key]));
}

function places(features) {
  const found = [];
  const seen = new Set();
  for (const { shape, tags, parts } of features) {
    if (!tags.name || shape === 'line') continue;
    const rule = shape === 'point' ? PLACE_NODES : PLACE_AREAS;
    const key = Object.keys(rule).find((key) => rule[key].includes(tags[key]));
    if (!key || seen.has(`${tags[key]} ${tags.name}`)) continue;
    seen.add(`${tags[key]} ${tags.name}`);
    const { latitude, longitude } = degreesAt(shape === 'point' ? parts[0][0] : centreOf(parts[0]));
    found.push({
      kind: tags[key],
      name: tags.name,
      latitude: Number(latitude.toFixed(5)),
      longitude: Number(longitude.toFixed(5)),
    });
  }
  return found;
}

/** Vector tiles give outer rings one direction and holes the other; a hole follows its outer ring. */
function ringGroups(rings) {
  const groups = [];
  for (const ring of rings) {
    const last = groups.at(-1);
    if (last && Math.sign(signedArea(ring)) !== Math.sign(signedArea(last[0]))) last.push(ring);
    else groups.push([ring]);
  }
  return groups;
}
