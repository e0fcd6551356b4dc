// The streets of a city's map as the glide needs them. Loaded only for cars that have no route, or have left it.

import { decodePolyline } from '@tripcast/protocol';
import { Streets } from '../glide/streets.ts';

/** What is read of a city's map (`/cities/{city}.json`). Lines are encoded polylines, 1e-5. */
export interface StreetFile {
  roads: readonly { class: string; oneway?: true; line: string }[];
}

const NOT_FOR_CARS: ReadonlySet<string> = new Set(['pedestrian', 'path', 'rail']);

/** A line that is no polyline is left out. */
export function streetsOf({ roads }: StreetFile): Streets {
  return new Streets(
    roads.flatMap(({ class: roadClass, oneway, line }) => {
      const points = NOT_FOR_CARS.has(roadClass) ? undefined : decodePolyline(line);
      return points ? [{ points, oneway: oneway === true }] : [];
    }),
  );
}

/** The city's streets; `undefined` where the node has no such city. The browser has its file already. */
export async function loadStreets(url: string, city: string): Promise<Streets | undefined> {
  const response = await fetch(`${url}/cities/${city}.json`);
  return response.ok ? streetsOf((await response.json()) as StreetFile) : undefined;
}
