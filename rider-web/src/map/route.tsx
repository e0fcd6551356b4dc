import { type LatLngTuple, type Map as LeafletMap, Polyline } from 'leaflet';
import { useEffect } from 'react';
import { type Pose, type RouteArc, routeBetween } from '../glide/index.ts';
import { useTripMap } from './trip-map.tsx';

export interface RouteProps {
  route: RouteArc;
  poseAt: (nowMs: number) => Pose | undefined;
}

/** Between two redraws of the lines, ms: the joint lies under the car, which is longer than what it drives in that time. */
const REDRAW_MS = 200;

/** The planned route: what is behind the car and what lies before it drawn apart. */
export function Route({ route, poseAt }: RouteProps) {
  const { map, frames } = useTripMap();

  useEffect(
    function showRoute() {
      const lines = new RouteLines(map, route);
      let drawnMs = 0;
      const stop = frames.onFrame((nowMs) => {
        if (nowMs - drawnMs < REDRAW_MS) return;
        drawnMs = nowMs;
        const onRoute = poseAt(nowMs)?.onRoute;
        if (onRoute?.route === route) lines.splitAt(onRoute.metres);
      });
      return function removeRoute() {
        stop();
        lines.remove();
      };
    },
    [map, frames, route, poseAt],
  );
  return null;
}

class RouteLines {
  readonly #route: RouteArc;
  readonly #travelled: Polyline;
  readonly #casing: Polyline;
  readonly #remaining: Polyline;
  #splitMetres = -1;

  constructor(map: LeafletMap, route: RouteArc) {
    this.#route = route;
    const line = (className: string, weight: number) =>
      new Polyline([], { className, weight, interactive: false, smoothFactor: 0.5 }).addTo(map);
    this.#travelled = line('route-travelled', 6);
    this.#casing = line('route-casing', 10);
    this.#remaining = line('route-remaining', 7);
    this.splitAt(0);
  }

  splitAt(metres: number): void {
    if (Math.abs(metres - this.#splitMetres) < 0.3) return;
    this.#splitMetres = metres;
    this.#travelled.setLatLngs(latLngs(this.#route, 0, metres));
    const remaining = latLngs(this.#route, metres, this.#route.lengthMetres);
    this.#casing.setLatLngs(remaining);
    this.#remaining.setLatLngs(remaining);
  }

  remove(): void {
    this.#travelled.remove();
    this.#casing.remove();
    this.#remaining.remove();
  }
}

function latLngs(route: RouteArc, fromMetres: number, toMetres: number): LatLngTuple[] {
  return routeBetween(route, fromMetres, toMetres).map(({ latitude, longitude }) => [latitude, longitude]);
}
