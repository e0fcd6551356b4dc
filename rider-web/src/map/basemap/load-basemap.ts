import type { Basemap, BasemapFile } from './basemap.ts';

/**
 * Loads a city's streets, then its buildings. `onGrown` is called when there is more to draw.
 * @returns false when the node has no such city
 */
export async function loadBasemap(
  basemap: Basemap,
  city: string,
  signal: AbortSignal,
  onGrown: (bounds: BasemapFile['bounds']) => void,
): Promise<boolean> {
  const streets = await readCity(`/cities/${city}.json`, signal);
  if (!streets) return false;
  await basemap.add(streets, nextTask);
  onGrown(streets.bounds);
  const buildings = await readCity(`/cities/${city}-buildings.json`, signal);
  if (!buildings) return true; // a city without buildings is still a map
  await basemap.add(buildings, nextTask);
  onGrown(streets.bounds);
  return true;
}

async function readCity(path: string, signal: AbortSignal): Promise<BasemapFile | undefined> {
  const response = await fetch(path, { signal });
  return response.ok ? ((await response.json()) as BasemapFile) : undefined;
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
