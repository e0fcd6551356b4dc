// Keeps a car in view without chasing it: the map rests while the car drives through its middle, and swings ahead of
// it when it comes near an edge. It lets go as soon as somebody moves the map.

import type { Coordinates } from '@tripcast/protocol';
import {
  type LatLngBounds,
  type LatLngTuple,
  type Map as LeafletMap,
  latLngBounds,
  type Point,
} from 'leaflet';
import type { Pose } from '../glide/index.ts';
import { mayMove } from './may-move.ts';
import { USER_MOVE } from './user-move.ts';

/** The share of the view, from each edge, that the car stays out of. */
const EDGE_SHARE = 0.14;
/**
 * Of a map's top and bottom, for what lies over it there and a stop's name beside it: px, and not more than a share of a
 * low map. On one that is wide they don't meet.
 */
const COVERED = { topPixels: 104, bottomPixels: 74, mostShare: 0.34, upToWidth: 640 };
/** How far ahead of the car the view's middle swings, as a share of its smaller side. */
const LEAD_SHARE = 0.14;
const MOVE_SECONDS = 1.4;
/** Between two moves that bring the map closer, ms: a map that zooms all the time is not read. */
const CLOSER_MS = 6_000;
/** The closest view of the whole way; further away than `least` only the car is followed. */
const ZOOM = { least: 14, most: 17, alone: 15 };

export class FollowCamera {
  readonly #map: LeafletMap;
  readonly #onChange: (isFollowing: boolean) => void;
  #isFollowing = true;
  #movingUntilMs = 0;
  #closerAfterMs = 0;

  /** @param onChange called when it lets go or takes hold */
  constructor(map: LeafletMap, onChange: (isFollowing: boolean) => void) {
    this.#map = map;
    this.#onChange = onChange;
    map.on(`dragstart ${USER_MOVE}`, this.#letGo);
    const container = map.getContainer();
    container.addEventListener('wheel', this.#letGo, { passive: true });
    container.addEventListener('dblclick', this.#letGo);
    container.addEventListener('touchstart', this.#onTouch, { passive: true });
    container.addEventListener('keydown', this.#onKey);
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Takes hold again, at the car and what lies ahead of it. */
  recentre(car: Coordinates, ahead: readonly Coordinates[]): void {
    this.frame(car, ahead, true);
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    this.#onChange(true);
  }

  /** Shows the car and the whole way ahead as close as they fit; the car alone while that is far. */
  frame(car: Coordinates, ahead: readonly Coordinates[], isAnimated: boolean): void {
    const bounds = boundsOf(car, ahead);
    const animate = isAnimated && mayMove();
    const zoom = this.#zoomFor(bounds);
    if (zoom === undefined) this.#map.setView(latLngOf(car), ZOOM.alone, { animate });
    else this.#map.fitBounds(bounds, { ...this.#edges(), maxZoom: zoom, animate });
  }

  /** Shows these places at once: there is no car to follow. */
  overview(places: readonly Coordinates[]): void {
    const bounds = latLngBounds(places.map(latLngOf));
    const edges = this.#edges(COVERED.bottomPixels);
    this.#map.fitBounds(bounds, { ...edges, maxZoom: ZOOM.most, animate: false });
  }

  /** Tells where the car is in this frame; the way ahead is asked for when it matters. */
  see(pose: Pose, ahead: () => readonly Coordinates[], nowMs: number): void {
    if (!this.#isFollowing || nowMs < this.#movingUntilMs) return;
    const size = this.#map.getSize();
    const fromMiddle = this.#map.latLngToContainerPoint(latLngOf(pose)).subtract(size.divideBy(2));
    const share = 0.5 - EDGE_SHARE;
    if (Math.abs(fromMiddle.x) <= size.x * share && Math.abs(fromMiddle.y) <= size.y * share) {
      if (nowMs >= this.#closerAfterMs) this.#comeCloser(pose, ahead(), nowMs);
      return;
    }
    this.#movingUntilMs = nowMs + MOVE_SECONDS * 1000;
    const way = ahead();
    const isFar = Math.abs(fromMiddle.x) > size.x || Math.abs(fromMiddle.y) > size.y;
    if (isFar || this.#zoomFor(boundsOf(pose, way)) !== undefined) {
      this.frame(pose, way, !isFar);
      return;
    }
    const lead = Math.min(size.x, size.y) * LEAD_SHARE;
    const heading = (pose.heading * Math.PI) / 180;
    const offset = fromMiddle.add([Math.sin(heading) * lead, -Math.cos(heading) * lead]);
    this.#map.panBy(offset, { animate: mayMove(), duration: MOVE_SECONDS, easeLinearity: 0.4 });
  }

  #comeCloser(car: Coordinates, ahead: readonly Coordinates[], nowMs: number): void {
    this.#closerAfterMs = nowMs + CLOSER_MS;
    const zoom = this.#zoomFor(boundsOf(car, ahead));
    if (zoom === undefined || zoom <= this.#map.getZoom()) return;
    this.#movingUntilMs = nowMs + MOVE_SECONDS * 1000;
    this.frame(car, ahead, true);
  }

  /** The zoom at which all of it lies inside the edges; `undefined` when that is too far away to see a car. */
  #zoomFor(bounds: LatLngBounds): number | undefined {
    const { paddingTopLeft, paddingBottomRight } = this.#edges();
    const edges = paddingTopLeft.add(paddingBottomRight).add(this.#map.getSize().multiplyBy(0.02));
    const zoom = Math.min(ZOOM.most, this.#map.getBoundsZoom(bounds, false, edges));
    return zoom >= ZOOM.least ? zoom : undefined;
  }

  /** What is shown as a whole stays out of these. */
  #edges(bottomPixels = 0): { paddingTopLeft: Point; paddingBottomRight: Point } {
    const size = this.#map.getSize();
    const paddingBottomRight = size.multiplyBy(EDGE_SHARE);
    const paddingTopLeft = paddingBottomRight.clone();
    if (size.x <= COVERED.upToWidth) {
      const most = size.y * COVERED.mostShare;
      paddingTopLeft.y = Math.max(paddingTopLeft.y, Math.min(COVERED.topPixels, most));
      paddingBottomRight.y = Math.max(paddingBottomRight.y, Math.min(bottomPixels, most));
    }
    return { paddingTopLeft, paddingBottomRight };
  }

  /** May be called twice. */
  close(): void {
    this.#map.off(`dragstart ${USER_MOVE}`, this.#letGo);
    const container = this.#map.getContainer();
    container.removeEventListener('wheel', this.#letGo);
    container.removeEventListener('dblclick', this.#letGo);
    container.removeEventListener('touchstart', this.#onTouch);
    container.removeEventListener('keydown', this.#onKey);
  }

  readonly #letGo = (): void => {
    if (!this.#isFollowing) return;
    this.#isFollowing = false;
    this.#onChange(false);
  };

  readonly #onTouch = (event: TouchEvent): void => {
    if (event.touches.length > 1) this.#letGo();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key.startsWith('Arrow') || '+-='.includes(event.key)) this.#letGo();
  };
}

function boundsOf(car: Coordinates, ahead: readonly Coordinates[]): LatLngBounds {
  return latLngBounds([latLngOf(car), ...ahead.map(latLngOf)]);
}

function latLngOf({ latitude, longitude }: Coordinates): LatLngTuple {
  return [latitude, longitude];
}
