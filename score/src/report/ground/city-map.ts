// A city as the rider's page draws it (`rider-web/public/cities`): the same files, so that both show the same streets.

import { readFileSync } from 'node:fs';

/** As much of the files as is drawn here. Lines are encoded polylines, 1e-5. */
export interface CityMap {
  attribution: string;
  roads: { class: string; name?: string; line: string }[];
  areas: { kind: string; rings: string[] }[];
}

const CITIES = new URL('../../../../rider-web/public/cities/', import.meta.url);

/** The streets of a city with its buildings. @throws Error when there is no such city */
export function readCityMap(city: string): CityMap {
  const [streets, buildings] = [`${city}.json`, `${city}-buildings.json`].map(
    (name): CityMap => JSON.parse(readFileSync(new URL(name, CITIES), 'utf8')),
  );
  return { ...streets!, areas: [...streets!.areas, ...buildings!.areas] };
}
