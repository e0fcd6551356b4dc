// Makes a city's files from OpenStreetMap's vector tiles in `@mapbox/mvt-fixtures` (pinned in package.json):
//
//   driver-sim/cities/montevideo.json                  the drivable network
//   rider-web/public/cities/montevideo.json            what the map draws
//   rider-web/public/cities/montevideo-buildings.json  buildings, loaded later
//
// The results are committed; run it again (`node driver-sim/scripts/extract-city.mjs`, after a build) when this
// script changes. The data is © OpenStreetMap contributors, under the ODbL: see LICENSE-ODbL beside the files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePolyline } from '@tripcast/protocol';
import { buildings, streetsMap } from './basemap.mjs';
import { boundsOf, degreesAt, readFeatures } from './osm-tiles.mjs';
import { roadNetwork } from './road-network.mjs';
import { seaRings, shoreLine, strandRings } from './shore.mjs';

const NAME = 'Montevideo';
const TILES = [1408, 1409].flatMap((x) => [2471, 2472].map((y) => ({ x, y })));
const ATTRIBUTION = '© OpenStreetMap contributors';
/** How far a simplified line may be from the mapped one, metres. */
const TOLERANCE_METRES = { network: 0.25, map: 0.7 };

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = dirname(createRequire(import.meta.url).resolve('@mapbox/mvt-fixtures/package.json'));

const tiles = TILES.map((tile) => ({
  ...tile,
  path: join(fixtures, 'real-world/osm-qa-montevideo', `12-${tile.x}-${tile.y}.mvt`),
}));
const features = readFeatures(tiles);
const corners = boundsOf(tiles);
const northWest = degreesAt({ x: corners.west, y: corners.north });
const southEast = degreesAt({ x: corners.east, y: corners.south });
const stepMetres =
  ((northWest.latitude - southEast.latitude) * (Math.PI / 180) * 6_371_008.8) /
  (corners.south - corners.north);

const head = {
  name: NAME,
  attribution: ATTRIBUTION,
  bounds: {
    south: Number(southEast.latitude.toFixed(6)),
    west: Number(northWest.longitude.toFixed(6)),
    north: Number(northWest.latitude.toFixed(6)),
    east: Number(southEast.longitude.toFixed(6)),
  },
};
const drawing = { toleranceSteps: TOLERANCE_METRES.map / stepMetres, stepMetres, encodePolyline };

write('driver-sim/cities/montevideo.json', {
  ...head,
  ...roadNetwork(features, TOLERANCE_METRES.network / stepMetres),
});
const shore = shoreLine(features, corners);
write('rider-web/public/cities/montevideo.json', {
  ...head,
  ...streetsMap(
    features,
    seaRings(features, shore, corners),
    strandRings(features, shore, stepMetres),
    drawing,
  ),
});
write('rider-web/public/cities/montevideo-buildings.json', {
  ...head,
  roads: [],
  areas: buildings(features, drawing),
  places: [],
});

function write(path, value) {
  const text = `${JSON.stringify(value)}\n`;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`${path}  ${(text.length / 1024).toFixed(0)} KiB`);
}
