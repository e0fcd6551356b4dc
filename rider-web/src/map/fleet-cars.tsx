import type { Coordinates, FleetView } from '@tripcast/client';
import { type LatLngTuple, latLngBounds } from 'leaflet';
import { useEffect, useRef } from 'react';
import type { FleetCar } from '../fleet/fleet-store.ts';
import { Icon } from '../ui/icon.tsx';
import { FleetLayer, type FleetSource } from './fleet-layer.ts';
import { mayMove } from './may-move.ts';
import { useTripMap } from './trip-map.tsx';
import { USER_MOVE } from './user-move.ts';

const DARK = '(prefers-color-scheme: dark)';
/** Cars just outside are told of too, so that a small step shows no empty edge. */
const MARGIN = 0.1;
/** Views are told at most so often while the map moves, ms. */
const TELL_EVERY_MS = 400;
const FIT_PIXELS = 40;
const FIT_ZOOM = 15;

export interface FleetCarsProps {
  source: FleetSource;
  /** The vehicle that is selected. */
  selected: string | undefined;
  onSelect: (car: FleetCar | undefined) => void;
  /** The view has changed. Must keep its identity. */
  onView: (view: FleetView) => void;
}

/** All cars of a fleet, or its clusters. */
export function FleetCars({ source, selected, onSelect, onView }: FleetCarsProps) {
  const { map, frames } = useTripMap();
  const layer = useRef<FleetLayer>(undefined);
  const select = useRef(onSelect);
  select.current = onSelect;

  useEffect(
    function showFleet() {
      const fleet = new FleetLayer({ source, onSelect: (car) => select.current(car) });
      fleet.addTo(map);
      layer.current = fleet;
      const dark = window.matchMedia(DARK);
      const repaint = () => fleet.repaint();
      dark.addEventListener('change', repaint);
      const stop = frames.onFrame((nowMs) => fleet.draw(nowMs));
      return function removeFleet() {
        stop();
        dark.removeEventListener('change', repaint);
        fleet.remove();
        layer.current = undefined;
      };
    },
    [map, frames, source],
  );

  useEffect(
    function markSelected() {
      layer.current?.select(selected);
    },
    [selected],
  );

  useEffect(
    function tellView() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tell = () => {
        timer = undefined;
        onView(fleetView(map));
      };
      const tellSoon = () => {
        timer ??= setTimeout(tell, TELL_EVERY_MS);
      };
      map.whenReady(tell);
      map.on('moveend resize', tell);
      map.on('move', tellSoon);
      return function tellNoMore() {
        clearTimeout(timer);
        map.off('moveend resize', tell);
        map.off('move', tellSoon);
      };
    },
    [map, onView],
  );
  return null;
}

function fleetView(map: L.Map): FleetView {
  const bounds = map.getBounds().pad(MARGIN);
  const isWholeWorld = bounds.getEast() - bounds.getWest() >= 360;
  return {
    south: Math.max(-90, bounds.getSouth()),
    north: Math.min(90, bounds.getNorth()),
    west: isWholeWorld ? -180 : wrap(bounds.getWest()),
    east: isWholeWorld ? 180 : wrap(bounds.getEast()),
    zoom: map.getZoom(),
  };
}

function wrap(longitude: number): number {
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}

/** Shows all these places, once there are some, unless somebody has moved the map meanwhile. */
export function FitOnce({ places }: { places: readonly Coordinates[] }) {
  const { map } = useTripMap();
  const isDone = useRef(false);
  useEffect(
    function leaveAlone() {
      const done = () => {
        isDone.current = true;
      };
      map.on(`dragstart ${USER_MOVE}`, done);
      return function forget() {
        map.off(`dragstart ${USER_MOVE}`, done);
      };
    },
    [map],
  );
  useEffect(
    function fit() {
      if (isDone.current || places.length === 0) return;
      isDone.current = true;
      fitTo(map, places, false);
    },
    [map, places],
  );
  return null;
}

function fitTo(map: L.Map, places: readonly Coordinates[], animate: boolean): void {
  const bounds = latLngBounds(places.map(({ latitude, longitude }): LatLngTuple => [latitude, longitude]));
  map.fitBounds(bounds, { padding: [FIT_PIXELS, FIT_PIXELS], maxZoom: FIT_ZOOM, animate });
}

/** Shows all these places when it is told to. */
export function WholeFleet({ places, label }: { places: readonly Coordinates[]; label: string }) {
  const { map } = useTripMap();
  return (
    <button
      type="button"
      className="map-button whole-fleet"
      aria-label={label}
      title={label}
      disabled={places.length === 0}
      onClick={() => {
        map.fire(USER_MOVE);
        fitTo(map, places, mayMove());
      }}
    >
      <Icon name="fit" />
    </button>
  );
}

/** So near to the edge of the map a car is brought back, as a part of the map's size. */
const EDGE = 0.15;
const KEEP_EVERY_MS = 500;

/** Keeps a car on the map until somebody drags the map. @param placeOf must keep its identity for as long as the car is the same */
export function KeepInView({ placeOf }: { placeOf: () => Coordinates | undefined }) {
  const { map } = useTripMap();
  useEffect(
    function keepInView() {
      const keep = () => {
        const place = placeOf();
        if (!place || document.visibilityState !== 'visible') return;
        const { x, y } = map.latLngToContainerPoint([place.latitude, place.longitude]);
        const size = map.getSize();
        const isInside =
          x > size.x * EDGE && x < size.x * (1 - EDGE) && y > size.y * EDGE && y < size.y * (1 - EDGE);
        if (!isInside) map.panTo([place.latitude, place.longitude], { animate: mayMove() });
      };
      const timer = setInterval(keep, KEEP_EVERY_MS);
      const letGo = () => clearInterval(timer);
      map.on('dragstart', letGo);
      return function leaveMap() {
        letGo();
        map.off('dragstart', letGo);
      };
    },
    [map, placeOf],
  );
  return null;
}

/** Goes to a place when it changes. */
export function FlyTo({ place }: { place: Coordinates | undefined }) {
  const { map } = useTripMap();
  useEffect(
    function fly() {
      if (place) map.setView([place.latitude, place.longitude], Math.max(map.getZoom(), 16));
    },
    [map, place],
  );
  return null;
}

/** While it is there, a click on the map means a place. */
export function PickPlace({ onPick }: { onPick: (place: Coordinates) => void }) {
  const { map } = useTripMap();
  useEffect(
    function awaitClick() {
      const pick = ({ latlng }: L.LeafletMouseEvent) => {
        const { lat, lng } = latlng.wrap();
        onPick({ latitude: lat, longitude: lng });
      };
      map.on('click', pick);
      map.getContainer().classList.add('is-picking');
      return function stopPicking() {
        map.off('click', pick);
        map.getContainer().classList.remove('is-picking');
      };
    },
    [map, onPick],
  );
  return null;
}
