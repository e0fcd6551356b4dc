// Keeps a car in view without chasing it: the map rests while the car drives through its middle, and swings ahead of
// it when it comes near an edge. It lets go as soon as somebody moves the map.

import type { Coordinates } from '@tripcast/protocol';
import { type LatLngExpression, type Map as LeafletMap, latLngBounds, point } from 'leaflet';
import type { Pose } from '../glide/index.ts';

/** The part of the view, from its middle, that the car may drive through. */
const RESTING_SHARE = 0.24;
/** How far ahead of the car the view's middle swings, as a share of its smaller side. */
const LEAD_SHARE = 0.14;
const PAN_SECONDS = 1.4;
const ZOOM = { least: 14, most: 17, alone: 16 };
const PADDING_PIXELS = 56;

export class FollowCamera {
  readonly #map: LeafletMap;
  readonly #onChange: (isFollowing: boolean) => void;
  #isFollowing = true;
  #panUntilMs = 0;

  /** @param onChange called when it lets go or takes hold */
  constructor(map: LeafletMap, onChange: (isFollowing: boolean) => void) {
    this.#map = map;
    this.#onChange = onChange;
    map.on('dragstart', this.#letGo);
    const container = map.getContainer();
    container.addEventListener('wheel', this.#letGo, { passive: true });
    container.addEventListener('dblclick', this.#letGo);
    container.addEventListener('touchstart', this.#onTouch, { passive: true });
    container.addEventListener('keydown', this.#onKey);
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Shows the car and where it goes next at once, as close as both fit. */
  frame(car: Coordinates, next?: Coordinates): void {
    const here: LatLngExpression = [car.latitude, car.longitude];
    if (!next) {
      this.#map.setView(here, ZOOM.alone, { animate: false });
      return;
    }
    const bounds = latLngBounds([here, [next.latitude, next.longitude]]);
    const fitting = this.#map.getBoundsZoom(
      bounds.pad(0.05),
      false,
      point(2 * PADDING_PIXELS, 2 * PADDING_PIXELS),
    );
    if (fitting >= ZOOM.least) {
      this.#map.fitBounds(bounds, {
        padding: [PADDING_PIXELS, PADDING_PIXELS],
        maxZoom: ZOOM.most,
        animate: false,
      });
    } else {
      this.#map.setView(here, ZOOM.alone - 1, { animate: false });
    }
  }

  /** Takes hold again and brings the car to the middle. */
  recentre(car: Coordinates): void {
    const zoom = Math.max(ZOOM.least + 1, Math.min(ZOOM.most, this.#map.getZoom()));
    this.#map.setView([car.latitude, car.longitude], zoom);
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    this.#onChange(true);
  }

  /** Tells where the car is in this frame. */
  see(pose: Pose, nowMs: number): void {
    if (!this.#isFollowing || nowMs < this.#panUntilMs) return;
    const size = this.#map.getSize();
    const at = this.#map.latLngToContainerPoint([pose.latitude, pose.longitude]);
    const fromMiddle = at.subtract(size.divideBy(2));
    const isInside =
      Math.abs(fromMiddle.x) <= size.x * RESTING_SHARE && Math.abs(fromMiddle.y) <= size.y * RESTING_SHARE;
    if (isInside) return;
    const isFar = Math.abs(fromMiddle.x) > size.x || Math.abs(fromMiddle.y) > size.y;
    const lead = isFar ? 0 : Math.min(size.x, size.y) * LEAD_SHARE;
    const heading = (pose.heading * Math.PI) / 180;
    const offset = fromMiddle.add([Math.sin(heading) * lead, -Math.cos(heading) * lead]);
    this.#panUntilMs = nowMs + PAN_SECONDS * 1000;
    this.#map.panBy(offset, {
      animate: !isFar,
      duration: PAN_SECONDS,
      easeLinearity: 0.4,
      noMoveStart: true,
    });
  }

  /** May be called twice. */
  close(): void {
    this.#map.off('dragstart', this.#letGo);
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
