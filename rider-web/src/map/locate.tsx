import type { Map as LeafletMap } from 'leaflet';
import { useEffect, useSyncExternalStore } from 'react';
import type { OwnPlace } from '../device/own-place.ts';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/index.ts';
import { PlacedLayer } from './placed-layer.ts';
import { useTripMap } from './trip-map.tsx';
import { USER_MOVE } from './user-move.ts';

const SAME_CITY_METRES = 30_000;

/** The button that asks where one is oneself, and the dot that says so. */
export function Locate({ ownPlace }: { ownPlace: OwnPlace }) {
  const words = useWords();
  const { map } = useTripMap();
  const state = useSyncExternalStore(ownPlace.subscribe, ownPlace.state);
  const isOn = state.kind === 'waiting' || state.kind === 'known';
  const told =
    state.kind === 'waiting' || state.kind === 'denied' || state.kind === 'unavailable'
      ? words.place[state.kind]
      : '';
  const isShown = state.kind === 'known';

  useEffect(
    function showDot() {
      if (!isShown) return undefined;
      const element = document.createElement('div');
      element.className = 'own-place';
      element.dataset.testid = 'own-place';
      element.append(document.createElement('span'));
      const dot = new PlacedLayer(element);
      const move = () => {
        const now = ownPlace.state();
        if (now.kind !== 'known') return;
        dot.moveTo(now.place);
        dot.showAccuracy(now.accuracyMetres);
      };
      move();
      dot.addTo(map);
      showPlace(map, ownPlace);
      const stop = ownPlace.subscribe(move);
      return function removeDot() {
        stop();
        dot.remove();
      };
    },
    [map, ownPlace, isShown],
  );

  return (
    <>
      <button
        type="button"
        className="map-button locate"
        aria-pressed={isOn}
        aria-label={isOn ? words.place.hide : words.place.show}
        onClick={() => (isOn ? ownPlace.close() : ownPlace.start())}
      >
        <Icon name="locate" />
      </button>
      <p className="map-note" role="status">
        {told}
      </p>
    </>
  );
}

/** Brings the place into view beside what is there; from another city it comes alone. */
function showPlace(map: LeafletMap, ownPlace: OwnPlace): void {
  const now = ownPlace.state();
  if (now.kind !== 'known') return;
  const here: [number, number] = [now.place.latitude, now.place.longitude];
  const view = map.getBounds();
  if (view.contains(here)) return;
  map.fire(USER_MOVE);
  if (map.distance(here, map.getCenter()) > SAME_CITY_METRES) map.setView(here);
  else map.fitBounds(view.pad(-0.15).extend(here));
}
