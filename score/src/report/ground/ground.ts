// The streets around the replay, cut out of the city's map.

import { decodePolyline } from '@tripcast/protocol';
import type { Ground, Spot } from '../page/scene.ts';
import type { CityMap } from './city-map.ts';
import { pathData } from './path-data.ts';
import { areaInBox, lineNearBox, type PlaneBox } from './plane-box.ts';
import type { Projection } from './projection.ts';
import { streetNames } from './street-names.ts';

export function groundIn(box: PlaneBox, city: CityMap, projected: Projection): Ground {
  const onPlane = (line: string): Spot[] => (decodePolyline(line) ?? []).map(projected);
  const areas: Record<string, string> = {};
  for (const { kind, rings } of city.areas) {
    const path = rings.map((ring) => pathData(areaInBox(onPlane(ring), box), { closed: true })).join('');
    if (path) areas[kind] = (areas[kind] ?? '') + path;
  }
  const roads: Record<string, string> = {};
  const named: { name: string; line: Spot[] }[] = [];
  for (const { class: roadClass, name, line } of city.roads) {
    for (const run of lineNearBox(onPlane(line), box)) {
      roads[roadClass] = (roads[roadClass] ?? '') + pathData(run);
      if (name) named.push({ name, line: run });
    }
  }
  const { building: buildings = '', ...others } = areas;
  return { attribution: city.attribution, areas: others, buildings, roads, names: streetNames(named) };
}
