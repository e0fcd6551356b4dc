import type { Coordinates } from '@tripcast/client';
import { DomUtil, Layer, type LeafletEventHandlerFn, type Map as LeafletMap } from 'leaflet';

interface ZoomAnimation {
  zoom: number;
  center: L.LatLng;
}

/**
 * An element at a place of the map. Its position is a fraction of a pixel: a rounded one, as Leaflet's own markers
 * have, makes a slow car stutter. During a zoom's animation Leaflet's transition moves the element, and it isn't
 * written to; it is right again with the first frame after it.
 */
export class PlacedLayer extends Layer {
  protected readonly element: HTMLElement;
  #place: Coordinates | undefined;
  #isZooming = false;

  /** @param element put at the place with its own corner: its style centres what is in it */
  constructor(element: HTMLElement) {
    super();
    this.element = element;
    element.classList.add('leaflet-zoom-animated');
  }

  moveTo(place: Coordinates): void {
    this.#place = place;
    this.#write();
  }

  override onAdd(map: LeafletMap): this {
    map.getPanes().markerPane.append(this.element);
    this.#write();
    return this;
  }

  override onRemove(): this {
    this.element.remove();
    return this;
  }

  override getEvents(): Record<string, LeafletEventHandlerFn> {
    return {
      zoom: this.#write,
      viewreset: this.#write,
      zoomanim: this.#followZoom as unknown as LeafletEventHandlerFn,
      zoomend: this.#endZoom,
    };
  }

  readonly #write = (): void => {
    if (this.#isZooming || !this.#place || !this._map) return;
    DomUtil.setPosition(this.element, this.#project(this.#place).subtract(this._map.getPixelOrigin()));
  };

  readonly #endZoom = (): void => {
    this.#isZooming = false;
    this.#write();
  };

  /** Where the element will be when the zoom is over: Leaflet's transition takes it there. */
  readonly #followZoom = ({ zoom, center }: ZoomAnimation): void => {
    if (!this.#place) return;
    this.#isZooming = true;
    const map = this._map;
    const half = map.getSize().divideBy(2);
    const pane = DomUtil.getPosition(map.getPanes().mapPane);
    const origin = map.project(center, zoom).subtract(half).add(pane).round();
    DomUtil.setPosition(this.element, this.#project(this.#place, zoom).subtract(origin));
  };

  #project({ latitude, longitude }: Coordinates, zoom?: number): L.Point {
    return this._map.project([latitude, longitude], zoom);
  }
}
