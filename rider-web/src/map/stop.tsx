import type { Place } from '@tripcast/client';
import { useEffect } from 'react';
import { PlacedLayer } from './placed-layer.ts';
import { useTripMap } from './trip-map.tsx';

export interface StopProps {
  kind: 'pickup' | 'dropoff';
  place: Place;
  /** What the stop is, for its label. */
  label: string;
  /** The place is behind the rider. */
  isPast: boolean;
}

/** Where the ride begins or ends. */
export function Stop({ kind, place, label, isPast }: StopProps) {
  const { map } = useTripMap();
  const { latitude, longitude, name } = place;

  useEffect(
    function showStop() {
      const root = document.createElement('div');
      root.className = `stop stop-${kind}${isPast ? ' stop-past' : ''}`;
      const dot = document.createElement('span');
      dot.className = 'stop-dot';
      root.append(dot);
      if (!isPast) {
        const text = document.createElement('span');
        text.className = 'stop-label';
        text.textContent = name ?? label;
        root.append(text);
      }
      const stop = new PlacedLayer(root);
      stop.moveTo({ latitude, longitude });
      stop.addTo(map);
      return function removeStop() {
        stop.remove();
      };
    },
    [map, kind, latitude, longitude, name, label, isPast],
  );
  return null;
}
