import { latLngBounds, TileLayer } from 'leaflet';
import { use, useEffect, useRef } from 'react';
import type { RouteArc } from '../glide/index.ts';
import type { SiteConfig } from '../trips/site-config.ts';
import { GroundTiles } from './basemap/ground-tiles.ts';
import { LabelTiles } from './basemap/label-tiles.ts';
import { loadCity } from './basemap/load-basemap.ts';
import { toWorld } from './basemap/mercator.ts';
import { DAY, NIGHT } from './basemap/palette.ts';
import { useTripMap } from './trip-map.tsx';

const OPENSTREETMAP =
  '© <a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noreferrer">OpenStreetMap contributors</a>';
const DARK = '(prefers-color-scheme: dark)';

export interface GroundProps {
  config: Promise<SiteConfig>;
  /** A line that no name is written on. */
  route?: RouteArc | undefined;
}

/**
 * What everything else lies on: the city's own streets, or raster tiles where the node is configured for them.
 * Suspends until the configuration is there; the rest of the map need not wait for it.
 */
export function Ground({ config, route }: GroundProps) {
  const { map } = useTripMap();
  const { tileUrl, tileAttribution, city, filesUrl } = use(config);

  const labels = useRef<LabelTiles>(undefined);

  useEffect(
    function layGround() {
      if (tileUrl) {
        const tiles = new TileLayer(tileUrl, { attribution: tileAttribution ?? OPENSTREETMAP, maxZoom: 19 });
        tiles.addTo(map);
        return function removeTiles() {
          tiles.remove();
        };
      }
      const dark = window.matchMedia(DARK);
      const paletteNow = () => (dark.matches ? NIGHT : DAY);
      const { basemap, onGrown } = loadCity(city, filesUrl);
      const names = new LabelTiles(basemap, paletteNow());
      labels.current = names;
      const layers = [new GroundTiles(basemap, paletteNow()), names];
      for (const layer of layers) layer.addTo(map);
      map.attributionControl.addAttribution(OPENSTREETMAP);
      const onTheme = () => {
        for (const layer of layers) layer.setPalette(paletteNow());
      };
      const repaint = () => {
        for (const layer of layers) layer.repaint();
      };
      dark.addEventListener('change', onTheme);

      // Names are measured and drawn in the page's own font.
      void document.fonts.load('500 12px "Inter Variable"').then(repaint);

      let hasView = false;
      map.whenReady(() => {
        hasView = true;
      });
      const stop = onGrown(({ south, west, north, east }) => {
        const bounds = latLngBounds([south, west], [north, east]);
        // The city fills the view: its edge, with nothing beyond, is no sight for who waits.
        if (!hasView) map.setView(bounds.getCenter(), map.getBoundsZoom(bounds, true), { animate: false });
        repaint();
      });
      return function removeStreets() {
        stop();
        dark.removeEventListener('change', onTheme);
        map.attributionControl.removeAttribution(OPENSTREETMAP);
        labels.current = undefined;
        for (const layer of layers) layer.remove();
      };
    },
    [map, tileUrl, tileAttribution, city, filesUrl],
  );

  useEffect(
    function keepNamesOffRoute() {
      labels.current?.setRoute(route && toWorld(route.points));
    },
    [route],
  );
  return null;
}
