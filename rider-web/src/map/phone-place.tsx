import type { Fix } from '@tripcast/client';
import { useEffect, useRef, useState } from 'react';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/index.ts';
import { PlacedLayer } from './placed-layer.ts';
import { useTripMap } from './trip-map.tsx';
import { USER_MOVE } from './user-move.ts';

const ZOOM = 16;

/** Where this phone is, as it was measured last, kept in the middle until somebody moves the map. */
export function PhonePlace({ fix }: { fix: Fix | undefined }) {
  const words = useWords();
  const { map } = useTripMap();
  const shown = useRef<{ dot: PlacedLayer; element: HTMLElement }>(undefined);
  const [isFollowing, setFollowing] = useState(true);
  const isKnown = fix !== undefined;

  useEffect(
    function showDot() {
      if (!isKnown) return;
      const element = document.createElement('div');
      element.className = 'own-place phone-place';
      element.dataset.testid = 'phone-place';
      element.append(document.createElement('span'));
      const dot = new PlacedLayer(element);
      dot.addTo(map);
      shown.current = { dot, element };
      return function removeDot() {
        shown.current = undefined;
        dot.remove();
      };
    },
    [map, isKnown],
  );

  useEffect(
    function moveDot() {
      if (!fix || !shown.current) return;
      const { dot, element } = shown.current;
      dot.moveTo(fix);
      dot.showAccuracy(fix.accuracy);
      element.classList.toggle('phone-place-headed', fix.heading !== undefined);
      element.style.setProperty('--heading', `${fix.heading ?? 0}deg`);
      if (!isFollowing) return;
      const here: [number, number] = [fix.latitude, fix.longitude];
      if (map.getZoom() === undefined) map.setView(here, ZOOM);
      else map.setView(here, Math.max(map.getZoom(), ZOOM), { animate: !prefersLessMotion() });
    },
    [map, fix, isFollowing],
  );

  useEffect(
    function letGo() {
      const stop = () => setFollowing(false);
      map.on(`dragstart ${USER_MOVE}`, stop);
      const container = map.getContainer();
      container.addEventListener('wheel', stop, { passive: true });
      return function keepHold() {
        map.off(`dragstart ${USER_MOVE}`, stop);
        container.removeEventListener('wheel', stop);
      };
    },
    [map],
  );

  if (isFollowing || !isKnown) return null;
  return (
    <button type="button" className="recentre" onClick={() => setFollowing(true)}>
      <Icon name="recentre" />
      {words.recentre}
    </button>
  );
}

function prefersLessMotion(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
