import type { Coordinates, Place } from '@tripcast/client';
import { useEffect } from 'react';
import { metresBetween, placeOnRoute, type RouteArc } from '../glide/index.ts';
import { PlacedLayer } from './placed-layer.ts';
import { useTripMap } from './trip-map.tsx';

export interface StopProps {
  kind: 'pickup' | 'dropoff';
  place: Place;
  /** What the stop is, for its label. */
  label: string;
  /** The place is behind the rider. */
  isPast: boolean;
  /** A line that the name is to stay off, when it leads here. */
  route?: RouteArc | undefined;
}

/** How the last of a route runs to a stop is told over this many metres. */
const APPROACH_METRES = 90;
const NEAR_METRES = 60;
const EDGE_PIXELS = 10;

/** Where the ride begins or ends. */
export function Stop({ kind, place, label, isPast, route }: StopProps) {
  const { map } = useTripMap();
  const { latitude, longitude, name } = place;
  const isAbove = route !== undefined && comesFromSouth(route, place);

  useEffect(
    function showStop() {
      const root = document.createElement('div');
      root.className = `stop stop-${kind}${isPast ? ' stop-past' : ''}`;
      const dot = document.createElement('span');
      dot.className = 'stop-dot';
      root.append(dot);
      const text = document.createElement('span');
      if (!isPast) {
        text.className = isAbove ? 'stop-label stop-label-above' : 'stop-label';
        text.textContent = name ?? label;
        root.append(text);
      }
      const stop = new PlacedLayer(root);
      stop.moveTo({ latitude, longitude });
      stop.addTo(map);
      const keepInView = () => {
        const { x } = map.latLngToContainerPoint([latitude, longitude]);
        text.style.setProperty('--shift', `${shiftIntoView(x, text.offsetWidth, map.getSize().x)}px`);
      };
      map.whenReady(keepInView);
      map.on('move zoomend resize', keepInView);
      return function removeStop() {
        map.off('move zoomend resize', keepInView);
        stop.remove();
      };
    },
    [map, kind, latitude, longitude, name, label, isPast, isAbove],
  );
  return null;
}

/** How far to move what is centred at `x`, px, for all of it to be seen; none while its place itself is out of view. */
function shiftIntoView(x: number, width: number, viewWidth: number): number {
  if (x < 0 || x > viewWidth) return 0;
  const left = x - width / 2 - EDGE_PIXELS;
  const right = x + width / 2 + EDGE_PIXELS - viewWidth;
  return Math.round(left < 0 ? -left : right > 0 ? -right : 0);
}

/** Whether the route leads to, or from, this place on its south. */
function comesFromSouth(route: RouteArc, place: Coordinates): boolean {
  const ends = [0, route.lengthMetres].map((metres) => ({
    end: placeOnRoute(route, metres),
    before: placeOnRoute(route, Math.abs(metres - APPROACH_METRES)),
  }));
  const near = ends.find(({ end }) => metresBetween(end, place) < NEAR_METRES);
  return near !== undefined && near.before.latitude < place.latitude;
}
