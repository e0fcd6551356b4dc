import {
  DomUtil,
  Layer,
  type LeafletEventHandlerFn,
  type Map as LeafletMap,
  type Point,
  point,
} from 'leaflet';
import type { Pose } from '../glide/index.ts';
import { carPicture } from './car-picture.ts';

export interface CarLayerOptions {
  /** For `data-testid`. */
  testId: string;
  /** A paint for the body, any CSS colour; the house's own otherwise. */
  paint?: string | undefined;
  onSelect?: () => void;
  /** Smaller, for maps with many cars. */
  small?: boolean;
}

interface ZoomAnimation {
  zoom: number;
  center: L.LatLng;
}

/**
 * A car on the map. `show` may be called at any rate. Positions are fractions of a pixel: rounded ones, as Leaflet's
 * own markers have, make a slow car stutter. During a zoom's animation Leaflet's transition moves the root; the car
 * is not written to then, and is right again, by the time that has gone on, with the first frame after it.
 */
export class CarLayer extends Layer {
  readonly #root = DomUtil.create('div', 'car leaflet-zoom-animated');
  readonly #turning = DomUtil.create('div', 'car-turning', this.#root);
  readonly #onSelect: (() => void) | undefined;
  #shown: Pose | undefined;
  #isZooming = false;

  constructor({ testId, paint, onSelect, small }: CarLayerOptions) {
    super();
    this.#root.dataset.testid = testId;
    this.#root.classList.toggle('car-small', small === true);
    this.#root.hidden = true;
    if (paint) this.#root.style.setProperty('--paint', paint);
    DomUtil.create('div', 'car-halo', this.#root);
    this.#turning.append(carPicture());
    this.#onSelect = onSelect;
    if (onSelect) {
      this.#root.classList.add('leaflet-interactive');
      this.#root.addEventListener('click', onSelect);
    }
  }

  show(pose: Pose): void {
    const previous = this.#shown;
    this.#shown = pose;
    if (this.#isZooming || !this._map) return;
    this.#place(pose);
    if (previous && isSamePose(previous, pose)) return;
    this.#turning.style.transform = `rotate(${pose.heading.toFixed(2)}deg)`;
    this.#root.style.opacity = pose.opacity === 1 ? '' : pose.opacity.toFixed(3);
    this.#root.hidden = false;
    const { dataset } = this.#root;
    dataset.kind = pose.kind;
    dataset.latitude = pose.latitude.toFixed(7);
    dataset.longitude = pose.longitude.toFixed(7);
    dataset.heading = pose.heading.toFixed(1);
    dataset.shownTime = pose.shownTime.toFixed(0);
  }

  setHighlighted(isHighlighted: boolean): void {
    this.#root.classList.toggle('car-highlighted', isHighlighted);
  }

  override onAdd(map: LeafletMap): this {
    map.getPanes().markerPane.append(this.#root);
    if (this.#shown) this.show(this.#shown);
    return this;
  }

  override onRemove(): this {
    if (this.#onSelect) this.#root.removeEventListener('click', this.#onSelect);
    this.#root.remove();
    return this;
  }

  override getEvents(): Record<string, LeafletEventHandlerFn> {
    return {
      zoom: this.#replace,
      viewreset: this.#replace,
      zoomanim: this.#followZoom as unknown as LeafletEventHandlerFn,
      zoomend: this.#endZoom,
    };
  }

  readonly #replace = (): void => {
    if (this.#shown) this.#place(this.#shown);
  };

  readonly #endZoom = (): void => {
    this.#isZooming = false;
    this.#replace();
  };

  /** Where the car will be when the zoom is over: Leaflet's transition takes it there. */
  readonly #followZoom = ({ zoom, center }: ZoomAnimation): void => {
    if (!this.#shown) return;
    this.#isZooming = true;
    const map = this._map;
    const half = map.getSize().divideBy(2);
    const pane = DomUtil.getPosition(map.getPanes().mapPane);
    const origin = map.project(center, zoom).subtract(half).add(pane).round();
    DomUtil.setPosition(this.#root, this.#project(this.#shown, zoom).subtract(origin));
  };

  #place(pose: Pose): void {
    DomUtil.setPosition(this.#root, this.#project(pose).subtract(this._map.getPixelOrigin()));
  }

  #project({ latitude, longitude }: Pose, zoom?: number): Point {
    const projected = this._map.project([latitude, longitude], zoom);
    return point(projected.x, projected.y);
  }
}

function isSamePose(a: Pose, b: Pose): boolean {
  return (
    a.latitude === b.latitude &&
    a.longitude === b.longitude &&
    a.heading === b.heading &&
    a.kind === b.kind &&
    a.opacity === b.opacity
  );
}
