import type { Fix } from '@tripcast/client';
import { type LatLngTuple, latLngBounds, Polyline } from 'leaflet';
import { useEffect } from 'react';
import { PlacedLayer } from './placed-layer.ts';
import { useTripMap } from './trip-map.tsx';

export interface MeasuredTrackProps {
  /** Oldest first. */
  fixes: readonly Fix[];
  /** The newest by the moment that is shown; asked in every frame. */
  measuredAt: () => Fix | undefined;
}

const PADDING_PIXELS = 60;

/** What was measured on a ride: the whole line, and where it has come to. The map is fitted to it once. */
export function MeasuredTrack({ fixes, measuredAt }: MeasuredTrackProps) {
  const { map, frames } = useTripMap();
  useEffect(
    function showTrack() {
      const points = fixes.map(({ latitude, longitude }): LatLngTuple => [latitude, longitude]);
      map.fitBounds(latLngBounds(points), {
        padding: [PADDING_PIXELS, PADDING_PIXELS],
        maxZoom: 17,
        animate: false,
      });
      const line = new Polyline(points, { className: 'measured-line', weight: 3, interactive: false });
      line.addTo(map);
      const element = document.createElement('div');
      element.className = 'measured-place';
      const middle = document.createElement('span');
      middle.className = 'measured-dot';
      element.append(middle);
      const dot = new PlacedLayer(element);
      dot.addTo(map);
      const stop = frames.onFrame(() => {
        const fix = measuredAt();
        if (!fix) return;
        dot.moveTo(fix);
        dot.showAccuracy(fix.accuracy);
      });
      return function removeTrack() {
        stop();
        dot.remove();
        line.remove();
      };
    },
    [map, frames, fixes, measuredAt],
  );
  return null;
}
