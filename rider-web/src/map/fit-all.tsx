import type { Coordinates } from '@tripcast/client';
import { latLngBounds } from 'leaflet';
import { useEffect, useRef } from 'react';
import { useTripMap } from './trip-map.tsx';

const PADDING_PIXELS = 40;

/** Shows all places once, when there are some; after that the map is the reader's. */
export function FitAll({ places }: { places: readonly Coordinates[] }) {
  const { map } = useTripMap();
  const isFitted = useRef(false);

  useEffect(
    function fitPlaces() {
      if (isFitted.current || places.length === 0) return;
      isFitted.current = true;
      const bounds = latLngBounds(places.map(({ latitude, longitude }) => [latitude, longitude]));
      map.fitBounds(bounds, { padding: [PADDING_PIXELS, PADDING_PIXELS], maxZoom: 15, animate: false });
    },
    [map, places],
  );
  return null;
}
