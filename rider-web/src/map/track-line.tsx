import type { Coordinates } from '@tripcast/client';
import { type LatLngTuple, latLngBounds, Polyline } from 'leaflet';
import { useEffect } from 'react';
import { useTripMap } from './trip-map.tsx';

export interface TrackLineProps {
  places: readonly Coordinates[];
  /** Shown with the track, and alone where there is none. */
  stops: readonly [Coordinates, Coordinates];
}

const PADDING_PIXELS = 48;
const CLOSEST_ZOOM = 17;

/** What was driven, with the map fitted to it once. */
export function TrackLine({ places, stops: [from, to] }: TrackLineProps) {
  const { map } = useTripMap();

  useEffect(
    function showTrack() {
      const track = places.map(latLngOf);
      const bounds = latLngBounds([...track, latLngOf(from), latLngOf(to)]);
      map.fitBounds(bounds, {
        padding: [PADDING_PIXELS, PADDING_PIXELS],
        maxZoom: CLOSEST_ZOOM,
        animate: false,
      });
      const lines = [
        new Polyline(track, { className: 'route-casing', weight: 9, interactive: false }),
        new Polyline(track, { className: 'route-remaining', weight: 6, interactive: false }),
      ];
      for (const line of lines) line.addTo(map);
      return function removeTrack() {
        for (const line of lines) line.remove();
      };
    },
    [map, places, from, to],
  );
  return null;
}

function latLngOf({ latitude, longitude }: Coordinates): LatLngTuple {
  return [latitude, longitude];
}
