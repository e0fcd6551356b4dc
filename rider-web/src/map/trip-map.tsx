import { Map as LeafletMap } from 'leaflet';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/index.ts';
import { FrameLoop } from './frames.ts';
import { mayMove } from './may-move.ts';
import { USER_MOVE } from './user-move.ts';

interface MapContext {
  readonly map: LeafletMap;
  readonly frames: FrameLoop;
}

const CurrentMap = createContext<MapContext | undefined>(undefined);

/** The Leaflet map and the frame loop around a component. */
export function useTripMap(): MapContext {
  const context = useContext(CurrentMap);
  if (!context) throw new Error('there is no map here: use this component inside <TripMap>');
  return context;
}

export interface TripMapProps {
  /** For who can't see it. */
  label: string;
  /** How far out one can go; 11, a city, by default. */
  minZoom?: number;
  /** What is on the map. */
  children?: ReactNode;
}

/** A map that fills its parent. Its children put things on it; the first of them that knows where sets the view. */
export function TripMap({ label, minZoom = 11, children }: TripMapProps) {
  const container = useRef<HTMLDivElement>(null);
  const [context, setContext] = useState<MapContext>();

  useEffect(
    function createMap() {
      const map = new LeafletMap(container.current!, {
        zoomControl: false,
        minZoom,
        maxZoom: 19,
        maxBoundsViscosity: 1,
        zoomAnimationThreshold: 6,
        zoomAnimation: mayMove(),
        fadeAnimation: mayMove(),
        inertia: mayMove(),
      });
      map.attributionControl.setPrefix(false);
      const frames = new FrameLoop();
      const scaleCars = () =>
        container.current?.style.setProperty('--scale', String(carScale(map.getZoom())));
      map.on('zoomend viewreset', scaleCars);
      const resized = new ResizeObserver(() => map.invalidateSize({ animate: false, pan: true }));
      resized.observe(container.current!);
      setContext({ map, frames });
      return function removeMap() {
        resized.disconnect();
        frames.close();
        map.remove();
        setContext(undefined);
      };
    },
    [minZoom],
  );

  return (
    <div className="trip-map">
      <section ref={container} className="trip-map-view" aria-label={label} />
      {context && (
        <CurrentMap.Provider value={context}>
          {children}
          <ZoomButtons />
        </CurrentMap.Provider>
      )}
    </div>
  );
}

/** Cars are drawn larger than life, and the more so the further away: 1 on a street, half over a city. */
function carScale(zoom: number): number {
  return Math.max(0.5, Math.min(1, 1 - (16 - zoom) * 0.125));
}

function ZoomButtons() {
  const words = useWords();
  const { map } = useTripMap();
  const zoomBy = (levels: number) => {
    map.fire(USER_MOVE);
    map.setZoom(map.getZoom() + levels);
  };
  return (
    <div className="zoom-buttons">
      <button type="button" aria-label={words.zoomIn} onClick={() => zoomBy(1)}>
        <Icon name="plus" />
      </button>
      <button type="button" aria-label={words.zoomOut} onClick={() => zoomBy(-1)}>
        <Icon name="minus" />
      </button>
    </div>
  );
}
