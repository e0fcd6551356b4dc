import type { Coordinates } from '@tripcast/client';
import { decodePolyline } from '@tripcast/protocol';
import { type LatLngTuple, Polyline } from 'leaflet';
import { useEffect } from 'react';
import { useWords } from '../words/index.ts';
import { Stop } from './stop.tsx';
import { useTripMap } from './trip-map.tsx';

export interface PlannedTripProps {
  trip: { pickup?: Coordinates; dropoff?: Coordinates; route?: string };
}

/** A trip as it is planned: its stops, and the way between. */
export function PlannedTrip({ trip: { pickup, dropoff, route } }: PlannedTripProps) {
  const words = useWords();
  const { map } = useTripMap();
  useEffect(
    function showWay() {
      const points = ((route && decodePolyline(route)) || []).map(
        ({ latitude, longitude }): LatLngTuple => [latitude, longitude],
      );
      const lines = [
        new Polyline(points, { className: 'route-casing', weight: 8, interactive: false }),
        new Polyline(points, { className: 'route-remaining', weight: 5, interactive: false }),
      ];
      for (const line of lines) line.addTo(map);
      return function removeWay() {
        for (const line of lines) line.remove();
      };
    },
    [map, route],
  );
  return (
    <>
      {pickup && <Stop kind="pickup" place={pickup} label={words.pickup} isPast={false} />}
      {dropoff && <Stop kind="dropoff" place={dropoff} label={words.dropoff} isPast={false} />}
    </>
  );
}
