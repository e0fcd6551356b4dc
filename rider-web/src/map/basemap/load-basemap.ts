import { Basemap, type BasemapFile } from './basemap.ts';

/** A city as far as it is loaded. One for all maps of a page: the next map has its streets at once. */
export interface LoadedCity {
  readonly basemap: Basemap;
  /** Calls back whenever there is more to draw, until it is stopped; at once when there is something already. */
  onGrown(listener: (bounds: BasemapFile['bounds']) => void): () => void;
}

const cities = new Map<string, LoadedCity>();

/**
 * Loads a city's streets, then its buildings. A node that has no such city leaves it empty.
 * @param filesUrl the node that has them; the page's own by default
 */
export function loadCity(city: string, filesUrl = ''): LoadedCity {
  const path = `${filesUrl}/cities/${city}`;
  const known = cities.get(path);
  if (known) return known;
  const basemap = new Basemap();
  const listeners = new Set<(bounds: BasemapFile['bounds']) => void>();
  let bounds: BasemapFile['bounds'] | undefined;
  const loaded: LoadedCity = {
    basemap,
    onGrown(listener) {
      listeners.add(listener);
      if (bounds) listener(bounds);
      return () => listeners.delete(listener);
    },
  };
  cities.set(path, loaded);
  addFiles(basemap, [`${path}.json`, `${path}-buildings.json`], (grown) => {
    bounds ??= grown;
    for (const listener of [...listeners]) listener(bounds);
  }).catch((error: unknown) => {
    cities.delete(path); // the next map tries again
    console.warn('the streets could not be loaded', error);
  });
  return loaded;
}

async function addFiles(
  basemap: Basemap,
  paths: readonly string[],
  onGrown: (bounds: BasemapFile['bounds']) => void,
): Promise<void> {
  for (const path of paths) {
    const response = await fetch(path);
    if (!response.ok) continue; // a city without buildings is still a map
    const file = (await response.json()) as BasemapFile;
    await basemap.add(file, nextTask);
    onGrown(file.bounds);
  }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
