import type { Coordinates, Fix } from '@tripcast/client';
import { type LatLngTuple, latLngBounds, Polyline } from 'leaflet';
import { useEffect } from 'react';
import { PlacedLayer } from './placed-layer.ts';
import { useTripMap } from './trip-map.tsx';

export interface MeasuredTrackProps {
  /** Oldest first. */
  fixes: readonly Fix[];
  /** The line that was shown of it. */
  displayed: readonly Coordinates[];
  /** The newest by the moment that is shown; asked in every frame. */
  measuredAt: () => Fix | undefined;
}

const PADDING_PIXELS = 50;
/** What the replay's bar hides. */
const BAR_PIXELS = 110;

/** What was measured on a ride, over what was shown: the whole lines, and where it has come to. The map is fitted once. */
export function MeasuredTrack({ fixes, displayed, measuredAt }: MeasuredTrackProps) {
  const { map, frames } = useTripMap();
  useEffect(
    function showTrack() {
      const points = fixes.map(latLng);
      map.fitBounds(latLngBounds(points), {
        paddingTopLeft: [PADDING_PIXELS, PADDING_PIXELS],
        paddingBottomRight: [PADDING_PIXELS, PADDING_PIXELS + BAR_PIXELS],
        maxZoom: 17,
        animate: false,
      });
      const lines = [
        new Polyline(displayed.map(latLng), { className: 'displayed-line', weight: 6, interactive: false }),
        new Polyline(points, { className: 'measured-line', weight: 2.5, interactive: false }),
      ];
      for (const line of lines) line.addTo(map);
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
        for (const line of lines) line.remove();
      };
    },
    [map, frames, fixes, displayed, measuredAt],
  );
  return null;
}

function latLng({ latitude, longitude }: Coordinates): LatLngTuple {
  return [latitude, longitude];
}
